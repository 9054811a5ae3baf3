/* What of mail-doctor's findings is news; what is remembered; the mail. */
#include "unit.h"
#include "watch/watch.h"

enum { MAIL_MAX = 100000 };

/* Runs of one check, a letter each: p pass, w warn, f fail, g fail for another reason, c cannot tell.  Wanted: what is told. */
static const struct { const char *runs, *told; } series[] = {
  {"ppp", "..."},
  {"ff", ".f"},
  {"fff", ".f."},
  {"pfpfpf", "......"},
  {"ffpp", ".f.p"},
  {"ffpff", ".f..."},
  {"ffwwpp", ".f.w.p"},
  {"ffgg", ".f.g"},
  {"ffgpp", ".f..p"},
  {"ccc", "..."},
  {"fcf", "..f"},
  {"ffccpcp", ".f....p"},
  {"ffccff", ".f...."},
  {"wcccw", "....w"},
};

static void set(struct check_finding *f, char run) {
  f->result = run == 'p' ? CHECK_PASS : run == 'w' ? CHECK_WARN : run == 'c' ? CHECK_CANNOT_TELL : CHECK_FAIL;
  f->message = run == 'p' ? (enum message_id)0 : run == 'w' ? DC012W_disk_nearly_full : run == 'c' ? DC002W_no_time : run == 'f' ? DC011E_disk_full : DC015E_read_only;
}

/* Through the text at each step, as it is between two runs. */
static void again(struct watch *w) {
  stralloc text = {0};
  struct watch before = *w;
  watch_write(&text, w);
  assert_true(watch_read(w, bytes_sa(&text)));
  assert_memory_equal(w, &before, sizeof before);
  stralloc_free(&text);
}

static void test_series(void **state) {
  (void)state;
  for (size_t i = 0; i < COUNT(series); i++) {
    struct check_finding f[CHECK_COUNT] = {0};
    struct watch w = {0};
    bool news[CHECK_COUNT];
    char told[20] = "";
    for (size_t n = 0; series[i].runs[n]; n++) {
      set(&f[CHECK_disk], series[i].runs[n]);
      size_t count = watch_look(&w, f, news);
      again(&w);
      row_check(series[i].runs, count == news[CHECK_disk]);
      told[n] = count ? series[i].runs[n] : '.';
      watch_told(&w, news);
      again(&w);
    }
    row_string(series[i].runs, bytes_str(told), series[i].told);
  }
}

static void test_untold(void **state) {
  (void)state;
  struct check_finding f[CHECK_COUNT] = {0};
  struct watch w = {0};
  bool news[CHECK_COUNT];
  set(&f[CHECK_disk], 'f');
  watch_look(&w, f, news);
  for (int i = 0; i < 3; i++)                  /* what was not told is told until it is, or is over */
    assert_int_equal(watch_look(&w, f, news), 1);
  set(&f[CHECK_disk], 'p');
  assert_int_equal(watch_look(&w, f, news), 0);
  assert_int_equal(watch_look(&w, f, news), 0);
}

#define HEAD "wiz98-doctor 1\n"
static const struct { const char *text; bool good; const char *written; } texts[] = {
  {HEAD, true, HEAD},
  {HEAD "D001 told=FAIL:DC011E seen=PASS\n", true, HEAD "D001 told=FAIL:DC011E seen=PASS\n"},
  {HEAD "D001 told=PASS seen=WARN:DC012W\n", true, HEAD "D001 told=PASS seen=WARN:DC012W\n"},
  {HEAD "D999 told=FAIL:DC011E seen=PASS\n", true, HEAD},                             /* a check that is no more */
  {HEAD "D001 told=FAIL:ZZ999E seen=FAIL\n", true, HEAD "D001 told=FAIL seen=FAIL\n"},   /* a message that is no more */
  {HEAD "D001 told=PASS seen=PASS\n", true, HEAD},
  {"", false, HEAD},
  {"wiz98-doctor 2\n", false, HEAD},
  {"wiz98-doctor 1", false, HEAD},
  {HEAD "\n", false, HEAD},
  {HEAD "D001\n", false, HEAD},
  {HEAD "D001 told=FAIL:DC011E seen=PASS", false, HEAD},
  {HEAD "D001 told=FAIL:DC011E seen=PASS x\n", false, HEAD},
  {HEAD "D001 told=CANNOT-TELL seen=PASS\n", false, HEAD},
  {HEAD "D001 told=PASS:DC011E seen=PASS\n", false, HEAD},
  {HEAD "D001 told=FAIL:DC011 seen=PASS\n", false, HEAD},
  {HEAD "D001 told=FAIL:DC011E seen=PASS\nD002 told=?\n", false, HEAD},               /* all of it is forgotten */
};

static void test_texts(void **state) {
  (void)state;
  for (size_t i = 0; i < COUNT(texts); i++) {
    struct watch w;
    stralloc out = {0};
    row_check(texts[i].text, watch_read(&w, bytes_str(texts[i].text)) == texts[i].good);
    watch_write(&out, &w);
    row_string(texts[i].text, bytes_sa(&out), texts[i].written);
    stralloc_free(&out);
  }
}

static void test_too_long(void **state) {
  (void)state;
  struct watch w;
  stralloc text = {0};
  sa_cats(&text, HEAD);
  while (text.len <= WATCH_TEXT_MAX)
    sa_cats(&text, "D001 told=PASS seen=PASS\n");
  assert_false(watch_read(&w, bytes_sa(&text)));
  stralloc_free(&text);
}

/* As long as it can be, it is read again. */
static void test_longest(void **state) {
  (void)state;
  struct watch w = {0};
  stralloc text = {0};
  for (int c = CHECK_NONE + 1; c < CHECK_COUNT; c++)
    w.told[c] = w.seen[c] = (struct watch_result){CHECK_FAIL, DC011E_disk_full};
  watch_write(&text, &w);
  assert_in_range(text.len, 1, WATCH_TEXT_MAX);
  again(&w);
  stralloc_free(&text);
}

/* --- the mail --- */

static size_t decode(char *out, const char *base64) {
  static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  unsigned bits = 0, n = 0;
  size_t len = 0;
  for (; *base64 && *base64 != '='; base64++) {
    const char *d = strchr(digits, *base64);
    if (!d)
      continue;
    bits = bits << 6 | (unsigned)(d - digits);
    n += 6;
    if (n >= 8)
      out[len++] = (char)(bits >> (n -= 8));
  }
  out[len] = 0;
  return len;
}

static struct watch w;
static struct check_finding f[CHECK_COUNT];
static bool news[CHECK_COUNT];
static char body[MAIL_MAX];

/* What fails, what is over, what is as it was. */
static void make_news(void) {
  w = (struct watch){.told = {[CHECK_inodes] = {CHECK_FAIL, DC013E_inodes_used_up}, [CHECK_clock] = {CHECK_WARN, DC023W_resolver_one_silent}}};
  w.seen[CHECK_clock] = w.told[CHECK_clock];
  w.seen[CHECK_disk] = (struct watch_result){CHECK_FAIL, DC011E_disk_full};
  set(&f[CHECK_disk], 'f');
  sa_copys(&f[CHECK_disk].evidence, "path=mail free=\"3.0 MB\"");
  f[CHECK_clock].result = CHECK_WARN;
  f[CHECK_clock].message = DC023W_resolver_one_silent;
  assert_int_equal(watch_look(&w, f, news), 2);
}

static void mail(stralloc *out, enum bounce_languages languages) {
  const struct operator_head h = {bytes_str("doctor.1.2"), bytes_str("postmaster@example.jp"), bytes_str("mail.example.jp"), 1764000000, languages};
  out->len = 0;
  watch_mail(out, &h, &w, f, news);
  const char *text = strstr(sa_cstr(out), "\n\n");
  assert_non_null(text);
  assert_true(strlen(text) < MAIL_MAX);
  decode(body, text);
}

static void test_mail(void **state) {
  (void)state;
  stralloc out = {0};
  make_news();
  mail(&out, BOUNCE_EN);
  assert_non_null(strstr(out.s, "\nTo: <postmaster@example.jp>\nSubject: =?"));
  assert_non_null(strstr(out.s, "\nMessage-ID: <doctor.1.2@mail.example.jp>\nAuto-Submitted: auto-generated\n"));
  assert_non_null(strstr(body, "the mail server mail.example.jp"));
  assert_non_null(strstr(body, "\nTo be mended, in this order:\n  D001 Free disk space: The disk is too full: new mail is put off (DC011E)\n    evidence: path=mail"));
  assert_non_null(strstr(body, "    remedy: Make room"));
  assert_non_null(strstr(body, "\nOver:\n  D002 Free inodes: good; it was: "));
  assert_non_null(strstr(body, " (DC013E)\n\nAs told before:\n  "));
  assert_non_null(strstr(body, " (DC023W)\n\nEach finding"));
  assert_null(strstr(body, "Worth a look"));
  mail(&out, BOUNCE_JA);
  assert_non_null(strstr(body, "\n次の順に対処してください:\n  D001 ディスクの空き容量: "));
  assert_non_null(strstr(body, "\n解消したもの:\n"));
  assert_null(strstr(body, "Over:"));
  mail(&out, BOUNCE_BOTH);
  assert_non_null(strstr(body, "\n解消したもの:\n"));
  assert_non_null(strstr(body, "\nOver:\n"));
  stralloc_free(&out);
  for (int c = 0; c < CHECK_COUNT; c++)
    stralloc_free(&f[c].evidence);
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_series), cmocka_unit_test(test_untold), cmocka_unit_test(test_texts), cmocka_unit_test(test_too_long), cmocka_unit_test(test_longest),
    cmocka_unit_test(test_mail),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
