/* local: where addresses lead. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "conf_fixture.h"
#include "local/local.h"
#include "local/own.h"

static const char *const set[] = {
  "d:=example.jp", "d:example.jp=1", "d:example.net=",
  "u:taro@example.jp=mail/example.jp/taro|1000", "u:hanako@example.jp=mail/example.jp/hanako|0",
  "u:jiro@example.net=mail/example.net/jiro|0", "u:a+b@example.jp=mail/example.jp/a+b|0",
  "u:..dots..@example.jp=mail/example.jp/..dots..|0",
  "a:info@example.jp=taro@example.jp|hanako@example.jp|", "a:all@example.jp=info@example.jp|jiro@example.net|taro@example.jp|",
  "a:postmaster@example.jp=taro@example.jp|", "a:away@example.jp=someone@elsewhere.example|",
  "a:hanako@example.jp=hanako@example.jp|hanako@mobile.example|",    /* keeps a copy, forwards one */
  "a:loop1@example.jp=loop2@example.jp|", "a:loop2@example.jp=loop1@example.jp|",
  "a:half@example.jp=nobody@example.jp|taro@example.jp|", "a:none@example.jp=nobody@example.jp|",
  "a:self@example.jp=self@example.jp|", "a:tag@example.jp=taro+x@example.jp|",
  "c:example.net=jiro@example.net|",
  NULL,
};

/* WANT: targets separated by blanks, "box:quota" for a mailbox, "->addr" for a forward, "<orig" where it differs. */
static const struct {
  const char *addr;
  enum local_result result;
  const char *want;
} rows[] = {
  {"taro@example.jp", LOCAL_OURS, "mail/example.jp/taro:1000"},
  {"TARO@Example.JP", LOCAL_OURS, "mail/example.jp/taro:1000"},
  {"taro", LOCAL_OURS, "mail/example.jp/taro:1000<taro"},
  {"\"taro\"@example.jp", LOCAL_OURS, "mail/example.jp/taro:1000<\"taro\"@example.jp"},
  {"..dots..@example.jp", LOCAL_OURS, "mail/example.jp/..dots..:0"},
  {"taro+news@example.jp", LOCAL_OURS, "mail/example.jp/taro:1000<taro+news@example.jp"},
  {"a+b@example.jp", LOCAL_OURS, "mail/example.jp/a+b:0"},
  {"a+c@example.jp", LOCAL_UNKNOWN, ""},
  {"+taro@example.jp", LOCAL_UNKNOWN, ""},
  {"\"taro+x y\"@example.jp", LOCAL_UNKNOWN, ""},
  {"info@example.jp", LOCAL_OURS, "mail/example.jp/taro:1000<info@example.jp mail/example.jp/hanako:0<info@example.jp ->hanako@mobile.example<info@example.jp"},
  {"info+x@example.jp", LOCAL_OURS, "mail/example.jp/taro:1000<info+x@example.jp mail/example.jp/hanako:0<info+x@example.jp ->hanako@mobile.example<info+x@example.jp"},
  {"all@example.jp", LOCAL_OURS, "mail/example.jp/taro:1000<all@example.jp mail/example.jp/hanako:0<all@example.jp ->hanako@mobile.example<all@example.jp mail/example.net/jiro:0<all@example.jp"},
  {"hanako@example.jp", LOCAL_OURS, "mail/example.jp/hanako:0 ->hanako@mobile.example<hanako@example.jp"},
  {"hanako+x@example.jp", LOCAL_OURS, "mail/example.jp/hanako:0<hanako+x@example.jp ->hanako@mobile.example<hanako+x@example.jp"},
  {"away@example.jp", LOCAL_OURS, "->someone@elsewhere.example<away@example.jp"},
  {"tag@example.jp", LOCAL_OURS, "mail/example.jp/taro:1000<tag@example.jp"},
  {"postmaster", LOCAL_OURS, "mail/example.jp/taro:1000<postmaster"},
  {"Postmaster@example.jp", LOCAL_OURS, "mail/example.jp/taro:1000<Postmaster@example.jp"},
  {"postmaster@example.net", LOCAL_OURS, "mail/example.jp/taro:1000<postmaster@example.net"},
  {"postmaster@elsewhere.example", LOCAL_FOREIGN, ""},
  {"anything@example.net", LOCAL_OURS, "mail/example.net/jiro:0<anything@example.net"},
  {"half@example.jp", LOCAL_OURS, "mail/example.jp/taro:1000<half@example.jp"},
  {"none@example.jp", LOCAL_UNKNOWN, ""},
  {"self@example.jp", LOCAL_UNKNOWN, ""},
  {"nobody@example.jp", LOCAL_UNKNOWN, ""},
  {"loop1@example.jp", LOCAL_LOOP, ""},
  {"taro@elsewhere.example", LOCAL_FOREIGN, ""},
  {"taro@sub.example.jp", LOCAL_FOREIGN, ""},
  {"taro@[192.0.2.1]", LOCAL_FOREIGN, ""},
  {"@example.jp", LOCAL_FOREIGN, ""}, {"", LOCAL_FOREIGN, ""}, {"taro@", LOCAL_FOREIGN, ""}, {"a b@example.jp", LOCAL_FOREIGN, ""},
};

static void describe(stralloc *out, const struct local_targets *list) {
  out->len = 0;
  for (size_t i = 0; i < list->count; i++) {
    const struct local_target *t = &list->t[i];
    sa_cats(out, i ? " " : "");
    if (t->local)
      sa_cat(out, &t->box), sa_catc(out, ':'), sa_catu(out, t->quota);
    else
      sa_cats(out, "->"), sa_cat(out, &t->addr);
    if (t->original.len)
      sa_catc(out, '<'), sa_cat(out, &t->original);
  }
}

static void test_resolve(void **state) {
  struct conf c;
  stralloc got = {0};
  (void)state;
  fixture_conf(&c, set);
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    struct local_targets list = {0};
    enum local_result result = local_resolve(&c, bytes_str(rows[i].addr), &list);
    describe(&got, &list);
    if (result != rows[i].result || strcmp(sa_cstr(&got), rows[i].want))
      fail_msg("%s: result %d, %s", rows[i].addr, result, sa_cstr(&got));
    if (local_is_ours(&c, bytes_str(rows[i].addr)) != (result == LOCAL_OURS))
      fail_msg("%s: local_is_ours disagrees", rows[i].addr);
    local_targets_free(&list);
  }
  stralloc_free(&got);
  conf_close(&c);
}

static void test_merged(void **state) {
  struct conf c;
  struct local_targets list = {0};
  (void)state;
  fixture_conf(&c, set);
  assert_int_equal(local_resolve(&c, bytes_str("taro@example.jp"), &list), LOCAL_OURS);
  assert_int_equal(local_resolve(&c, bytes_str("loop2@example.jp"), &list), LOCAL_LOOP);
  assert_int_equal(list.count, 1);
  assert_int_equal(local_resolve(&c, bytes_str("taro+again@example.jp"), &list), LOCAL_OURS);
  assert_int_equal(list.count, 1);
  assert_int_equal(list.t[0].original.len, 0);
  local_targets_free(&list);
  conf_close(&c);
}

/* big: 900 forwards; big and big2 together are too many; deep: 20 aliases in a row; wide: 2^16 ways. */
static void test_limits(void **state) {
  struct conf c;
  struct local_targets list = {0};
  static char text[64][40000];
  const char *lines[80] = {"d:=example.jp", "d:example.jp=1", "u:taro@example.jp=mail/example.jp/taro|0"};
  size_t n = 3, k = 0;
  (void)state;
  for (int big = 0; big < 2; big++) {
    char *p = text[k];
    p += sprintf(p, "a:big%d@example.jp=", big);
    for (int i = 0; i < 900; i++)
      p += sprintf(p, "x%d.%d@elsewhere.example|", big, i);
    lines[n++] = text[k++];
  }
  for (int i = 0; i < 20; i++, n++)
    lines[n] = text[k++], sprintf(text[k - 1], "a:deep%d@example.jp=deep%d@example.jp|", i, i + 1);
  for (int i = 0; i < 14; i++, n++)
    lines[n] = text[k++], sprintf(text[k - 1], "a:wide%d@example.jp=wide%d@example.jp|Wide%d@example.jp|", i, i + 1, i + 1);
  lines[n++] = "a:wide14@example.jp=taro@example.jp|";
  lines[n++] = "a:deep20@example.jp=taro@example.jp|";
  lines[n] = NULL;
  fixture_conf(&c, lines);
  assert_int_equal(local_resolve(&c, bytes_str("big0@example.jp"), &list), LOCAL_OURS);
  assert_int_equal(list.count, 900);
  assert_int_equal(local_resolve(&c, bytes_str("big1@example.jp"), &list), LOCAL_TOO_MANY);
  assert_int_equal(list.count, 900);
  assert_int_equal(local_resolve(&c, bytes_str("deep0@example.jp"), &list), LOCAL_LOOP);
  assert_int_equal(local_resolve(&c, bytes_str("deep5@example.jp"), &list), LOCAL_OURS);
  assert_int_equal(local_resolve(&c, bytes_str("wide0@example.jp"), &list), LOCAL_TOO_MANY);
  assert_int_equal(local_resolve(&c, bytes_str("wide5@example.jp"), &list), LOCAL_OURS);
  assert_int_equal(list.count, 901);
  local_targets_free(&list);
  conf_close(&c);
}

static void test_domains(void **state) {
  struct conf c;
  (void)state;
  fixture_conf(&c, set);
  assert_true(local_domain_is_ours(&c, bytes_str("EXAMPLE.net")));
  assert_false(local_domain_is_ours(&c, bytes_str("")));
  assert_false(local_domain_is_ours(&c, bytes_str("example")));
  conf_close(&c);
}

static void test_own(void **state) {
  static const struct { const char *user, *sender; bool own; } owners[] = {
      {"taro@example.jp", "taro@example.jp", true}, {"taro@example.jp", "TARO@Example.JP", true},
      {"taro@example.jp", "taro+shop@example.jp", true}, {"taro@example.jp", "info@example.jp", true},
      {"taro@example.jp", "all@example.jp", true}, {"hanako@example.jp", "all@example.jp", true},
      {"taro@example.jp", "tag@example.jp", true}, {"taro@example.jp", "postmaster@example.jp", true},
      {"taro@example.jp", "half@example.jp", true}, {"hanako@example.jp", "hanako@example.jp", true},
      {"jiro@example.net", "anything@example.net", true},               /* the catch-all */
      {"taro@example.jp", "hanako@example.jp", false}, {"hanako@example.jp", "taro@example.jp", false},
      {"taro@example.jp", "away@example.jp", false}, {"taro@example.jp", "hanako@mobile.example", false},
      {"taro@example.jp", "taro@elsewhere.example", false}, {"taro@example.jp", "nobody@example.jp", false},
      {"taro@example.jp", "loop1@example.jp", false}, {"taro@example.jp", "none@example.jp", false},
      {"taro@example.jp", "anything@example.net", false}, {"taro@example.jp", "", false}, {"", "taro@example.jp", false}, {"", "", false},
  };
  struct conf c;
  (void)state;
  fixture_conf(&c, set);
  for (size_t i = 0; i < sizeof owners / sizeof *owners; i++)
    if (local_is_own(&c, bytes_str(owners[i].user), bytes_str(owners[i].sender)) != owners[i].own)
      fail_msg("<%s> as <%s>", owners[i].user, owners[i].sender);
  conf_close(&c);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_own), cmocka_unit_test(test_resolve), cmocka_unit_test(test_merged), cmocka_unit_test(test_limits), cmocka_unit_test(test_domains)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
