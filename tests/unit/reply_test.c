/* reply: what other servers answer, well and badly formed. */
#include "smtp/reply.h"
#include "unit.h"

static const struct {
  const char *wire;       /* ends with the reply's end */
  unsigned code;          /* 0: broken; 1: more is wanted */
  const char *status, *words;
} replies[] = {
  {"250 ok\r\n", 250, "", "250 ok"},
  {"250 ok\n", 250, "", "250 ok"},
  {"250\r\n", 250, "", "250"},
  {"250 \r\n", 250, "", "250"},
  {"553\r\n", 553, "", "553"},
  {"553-\r\n", 1, "", ""},
  {"553-\r\n553-\r\n553\r\n", 553, "", "553"},
  {"553-\r\n553 5.1.3 bad\r\n", 553, "5.1.3", "553 5.1.3 bad"},
  {"250-a\r\n250-b\r\n250 c\r\n", 250, "", "250 a b c"},
  {"550 5.1.1 no such user\r\n", 550, "5.1.1", "550 5.1.1 no such user"},
  {"550-5.1.1 no such\r\n550-5.1.1 user\r\n550 5.1.1 here\r\n", 550, "5.1.1", "550 5.1.1 no such user here"},
  {"550-no such\r\n550 5.1.1 user\r\n", 550, "5.1.1", "550 no such 5.1.1 user"},
  {"550-5.1.1 a\r\n550 5.7.1 b\r\n", 550, "5.1.1", "550 5.1.1 a 5.7.1 b"},
  {"550 5.1.1\r\n", 550, "5.1.1", "550 5.1.1"},
  {"550 5.7.999 x\r\n", 550, "5.7.999", "550 5.7.999 x"},
  {"550 5.7.1000 x\r\n", 550, "", "550 5.7.1000 x"},
  {"550 5.7.1x\r\n", 550, "", "550 5.7.1x"},
  {"550 5.7. x\r\n", 550, "", "550 5.7. x"},
  {"550 5..1 x\r\n", 550, "", "550 5..1 x"},
  {"550 4.7.1 x\r\n", 550, "", "550 4.7.1 x"},
  {"450 4.7.1 x\r\n", 450, "4.7.1", "450 4.7.1 x"},
  {"250-5.1.1 a\r\n550 b\r\n", 550, "", "550 5.1.1 a b"},   /* the last code counts, the status was of another class */
  {"250-2.0.0 a\r\n550 b\r\n", 550, "", "550 2.0.0 a b"},
  {"250 a\tb\x01\x7f" "c\r\n", 250, "", "250 a b??c"},
  {"250 caf\xc3\xa9\r\n", 250, "", "250 caf\xc3\xa9"},
  {"250 a\rb\r\n", 250, "", "250 a?b"},
  {"250 a\r\r\n", 250, "", "250 a?"},
  {"   250 x\r\n", 0, "", ""},
  {"\r\n", 0, "", ""},
  {"\n", 0, "", ""},
  {"25\r\n", 0, "", ""},
  {"2500 x\r\n", 0, "", ""},
  {"250_x\r\n", 0, "", ""},
  {"250x\r\n", 0, "", ""},
  {"-250 x\r\n", 0, "", ""},
  {"2 0 x\r\n", 0, "", ""},
  {"199 x\r\n", 0, "", ""},
  {"600 x\r\n", 0, "", ""},
  {"999 x\r\n", 0, "", ""},
  {"000 x\r\n", 0, "", ""},
  {"+OK ready\r\n", 0, "", ""},
  {"HTTP/1.1 400 Bad Request\r\n", 0, "", ""},
  {"250-a\r\nb\r\n", 0, "", ""},
};

/* Fed in two pieces, the second at once behind the first. */
static enum reply_progress feed_cut(struct reply *r, struct bytes wire, size_t cut) {
  size_t used;
  enum reply_progress p = reply_feed(r, bytes_of(wire.s, cut), &used);
  return p == REPLY_MORE ? reply_feed(r, bytes_of(wire.s + cut, wire.n - cut), &used) : p;
}

static void check_reply(const char *name, struct reply *r, enum reply_progress p, size_t i) {
  stralloc words = {0};
  row_check(name, p == (replies[i].code == 0 ? REPLY_BROKEN : replies[i].code == 1 ? REPLY_MORE : REPLY_WHOLE));
  if (p == REPLY_WHOLE) {
    row_check(name, r->code == replies[i].code);
    row_string(name, bytes_str(r->status), replies[i].status);
    reply_words(&words, r);
    row_string(name, bytes_sa(&words), replies[i].words);
  }
  stralloc_free(&words);
}

static void test_table(void **state) {
  (void)state;
  for (size_t i = 0; i < COUNT(replies); i++)
    for (size_t cut = 0; cut <= strlen(replies[i].wire); cut++) {
      struct reply r = {0};
      check_reply(replies[i].wire, &r, feed_cut(&r, bytes_str(replies[i].wire), cut), i);
      reply_free(&r);
    }
}

/* What came before leaves nothing behind: each row read after each other row by the same parser. */
static void test_stateless(void **state) {
  (void)state;
  for (size_t i = 0; i < COUNT(replies); i++)
    for (size_t k = 0; k < COUNT(replies); k++) {
      struct reply r = {0};
      size_t used;
      reply_feed(&r, bytes_str(replies[k].wire), &used);
      reply_begin(&r);
      check_reply(replies[i].wire, &r, feed_cut(&r, bytes_str(replies[i].wire), 0), i);
      reply_free(&r);
    }
}

static void test_takes_one(void **state) {
  (void)state;
  struct reply r = {0};
  size_t used;
  assert_int_equal(reply_feed(&r, bytes_str("250-a\r\n250 b\r\n354 go\r\n"), &used), REPLY_WHOLE);
  assert_int_equal(used, 14);
  reply_free(&r);
}

static void test_nul(void **state) {
  (void)state;
  struct reply r = {0};
  size_t used;
  assert_int_equal(reply_feed(&r, bytes_of("250 a\0b\r\n", 9), &used), REPLY_WHOLE);
  row_string("NUL", bytes_sa(&r.text), "a?b");
  reply_begin(&r);
  assert_int_equal(reply_feed(&r, bytes_of("25\0 a\r\n", 7), &used), REPLY_BROKEN);
  reply_free(&r);
}

static void feed_many(struct reply *r, const char *piece, size_t n, size_t times, enum reply_progress *p) {
  size_t used;
  *p = REPLY_MORE;
  for (size_t i = 0; i < times && *p == REPLY_MORE; i++)
    *p = reply_feed(r, bytes_of(piece, n), &used);
}

static void test_bounds(void **state) {
  (void)state;
  static char x[1024];
  memset(x, 'x', sizeof x);
  struct reply r = {0};
  enum reply_progress p;
  size_t used;
  reply_feed(&r, bytes_str("250 "), &used);
  feed_many(&r, x, sizeof x, 3, &p);
  assert_int_equal(reply_feed(&r, bytes_str("\r\n"), &used), REPLY_WHOLE);
  assert_int_equal(r.text.len, REPLY_LINE_MAX - 4);
  reply_begin(&r);
  feed_many(&r, x, sizeof x, 10 * 1024, &p);   /* 10 MiB without an end */
  assert_int_equal(p, REPLY_BROKEN);
  assert_true(r.line.len <= REPLY_LINE_MAX);
  reply_begin(&r);
  feed_many(&r, "250-more\r\n", 10, 1000000, &p);
  assert_int_equal(p, REPLY_BROKEN);
  assert_true(r.text.len <= REPLY_TEXT_MAX);
  reply_free(&r);
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_table), cmocka_unit_test(test_stateless), cmocka_unit_test(test_takes_one), cmocka_unit_test(test_nul), cmocka_unit_test(test_bounds),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
