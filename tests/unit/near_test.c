/* near: which known address may have been meant. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "addr/near.h"

static void test_edits(void **state) {
  static const struct { const char *a, *b; unsigned edits; } rows[] = {
    {"", "", 0}, {"a", "", 1}, {"hanako@example.net", "hanoko@example.net", 1}, {"HANAKO@Example.net", "hanako@example.NET", 0},
    {"hanaok@example.net", "hanako@example.net", 1}, {"hanako@exmaple.ne", "hanako@example.net", 2}, {"hanako@example.net", "taro@example.net", 3},
    {"abcdef", "badcfe", 3}, {"kitten", "sitting", 3}, {"ab", "abcd", 2}, {"ca", "abc", 3},
  };
  (void)state;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    unsigned there = addr_edits(bytes_str(rows[i].a), bytes_str(rows[i].b)), back = addr_edits(bytes_str(rows[i].b), bytes_str(rows[i].a));
    if (there != rows[i].edits || back != rows[i].edits)
      fail_msg("row %zu: %u and %u, want %u", i, there, back, rows[i].edits);
  }
}

static void test_nearest(void **state) {
  static const struct { const char *addr, *lines, *want; } rows[] = {
    {"hanoko@example.net", "taro@example.net\nhanako@example.net\n", "hanako@example.net"},
    {"hanoko@example.net", "", ""},
    {"hanako@example.net", "hanakc@example.net\nHanako@example.net\n", ""},          /* it was delivered to before: no typing error */
    {"hanako@exampel.net", "hanako@example.net", "hanako@example.net"},
    {"hanoxo@example.net", "hanako@example.net\nhanoko@example.net\n", "hanoko@example.net"},
    {"hanoko@example.net", "hanako@example.net\nhaneko@example.net\n", "haneko@example.net"},   /* as near: the newer one */
    {"abc@x.jp", "xyc@x.jp\n", ""},                                                  /* two of three letters are another name */
    {"abc@x.jp", "abd@x.jp\n", "abd@x.jp"},
    {"no at sign", "\n\nno at sigh", "no at sigh"},
  };
  (void)state;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    struct bytes got = addr_nearest(bytes_str(rows[i].addr), bytes_str(rows[i].lines));
    if (!bytes_eq(got, bytes_str(rows[i].want)))
      fail_msg("row %zu: %.*s, want %s", i, (int)got.n, got.s, rows[i].want);
  }
}

static void test_long_ones_are_never_near(void **state) {
  char a[300], b[300];
  (void)state;
  memset(a, 'a', sizeof a);
  memset(b, 'a', sizeof b);
  assert_int_equal(addr_edits(bytes_of(a, 300), bytes_of(b, 299)), NEAR_EDITS + 1);
  assert_int_equal(addr_edits(bytes_of(a, NEAR_LENGTH_MAX), bytes_of(b, NEAR_LENGTH_MAX - 2)), 2);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_edits), cmocka_unit_test(test_nearest), cmocka_unit_test(test_long_ones_are_never_near)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
