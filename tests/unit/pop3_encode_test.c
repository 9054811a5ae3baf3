/* Stored messages as POP3 sends them, and their sizes. */
#include "unit.h"

#include "pop3/encode.h"

static const struct {
  const char *name, *in, *want;
  long long top;         /* -1: whole */
  uint64_t size;         /* of the whole message, dots not doubled */
} rows[] = {
  {"empty", "", ".\r\n", -1, 0},
  {"newline", "\n", "\r\n.\r\n", -1, 2},
  {"plain", "a: b\n\nc\n", "a: b\r\n\r\nc\r\n.\r\n", -1, 11},
  {"no final newline", "a: b\n\nc", "a: b\r\n\r\nc\r\n.\r\n", -1, 11},
  {"final CR", "a\r", "a\r\n.\r\n", -1, 3},
  {"dot alone", ".\n", "..\r\n.\r\n", -1, 3},
  {"dot first", ".a\n..b\nc.\n", "..a\r\n...b\r\nc.\r\n.\r\n", -1, 13},
  {"dot as the last byte", "a\n.", "a\r\n..\r\n.\r\n", -1, 6},
  {"dot behind CRLF", "a\r\n.b\n", "a\r\n..b\r\n.\r\n", -1, 7},
  {"CRLF stays", "a\r\nb\r\n", "a\r\nb\r\n.\r\n", -1, 6},
  {"CR CR LF", "a\r\r\nb\n", "a\r\r\nb\r\n.\r\n", -1, 7},
  {"CR inside", "a\rb\n", "a\rb\r\n.\r\n", -1, 5},
  {"8-bit", "\xe3\x81\x82\n", "\xe3\x81\x82\r\n.\r\n", -1, 5},
  {"TOP 0", "a: b\n\nc\nd\n", "a: b\r\n\r\n.\r\n", 0, 14},
  {"TOP 1", "a: b\n\nc\nd\n", "a: b\r\n\r\nc\r\n.\r\n", 1, 14},
  {"TOP 2", "a: b\n\nc\nd\n", "a: b\r\n\r\nc\r\nd\r\n.\r\n", 2, 14},
  {"TOP beyond", "a: b\n\nc\nd", "a: b\r\n\r\nc\r\nd\r\n.\r\n", 99, 14},
  {"TOP of a header alone", "a: b\n", "a: b\r\n.\r\n", 5, 6},
  {"TOP counts empty lines", "a\n\n\n\nb\n", "a\r\n\r\n\r\n.\r\n", 1, 12},
  {"TOP with CRLF", "a\r\n\r\nb\r\nc\r\n", "a\r\n\r\nb\r\n.\r\n", 1, 11},
  {"TOP: a CR alone ends no header", "a\n\rx\n\nb\nc\n", "a\r\n\rx\r\n\r\nb\r\n.\r\n", 1, 15},
};

static void encode_pieces(stralloc *out, size_t row, const size_t cuts[3]) {
  struct pop3_encoder e;
  const char *in = rows[row].in;
  if (rows[row].top < 0)
    pop3_encode_init(&e);
  else
    pop3_encode_init_top(&e, (uint64_t)rows[row].top);
  out->len = 0;
  for (size_t i = 0; i < 3; i++) {
    size_t from = i ? cuts[i - 1] : 0;
    if (!pop3_encode(&e, bytes_of(in + from, cuts[i] - from), out))
      break;
  }
  pop3_encode_end(&e, out);
}

static void count_pieces(size_t row, const size_t cuts[3]) {
  struct pop3_counter c = {0};
  for (size_t i = 0; i < 3; i++) {
    size_t from = i ? cuts[i - 1] : 0;
    pop3_count(&c, bytes_of(rows[row].in + from, cuts[i] - from));
  }
  row_check(rows[row].name, pop3_counted(&c) == rows[row].size);
}

static void test_every_cut(void **state) {
  (void)state;
  stralloc out = {0};
  for (size_t row = 0; row < COUNT(rows); row++) {
    size_t n = strlen(rows[row].in);
    for (size_t a = 0; a <= n; a++)
      for (size_t b = a; b <= n; b++) {
        encode_pieces(&out, row, (size_t[]){a, b, n});
        row_string(rows[row].name, bytes_sa(&out), rows[row].want);
        count_pieces(row, (size_t[]){a, b, n});
      }
  }
  stralloc_free(&out);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_every_cut)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
