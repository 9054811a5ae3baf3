/* migrate: each step on each form of a line; what cannot be understood; done again it changes nothing. */
#include "unit.h"

#include "migrate/migrate.h"

#define KEPT(v) "free_space_min = 100m   # the default until version " v " (版" v "までの既定値)"
#define SET "free_space_min=1m\n"   /* so that the default is no matter */

static const struct { const char *settings, *want; unsigned changes; } rows[] = {
  /* a new name */
  {SET "ipv6_out = off\n", SET "remote_ipv6 = off\n", 1},
  {SET "\t IPv6_OUT=off # why\r\nx", SET "\t remote_ipv6=off # why\r\nx", 1},
  {"\xef\xbb\xbfipv6_out = on\n" SET, "\xef\xbb\xbfremote_ipv6 = on\n" SET, 1},
  {SET "#ipv6_out = on\n# ipv6_out = on, as always\n#ipv6_out is new\n", SET "#remote_ipv6 = on\n# ipv6_out = on, as always\n#ipv6_out is new\n", 1},
  {SET "ipv6_outer = on\nxipv6_out = 1\nhostname = ipv6_out = on\n", NULL, 0},
  {SET "ipv6_out\n", NULL, 0},                                  /* no "=": a fault before, a fault after */
  {SET "ipv6_out = on\nipv6_out = off\n", SET "remote_ipv6 = on\nremote_ipv6 = off\n", 2},
  {SET "ipv6_out = nonsense\n", SET "remote_ipv6 = nonsense\n", 1},
  {SET "remote_ipv6 = off\n", NULL, 0},
  /* split by family */
  {SET "source_address = 192.0.2.1\n", SET "remote_source_ipv4 = 192.0.2.1\n", 1},
  {SET "source_address = ::1   # lo\n", SET "remote_source_ipv6 = ::1   # lo\n", 1},
  {SET "  source_address=::1 192.0.2.1\t# both\r\nx\n", SET "  remote_source_ipv4=192.0.2.1\t# both\r\n  remote_source_ipv6=::1\r\nx\n", 1},
  {"\xef\xbb\xbfsource_address = 192.0.2.1 ::1\n" SET, "\xef\xbb\xbfremote_source_ipv4 = 192.0.2.1\nremote_source_ipv6 = ::1\n" SET, 1},
  {SET "source_address =\n", SET "remote_source_ipv4 =\n", 1},
  {SET "#source_address =\n", SET "#remote_source_ipv4 =\n#remote_source_ipv6 =\n", 1},
  {SET "#source_address = of the router\n", NULL, 0},
  {SET "source_address = ::1 192.0.2.1", SET "remote_source_ipv4 = 192.0.2.1\nremote_source_ipv6 = ::1", 1},
  /* a new default: the old value is written down, unless there is one */
  {"", KEPT("1") "\n", 1},
  {"a = b\n", "a = b\n" KEPT("1") "\n", 1},
  {"a = b", "a = b\n" KEPT("1"), 1},
  {"a = b\r\n", "a = b\r\n" KEPT("1") "\r\n", 1},
  {"#free_space_min = 100m\nx=y\n", "#free_space_min = 500m\n" KEPT("1") "\nx=y\n", 2},
  {"#free_space_min = 7m\nx=y\n", "#free_space_min = 7m\n" KEPT("1") "\nx=y\n", 1},
  {"Free_Space_Min = 2g\n#free_space_min = 100m\n", NULL, 0},
  /* all at once */
  {"ipv6_out=off\nsource_address=192.0.2.1\n", "remote_ipv6=off\nremote_source_ipv4=192.0.2.1\n" KEPT("1") "\n", 3},
};

static const struct { const char *settings; enum message_id id; unsigned line; } refused[] = {
  {SET "ipv6_out = off\nremote_ipv6 = on\n", CF116E_old_and_new, 2},
  {"remote_source_ipv6 = ::1\n#\nsource_address = 192.0.2.1\n", CF116E_old_and_new, 3},
  {SET "source_address = 192.0.2.0/24\n", CF117E_not_migrated, 2},
  {SET "source_address = 192.0.2.1 192.0.2.2\n", CF117E_not_migrated, 2},
  {SET "source_address = mx.example.jp\n", CF117E_not_migrated, 2},
};

static void run(struct migration *m, struct conf_faults *faults, unsigned from, const char *version, struct bytes settings) {
  struct conf_input in = {0};
  for (int i = 0; i < CONF_FILES; i++)
    sa_copys(&in.text[i], "ipv6_out = on\n");   /* in no other file */
  sa_copys(&in.text[CONF_VERSION], version);
  sa_copyb(&in.text[CONF_SETTINGS], settings.s, settings.n);
  migrate_run(m, faults, from, &in);
  conf_input_free(&in);
}

static void test_steps(void **state) {
  (void)state;
  for (size_t i = 0; i < COUNT(rows); i++) {
    struct migration m, again;
    struct conf_faults faults = {0};
    stralloc text = {0};
    struct bytes before = bytes_str(rows[i].settings);
    run(&m, &faults, 1, "1\n", before);
    struct bytes after = m.changed[CONF_SETTINGS] ? bytes_sa(&m.text[CONF_SETTINGS]) : before;
    row_string(rows[i].settings, after, rows[i].want ? rows[i].want : rows[i].settings);
    row_check(rows[i].settings, !faults.count && m.count == rows[i].changes && m.changed[CONF_SETTINGS] == (m.count > 0));
    for (int f = 0; f < CONF_FILES; f++)
      row_check(rows[i].settings, f == CONF_SETTINGS || m.changed[f] == (f == CONF_VERSION));
    migrate_text(&text, &m, LANG_EN);
    row_check(rows[i].settings, (text.len > 0) == (m.count > 0));
    run(&again, &faults, 1, "1\n", after);
    row_check(rows[i].settings, !again.changed[CONF_SETTINGS] && !again.count);
    migration_free(&again);
    migration_free(&m);
    conf_faults_free(&faults);
    stralloc_free(&text);
  }
}

static void test_refused(void **state) {
  (void)state;
  for (size_t i = 0; i < COUNT(refused); i++) {
    struct migration m;
    struct conf_faults faults = {0};
    run(&m, &faults, 1, "1\n", bytes_str(refused[i].settings));
    row_check(refused[i].settings, faults.errors == 1 && faults.fault[0].id == refused[i].id && faults.fault[0].line == refused[i].line);
    migration_free(&m);
    conf_faults_free(&faults);
  }
}

/* The number alone is replaced; where there is none, it is written. */
static void test_version(void **state) {
  static const struct { const char *text, *want; } versions[] = {
    {"1\n", "V\n"}, {"1", "V"}, {" 1 # do not touch\r\n# x\n", " V # do not touch\r\n# x\n"}, {"\xef\xbb\xbf" "1\n", "\xef\xbb\xbfV\n"},
    {"# a\n\n\t1\n", "# a\n\n\tV\n"}, {"", "V\n"}, {"# none", "# none\nV\n"}, {"# none\n", "# none\nV\n"},
  };
  (void)state;
  for (size_t i = 0; i < COUNT(versions); i++) {
    struct migration m;
    struct conf_faults faults = {0};
    stralloc want = {0};
    for (const char *p = versions[i].want; *p; p++)
      sa_cats(&want, *p == 'V' ? CONF_SET_VERSION_TEXT : (char[]){*p, 0});
    run(&m, &faults, 1, versions[i].text, bytes_str(SET));
    row_string(versions[i].text, bytes_sa(&m.text[CONF_VERSION]), sa_cstr(&want));
    migration_free(&m);
    stralloc_free(&want);
  }
}

/* Faults in the result are told by the lines of what was handed in. */
static void test_origin(void **state) {
  static const unsigned want[] = {0, 1, 2, 2, 3, 3, 4};   /* lines 1 to 6 of the result; 0: the whole file */
  struct migration m;
  struct conf_faults faults = {0};
  (void)state;
  run(&m, &faults, 1, "1\n", bytes_str("ipv6_out = on\nsource_address = 192.0.2.1 ::1\n#free_space_min = 100m\nx\n"));
  for (unsigned i = 0; i < COUNT(want); i++)
    assert_int_equal(migrate_origin(&m, "conf/settings", i), want[i]);
  assert_int_equal(migrate_origin(&m, "conf/settings", 99), 0);
  assert_int_equal(migrate_origin(&m, "conf/domains", 7), 7);
  migration_free(&m);
}

/* From the present version nothing is done but writing it. */
static void test_present(void **state) {
  struct migration m;
  struct conf_faults faults = {0};
  (void)state;
  run(&m, &faults, CONF_SET_VERSION, CONF_SET_VERSION_TEXT "\n", bytes_str("ipv6_out = on\n"));
  assert_true(!m.count && !m.changed[CONF_SETTINGS] && !faults.count);
  migration_free(&m);
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_steps), cmocka_unit_test(test_refused), cmocka_unit_test(test_version), cmocka_unit_test(test_origin), cmocka_unit_test(test_present),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
