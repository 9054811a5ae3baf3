/* encode: stored messages as SMTP data; nothing that another server could take for an end of data but the end. */
#include "smtp/encode.h"
#include "unit.h"

static const struct {
  const char *stored, *wire;   /* wire NULL: refused */
} messages[] = {
  {"", ".\r\n"},
  {"\n", "\r\n.\r\n"},
  {"a", "a\r\n.\r\n"},
  {"a\n", "a\r\n.\r\n"},
  {".", "..\r\n.\r\n"},
  {".\n", "..\r\n.\r\n"},
  {"..\n", "...\r\n.\r\n"},
  {"a\n.\nb\n", "a\r\n..\r\nb\r\n.\r\n"},
  {"a\n.b", "a\r\n..b\r\n.\r\n"},
  {"a.b.\n", "a.b.\r\n.\r\n"},
  {"\n\n.\n", "\r\n\r\n..\r\n.\r\n"},
  {"caf\xc3\xa9\xff\n", "caf\xc3\xa9\xff\r\n.\r\n"},
  {"a\r\n", NULL}, {"\r", NULL}, {"a\rb\n", NULL}, {"\n\r.\r\n", NULL},
};

static bool encode_cut(struct bytes in, size_t cut, stralloc *out) {
  struct encoder e = {0};
  bool ok = encode_bytes(&e, bytes_of(in.s, cut), out) && encode_bytes(&e, bytes_of(in.s + cut, in.n - cut), out);
  encode_end(&e, out);
  return ok;
}

static void test_table(void **state) {
  (void)state;
  for (size_t i = 0; i < COUNT(messages); i++)
    for (size_t cut = 0; cut <= strlen(messages[i].stored); cut++) {
      stralloc out = {0};
      bool ok = encode_cut(bytes_str(messages[i].stored), cut, &out);
      row_check(messages[i].stored, ok == (messages[i].wire != NULL));
      if (ok)
        row_string(messages[i].stored, bytes_sa(&out), messages[i].wire);
      stralloc_free(&out);
    }
}

/* {LF, CR, CRLF, NUL, nothing}² around a dot, inside a message: it leaves as lines with CRLF and one end, or not at all. */
static void test_smuggling(void **state) {
  (void)state;
  static const struct bytes ends[] = {{"\n", 1}, {"\r", 1}, {"\r\n", 2}, {"\0", 1}, {"", 0}, {"\n\n", 2}, {"\n\r", 2}};
  for (size_t i = 0; i < COUNT(ends); i++)
    for (size_t k = 0; k < COUNT(ends); k++) {
      stralloc in = {0}, out = {0};
      sa_cats(&in, "a");
      sa_catb(&in, ends[i].s, ends[i].n);
      sa_catc(&in, '.');
      sa_catb(&in, ends[k].s, ends[k].n);
      sa_cats(&in, "MAIL FROM:<x@y>\n");
      struct encoder e = {0};
      bool sent = encode_bytes(&e, bytes_sa(&in), &out);
      assert_int_equal(sent, !memchr(in.s, '\r', in.len) && !memchr(in.s, 0, in.len));
      encode_end(&e, &out);
      for (size_t n = 0; n < out.len; n++) {
        assert_true(out.s[n] != 0);
        assert_true(out.s[n] != '\r' || (n + 1 < out.len && out.s[n + 1] == '\n'));
        assert_true(out.s[n] != '\n' || (n && out.s[n - 1] == '\r'));
        bool end = n + 3 <= out.len && (!n || out.s[n - 1] == '\n') && !memcmp(out.s + n, ".\r\n", 3);
        assert_true(!end || n + 3 == out.len);
      }
      stralloc_free(&in);
      stralloc_free(&out);
    }
}

static const struct {
  const char *stored;
  uint64_t size;
  bool eightbit, header, forbidden;
} scans[] = {
  {"", 0, false, false, false},
  {"a", 3, false, false, false},
  {"a\n", 3, false, false, false},
  {".\n", 3, false, false, false},   /* the doubled dot does not count (RFC 1870 3) */
  {"A: b\n\nc\n", 11, false, false, false},
  {"A: b\n\nc\xff\n", 12, true, false, false},
  {"A: \xff\n\nc\n", 11, true, true, false},
  {"A: b\n \xff\n\nc\n", 15, true, true, false},
  {"\n\xff", 5, true, false, false},
  {"a\rb\n", 5, false, false, true},
};

static void test_scan(void **state) {
  (void)state;
  for (size_t i = 0; i < COUNT(scans); i++)
    for (size_t cut = 0; cut <= strlen(scans[i].stored); cut++) {
      struct encode_scan s = {0};
      encode_scan(&s, bytes_of(scans[i].stored, cut));
      encode_scan(&s, bytes_str(scans[i].stored + cut));
      encode_scan_end(&s);
      row_check(scans[i].stored, s.size == scans[i].size);
      row_check(scans[i].stored, s.eightbit == scans[i].eightbit);
      row_check(scans[i].stored, s.eightbit_header == scans[i].header);
      row_check(scans[i].stored, s.forbidden == scans[i].forbidden);
    }
  struct encode_scan s = {0};
  encode_scan(&s, bytes_of("a\0b", 3));
  assert_true(s.forbidden);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_table), cmocka_unit_test(test_smuggling), cmocka_unit_test(test_scan)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
