/* checks: the table holds what it promises; order, judgement, words. */
#include "checks/checks.h"
#include "unit.h"

static void test_table(void **state) {
  (void)state;
  for (int c = CHECK_NONE + 1; c < CHECK_COUNT; c++) {
    const struct check_row *row = &check_rows[c];
    row_check(row->id, strlen(row->id) == 4 && row->id[0] == 'D');
    row_check(row->id, *row->title[LANG_EN] && *row->title[LANG_JA]);
    row_check(row->id, row->seconds && row->seconds <= 9);
    for (size_t i = 0; i < CHECK_NEEDS_MAX; i++)
      row_check(row->id, (int)row->need[i] < c);          /* what it needs stands above */
    for (int other = c + 1; other < CHECK_COUNT; other++)
      row_check(row->id, strcmp(row->id, check_rows[other].id));
    for (int lang = 0; lang < 2; lang++)
      row_check(row->id, *explanation_of(row->fault)->cause[lang] && *explanation_of(row->fault)->remedy[lang]);
  }
}

static void free_all(struct check_finding f[CHECK_COUNT]) {
  for (int c = 0; c < CHECK_COUNT; c++)
    stralloc_free(&f[c].evidence);
}

static void test_prerequisites(void **state) {
  (void)state;
  struct check_finding f[CHECK_COUNT] = {0};
  assert_int_equal(check_missing(CHECK_disk, f), CHECK_NONE);
  assert_int_equal(check_missing(CHECK_service_smtp, f), CHECK_NONE);
  f[CHECK_port_smtp].result = CHECK_WARN;
  assert_int_equal(check_missing(CHECK_service_smtp, f), CHECK_NONE);
  f[CHECK_port_smtp].blocks = true;
  assert_int_equal(check_missing(CHECK_service_smtp, f), CHECK_port_smtp);
  f[CHECK_port_smtp] = (struct check_finding){.result = CHECK_CANNOT_TELL};
  assert_int_equal(check_missing(CHECK_service_smtp, f), CHECK_port_smtp);
  f[CHECK_running].result = CHECK_FAIL;
  assert_int_equal(check_missing(CHECK_service_smtp, f), CHECK_running);
  check_skip(&f[CHECK_service_smtp], CHECK_running, 7);
  assert_int_equal(f[CHECK_service_smtp].result, CHECK_CANNOT_TELL);
  row_string("evidence", bytes_sa(&f[CHECK_service_smtp].evidence), "needs=D401");
  free_all(f);
}

static void test_ready(void **state) {
  (void)state;
  bool done[CHECK_COUNT] = {false};
  assert_true(check_is_ready(CHECK_disk, done));
  assert_false(check_is_ready(CHECK_reloaded, done));
  done[CHECK_definitions] = true;
  assert_false(check_is_ready(CHECK_reloaded, done));
  done[CHECK_generation] = true;
  assert_true(check_is_ready(CHECK_reloaded, done));
}

static void test_worst(void **state) {
  (void)state;
  static const struct { enum check_result result; const char *evidence, *kept; } steps[] = {
    {CHECK_PASS, "n=1", "n=1"}, {CHECK_PASS, "n=2", "n=1"}, {CHECK_WARN, "n=3", "n=3"}, {CHECK_CANNOT_TELL, "n=4", "n=3"},
    {CHECK_FAIL, "n=5", "n=5"}, {CHECK_FAIL, "n=6", "n=5"}, {CHECK_PASS, "n=7", "n=5"},
  };
  struct check_finding f = {0};
  for (size_t i = 0; i < COUNT(steps); i++) {
    check_find(&f, steps[i].result, DC011E_disk_full, bytes_str(steps[i].evidence));
    row_string(steps[i].evidence, bytes_sa(&f.evidence), steps[i].kept);
  }
  stralloc_free(&f.evidence);
}

static void test_exit_code(void **state) {
  (void)state;
  static const struct { enum check_result a, b; int code; } rows[] = {
    {CHECK_PASS, CHECK_PASS, 0}, {CHECK_CANNOT_TELL, CHECK_PASS, 0}, {CHECK_WARN, CHECK_CANNOT_TELL, 1}, {CHECK_FAIL, CHECK_WARN, 2}, {CHECK_WARN, CHECK_FAIL, 2},
  };
  for (size_t i = 0; i < COUNT(rows); i++) {
    struct check_finding f[CHECK_COUNT] = {0};
    f[CHECK_disk].result = rows[i].a;
    f[CHECK_inodes].result = rows[i].b;
    assert_int_equal(check_exit_code(f), rows[i].code);
  }
}

static const struct { const char *text, *evidence, *want; } fills[] = {
  {"plain", "ip=192.0.2.1", "plain"},
  {"record for name= with ip=.", "name=mail.example.jp ip=192.0.2.1", "record for mail.example.jp with 192.0.2.1."},
  {"ip= is not there", "name=x", "ip= is not there"},
  {"(free=)", "free=\"77.2 GB\"", "(77.2 GB)"},
  {"値は ip=です", "ip=192.0.2.1", "値は 192.0.2.1です"},
  {"an example: acceptor=tcp-pool, v=spf1", "acceptor=x v=y", "an example: acceptor=tcp-pool, v=spf1"},
  {"last_words=", "last_words=\"\\x1b[2J\\n\"", "\\x1b[2J\\n"},
  {"zip= ip=", "ip=1", "zip= 1"},
  {"path=/x path= path=", "path=y", "path=/x y y"},
  {"x= and y=", "x=y= y=2", "y= and 2"},
};

static void test_fill(void **state) {
  (void)state;
  for (size_t i = 0; i < COUNT(fills); i++) {
    stralloc out = {0};
    check_fill(&out, fills[i].text, bytes_str(fills[i].evidence));
    row_string(fills[i].text, bytes_sa(&out), fills[i].want);
    stralloc_free(&out);
  }
}

static void test_words(void **state) {
  (void)state;
  struct check_finding f[CHECK_COUNT] = {0};
  stralloc out = {0};
  check_find(&f[CHECK_disk], CHECK_FAIL, DC011E_disk_full, bytes_str("path=. free=\"3.0 MB\" percent=1 free_space_min=\"100.0 MB\""));
  f[CHECK_disk].time = 1;
  check_skip(&f[CHECK_service_smtp], CHECK_running, 1);
  check_text(&out, f, false, LANG_EN);
  assert_non_null(strstr(sa_cstr(&out), "  D001 Free disk space: FAILS\n"));
  assert_non_null(strstr(out.s, "To be mended, in this order:\n  D001 Free disk space: The disk is too full: new mail is put off (DC011E)\n"
                                "    evidence: path=. free=\"3.0 MB\" percent=1 free_space_min=\"100.0 MB\" when=1970-01-01T00:00:01Z\n    cause: On the disk of . there are 3.0 MB left"));
  assert_non_null(strstr(out.s, "    cause: first D401 (The server is started) must be good\n"));
  out.len = 0;
  check_text(&out, f, false, LANG_JA);
  assert_non_null(strstr(sa_cstr(&out), "次の順に対処してください:\n  D001 ディスクの空き容量: ディスクの空きが足りない"));
  out.len = 0;
  check_json(&out, f, LANG_EN);
  assert_true(bytes_istarts(bytes_sa(&out), bytes_str("[\n{\"id\":\"D001\",\"question\":\"machine\",\"title\":\"Free disk space\",\"result\":\"FAIL\",\"message\":\"DC011E\",\"needs\":\"\",\"evidence\":\"path=. ")));
  assert_non_null(strstr(sa_cstr(&out), "\"result\":\"CANNOT-TELL\",\"message\":\"DC001W\",\"needs\":\"D401\""));
  stralloc_free(&out);
  free_all(f);
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_table), cmocka_unit_test(test_prerequisites), cmocka_unit_test(test_ready), cmocka_unit_test(test_worst),
    cmocka_unit_test(test_exit_code), cmocka_unit_test(test_fill), cmocka_unit_test(test_words),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
