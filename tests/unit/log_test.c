/* log: what is written is one harmless line, and reading it back gives the same values. */
#include "unit.h"

#include "log/log.h"
#include "log/rcpts.h"

static void write_line(struct log_line *l, const char *format, ...) {
  va_list args;
  va_start(args, format);
  log_begin(l, SY101E_out_of_memory);
  log_fields(l, format, args);
  log_end(l);
  va_end(args);
}

static void formats(void **state) {
  (void)state;
  struct log_line l;
  write_line(&l, "a=%s b=%.*s n=%d u=%u l=%ld ll=%lld llu=%llu z=%zu c=%c", "x y", 3, "abcdef", -7, 7u, -5000000000L,
             INT64_MIN, UINT64_MAX, (size_t)9, 'c');
  row_string("every conversion", bytes_of(l.s, l.n),
             "0 SY101E a=\"x y\" b=abc n=-7 u=7 l=-5000000000 ll=-9223372036854775808 llu=18446744073709551615 z=9 c=c\n");
  write_line(&l, "a=%s at=%s:%d c=%c", (char *)NULL, "a b", 12, '\n');
  row_string("NULL, parts, a control byte", bytes_of(l.s, l.n), "0 SY101E a=- at=\"a b\":12 c=\"\\n\"\n");
  write_line(&l, "%s", "");
  row_string("empty value", bytes_of(l.s, l.n), "0 SY101E \"\"\n");
  write_line(&l, "");
  row_string("no field", bytes_of(l.s, l.n), "0 SY101E\n");
}

static void escapes(void **state) {
  (void)state;
  static const struct {
    const char *name, *value;
    size_t n;
    const char *raw;
  } rows[] = {
      {"plain", "taro@example.test", 17, "taro@example.test"},
      {"empty", "", 0, "\"\""},
      {"space", "a b", 3, "\"a b\""},
      {"quote and backslash", "\"\\", 2, "\"\\\"\\\\\""},
      {"line ends", "a\r\nb\t", 5, "\"a\\r\\nb\\t\""},
      {"NUL and escape", "\0\x1b[2J", 5, "\"\\x00\\x1b[2J\""},
      {"Japanese", "\xe5\xa4\xaa\xe9\x83\x8e", 6, "\xe5\xa4\xaa\xe9\x83\x8e"},
      {"half a character", "\xe5\xa4", 2, "\"\\xe5\\xa4\""},
      {"over-long slash", "\xc0\xaf", 2, "\"\\xc0\\xaf\""},
      {"over-long in three", "\xe0\x80\xaf", 3, "\"\\xe0\\x80\\xaf\""},
      {"surrogate", "\xed\xa0\x80", 3, "\"\\xed\\xa0\\x80\""},
      {"beyond Unicode", "\xf4\x90\x80\x80", 4, "\"\\xf4\\x90\\x80\\x80\""},
      {"C1 control", "\xc2\x9b", 2, "\"\\xc2\\x9b\""},
      {"right-to-left override", "\xe2\x80\xae", 3, "\"\\xe2\\x80\\xae\""},
      {"line separator", "\xe2\x80\xa8", 3, "\"\\xe2\\x80\\xa8\""},
      {"DEL", "\x7f", 1, "\"\\x7f\""},
      {"four bytes", "\xf0\x9f\x93\xa7", 4, "\xf0\x9f\x93\xa7"},
  };
  for (size_t i = 0; i < COUNT(rows); i++) {
    struct log_line l;
    struct log_reader r;
    struct bytes key, raw = {"", 0};
    stralloc back = {0};
    log_begin(&l, SY101E_out_of_memory);
    log_field(&l, "k", bytes_of(rows[i].value, rows[i].n));
    log_field(&l, "end", bytes_str("1"));
    log_end(&l);
    row_check(rows[i].name, log_read(&r, bytes_of(l.s, l.n)) && log_next(&r, &key, &raw));
    row_string(rows[i].name, raw, rows[i].raw);
    log_unescape(&back, raw);
    row_check(rows[i].name, bytes_eq(bytes_sa(&back), bytes_of(rows[i].value, rows[i].n)));
    row_check(rows[i].name, log_next(&r, &key, &raw) && bytes_eq(key, bytes_str("end")) && !log_next(&r, &key, &raw));
    stralloc_free(&back);
  }
}

/* Whatever the length and wherever the cut falls: valid UTF-8, one newline, at most LOG_MAX, the next field is there. */
static void long_values(void **state) {
  (void)state;
  static const char *const units[] = {"x", "\xe5\xa4\xaa", "\x01", " ", "\xf0\x9f\x93\xa7", "\""};
  for (size_t u = 0; u < COUNT(units); u++)
    for (size_t length = LOG_VALUE_MAX - 40; length < LOG_VALUE_MAX + 40; length++) {
      struct log_line l;
      struct log_reader r;
      struct bytes key, raw;
      stralloc value = {0}, back = {0};
      while (value.len < length)
        sa_cats(&value, units[u]);
      log_begin(&l, SY101E_out_of_memory);
      log_field(&l, "k", bytes_sa(&value));
      log_field(&l, "text", bytes_str("kept"));
      log_end(&l);
      assert_true(l.n <= LOG_MAX && l.s[l.n - 1] == '\n' && !memchr(l.s, '\n', l.n - 1));
      assert_true(log_read(&r, bytes_of(l.s, l.n)) && log_next(&r, &key, &raw));
      assert_true(raw.n <= LOG_VALUE_MAX);
      log_unescape(&back, raw);
      bool whole = bytes_eq(bytes_sa(&back), bytes_sa(&value));
      size_t kept = back.len - (whole ? 0 : 3);
      assert_true(kept % strlen(units[u]) == 0 && !memcmp(back.s, value.s, kept));
      assert_true(whole || !memcmp(back.s + kept, "\xe2\x80\xa6", 3));
      assert_true(log_next(&r, &key, &raw) && bytes_eq(raw, bytes_str("kept")));
      stralloc_free(&value);
      stralloc_free(&back);
    }
}

static void recipients(void **state) {
  (void)state;
  static const struct {
    const char *rcpt[3][2];     /* original, address */
    const char *value;
  } rows[] = {
      {{{"", "b@example.net"}}, "b@example.net"},
      {{{"info@x.jp", "taro@x.jp"}, {"INFO@x.jp", "info@x.jp"}, {"", "c@y"}}, "info@x.jp>taro@x.jp,info@x.jp,c@y"},
      {{{"\"a>b,c\"@x", "\"\\\",\"@y"}, {"", "c@y"}}, "\"a>b,c\"@x>\"\\\",\"@y,c@y"},
  };
  for (size_t i = 0; i < COUNT(rows); i++) {
    stralloc value = {0};
    size_t k;
    for (k = 0; k < 3 && rows[i].rcpt[k][1]; k++)
      assert_true(log_rcpts_add(&value, bytes_str(rows[i].rcpt[k][0]), bytes_str(rows[i].rcpt[k][1])));
    row_string(rows[i].value, bytes_sa(&value), rows[i].value);
    struct bytes rest = bytes_sa(&value), original, addr;
    for (k = 0; log_rcpts_next(&rest, &original, &addr); k++) {
      const char *led = rows[i].rcpt[k][0];
      row_string(rows[i].value, addr, rows[i].rcpt[k][1]);
      row_check(rows[i].value, bytes_ieq(original, *led ? bytes_str(led) : addr));
    }
    row_check(rows[i].value, k == 3 || !rows[i].rcpt[k][1]);
    stralloc_free(&value);
  }
}

static void recipients_without_room(void **state) {
  (void)state;
  stralloc value = {0};
  size_t n = 0;
  while (log_rcpts_add(&value, bytes_str("info@example.jp"), bytes_str("taro@example.jp")))
    n++;
  assert_true(n > 20 && value.len <= LOG_RCPTS_MAX);
  stralloc_free(&value);
}

static void long_lines(void **state) {
  (void)state;
  for (size_t lead = 0; lead < 8; lead++) {
    struct log_line l;
    stralloc value = {0};
    sa_catb(&value, "aaaaaaaa", lead);
    while (value.len < 1100)
      sa_cats(&value, "\xe5\xa4\xaa");
    log_begin(&l, SY101E_out_of_memory);
    for (int i = 0; i < 5; i++)
      log_field(&l, "k", bytes_sa(&value));
    log_end(&l);
    assert_true(l.n <= LOG_MAX);
    assert_memory_equal(l.s + l.n - 4, "\xe2\x80\xa6\n", 4);
    unsigned char before = (unsigned char)l.s[l.n - 5];   /* the last byte of a character, or of a key */
    assert_true(before < 0x80 || before == 0xaa);
    stralloc_free(&value);
  }
}

static void reading(void **state) {
  (void)state;
  static const struct {
    const char *line;
    bool ours;
    const char *joined;   /* key<value> of each field */
  } rows[] = {
      {"30 SM301I sid=a b=\"x y\" c=d", true, "sid<a>b<x y>c<d>"},
      {"30 SM301I", true, ""},
      {"30 SM301I a=\"cut off", true, "a<cut off>"},
      {"30 SM301I a=\"cut\\", true, "a<cut\\>"},
      {"30 SM301I junk a=1 =2 b=", true, "a<1>b<>"},
      {"30 SM301I at=\"a b\":12 x=y=z", true, "at<a b:12>x<y=z>"},
      {"30 SM301I a=\"\\x4\\q\\x41\"", true, "a<\\x4\\qA>"},
      {"100 SM301I a=1", false, ""},
      {"tcpserver: status: 0/200", false, ""},
      {"30 SM30 a=1", false, ""},
      {"", false, ""},
      {"30", false, ""},
  };
  for (size_t i = 0; i < COUNT(rows); i++) {
    struct log_reader r;
    struct bytes key, raw;
    stralloc joined = {0};
    row_check(rows[i].line, log_read(&r, bytes_str(rows[i].line)) == rows[i].ours);
    while (rows[i].ours && log_next(&r, &key, &raw)) {
      sa_catb(&joined, key.s, key.n);
      sa_catc(&joined, '<');
      log_unescape(&joined, raw);
      sa_catc(&joined, '>');
    }
    row_string(rows[i].line, bytes_sa(&joined), rows[i].joined);
    stralloc_free(&joined);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(formats), cmocka_unit_test(escapes), cmocka_unit_test(long_values),
                                     cmocka_unit_test(recipients), cmocka_unit_test(recipients_without_room), cmocka_unit_test(long_lines), cmocka_unit_test(reading)};
  return cmocka_run_group_tests_name("log", tests, NULL, NULL);
}
