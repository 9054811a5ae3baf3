/* base: slices, strings that grow, dates. */
#include "unit.h"

#include <time.h>

#include "base/date.h"

static void cut(void **state) {
  (void)state;
  static const struct {
    const char *name, *text;
    char sep;
    const char *joined;   /* the parts, each followed by | */
  } rows[] = {
      {"two parts", "a,b", ',', "a|b|"},
      {"empty text is one empty part", "", ',', "|"},
      {"separator at the end", "a,", ',', "a||"},
      {"only separators", ",,", ',', "|||"},
      {"no separator", "abc", ',', "abc|"},
  };
  for (size_t i = 0; i < COUNT(rows); i++) {
    struct bytes rest = bytes_str(rows[i].text), part;
    stralloc joined = {0};
    while (bytes_cut(&rest, rows[i].sep, &part)) {
      sa_catb(&joined, part.s, part.n);
      sa_catc(&joined, '|');
    }
    row_string(rows[i].name, bytes_sa(&joined), rows[i].joined);
    stralloc_free(&joined);
  }
}

static void numbers(void **state) {
  (void)state;
  static const struct {
    const char *text;
    bool valid;
    uint64_t value;
  } rows[] = {
      {"0", true, 0},
      {"007", true, 7},
      {"18446744073709551615", true, UINT64_MAX},
      {"18446744073709551616", false, 0},
      {"99999999999999999999999", false, 0},
      {"", false, 0},
      {"-1", false, 0},
      {"+1", false, 0},
      {" 1", false, 0},
      {"1 ", false, 0},
      {"1k", false, 0},
  };
  for (size_t i = 0; i < COUNT(rows); i++) {
    uint64_t value = 0;
    row_check(rows[i].text, bytes_u64(bytes_str(rows[i].text), &value) == rows[i].valid);
    row_check(rows[i].text, value == rows[i].value);
  }
}

static void compare(void **state) {
  (void)state;
  assert_true(bytes_eq(bytes_of(NULL, 0), bytes_str("")));
  assert_false(bytes_eq(bytes_str("a"), bytes_str("A")));
  assert_true(bytes_ieq(bytes_str("MAIL From"), bytes_str("mail fROM")));
  assert_false(bytes_ieq(bytes_str("mail"), bytes_str("mai")));
  assert_false(bytes_ieq(bytes_str("a["), bytes_str("a{")));   /* differ by 32 and are no letters */
  assert_true(bytes_istarts(bytes_str("SIZE=5"), bytes_str("size=")));
  assert_false(bytes_istarts(bytes_str("SIZ"), bytes_str("size=")));
  assert_true(bytes_istarts(bytes_str("x"), bytes_str("")));
}

static void trim(void **state) {
  (void)state;
  static const char *const rows[][2] = {{"  a b\t", "a b"}, {"", ""}, {" \t ", ""}, {"a", "a"}, {"\na ", "\na"}};
  for (size_t i = 0; i < COUNT(rows); i++)
    row_string(rows[i][0], bytes_trim(bytes_str(rows[i][0])), rows[i][1]);
}

static void growing(void **state) {
  (void)state;
  stralloc sa = {0}, other = {0};
  sa_catu(&sa, 0);
  sa_catu(&sa, UINT64_MAX);
  sa_catc(&sa, ' ');
  sa_catu0(&sa, 7, 3);
  sa_catu0(&sa, 12345, 3);
  sa_catf(&sa, "<%s %5.1f>", "x", 2.5);
  sa_copys(&other, "abc");
  sa_cat(&sa, &other);
  sa_copy(&other, &sa);
  assert_string_equal(sa_cstr(&other), "018446744073709551615 00712345<x   2.5>abc");
  assert_int_equal(other.len, strlen(other.s));
  sa_copyb(&other, NULL, 0);
  assert_int_equal(other.len, 0);
  sa_0(&other);
  assert_int_equal(other.len, 1);
  for (int i = 0; i < 100000; i++)
    sa_catc(&sa, 'x');
  assert_int_equal(sa.s[sa.len - 1], 'x');
  stralloc_free(&sa);
  stralloc_free(&other);
}

static void dates(void **state) {
  (void)state;
  static const struct {
    int64_t t;
    const char *rfc, *iso;
  } rows[] = {
      {0, "Thu, 1 Jan 1970 00:00:00 +0000", "1970-01-01T00:00:00Z"},
      {-1, "Wed, 31 Dec 1969 23:59:59 +0000", "1969-12-31T23:59:59Z"},
      {951782399, "Mon, 28 Feb 2000 23:59:59 +0000", "2000-02-28T23:59:59Z"},
      {951782400, "Tue, 29 Feb 2000 00:00:00 +0000", "2000-02-29T00:00:00Z"},
      {1795492219, "Tue, 24 Nov 2026 03:50:19 +0000", "2026-11-24T03:50:19Z"},
      {4107542400, "Mon, 1 Mar 2100 00:00:00 +0000", "2100-03-01T00:00:00Z"},
      {253402300799, "Fri, 31 Dec 9999 23:59:59 +0000", "9999-12-31T23:59:59Z"},
  };
  for (size_t i = 0; i < COUNT(rows); i++) {
    stralloc rfc = {0}, iso = {0};
    date_rfc5322(&rfc, rows[i].t);
    date_iso(&iso, rows[i].t);
    row_string(rows[i].iso, bytes_sa(&rfc), rows[i].rfc);
    row_string(rows[i].iso, bytes_sa(&iso), rows[i].iso);
    stralloc_free(&rfc);
    stralloc_free(&iso);
  }
}

static void dates_as_libc(void **state) {
  (void)state;
  stralloc got = {0};
  for (int64_t t = -3000000000; t < 9000000000; t += 86400 * 13 + 4567) {
    char want[64];
    time_t tt = (time_t)t;
    struct tm tm;
    gmtime_r(&tt, &tm);
    strftime(want, sizeof want, "%a %Y-%m-%dT%H:%M:%SZ", &tm);
    got.len = 0;
    date_rfc5322(&got, t);
    got.len = 3;
    sa_catc(&got, ' ');
    date_iso(&got, t);
    row_string(want, bytes_sa(&got), want);
  }
  stralloc_free(&got);
}

static void dates_never_break(void **state) {
  (void)state;
  static const int64_t rows[] = {INT64_MIN, INT64_MAX, INT64_MIN + 1, -86400LL * 146097 * 1000};
  for (size_t i = 0; i < COUNT(rows); i++) {
    stralloc out = {0};
    date_rfc5322(&out, rows[i]);
    date_iso(&out, rows[i]);
    assert_true(out.len > 40);
    stralloc_free(&out);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(cut),   cmocka_unit_test(numbers),       cmocka_unit_test(compare),
      cmocka_unit_test(trim),  cmocka_unit_test(growing),       cmocka_unit_test(dates),
      cmocka_unit_test(dates_as_libc), cmocka_unit_test(dates_never_break),
  };
  return cmocka_run_group_tests_name("base", tests, NULL, NULL);
}
