/* addr: paths and addresses, valid and not, and their keys. */
#include "unit.h"

#include "addr/addr.h"

#define LONG_63 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static void good_paths(void **state) {
  static const struct {
    const char *name, *path, *whole, *local, *domain, *rest;
    bool literal, utf8;
  } rows[] = {
      {"plain", "<taro@example.jp>", "taro@example.jp", "taro", "example.jp", "", false, false},
      {"something behind", "<a@b> SIZE=1", "a@b", "a", "b", " SIZE=1", false, false},
      {"null sender", "<>", "", "", "", "", false, false},
      {"postmaster", "<Postmaster>", "Postmaster", "Postmaster", "", "", false, false},
      {"doubled dots", "<a..b@docomo.ne.jp>", "a..b@docomo.ne.jp", "a..b", "docomo.ne.jp", "", false, false},
      {"leading dot", "<.a@docomo.ne.jp>", ".a@docomo.ne.jp", ".a", "docomo.ne.jp", "", false, false},
      {"trailing dot", "<a.@docomo.ne.jp>", "a.@docomo.ne.jp", "a.", "docomo.ne.jp", "", false, false},
      {"only dots", "<...@docomo.ne.jp>", "...@docomo.ne.jp", "...", "docomo.ne.jp", "", false, false},
      {"every atext", "<!#$%&'*+-/=?^_`{|}~@b>", "!#$%&'*+-/=?^_`{|}~@b", "!#$%&'*+-/=?^_`{|}~", "b", "", false, false},
      {"Exim's command", "<${run{x}}@b>", "${run{x}}@b", "${run{x}}", "b", "", false, false},
      {"quoted", "<\"a b\"@c>", "\"a b\"@c", "\"a b\"", "c", "", false, false},
      {"quoted, with everything", "<\"a@b>\\\"\\\\\"@c>", "\"a@b>\\\"\\\\\"@c", "\"a@b>\\\"\\\\\"", "c", "", false, false},
      {"quoted, empty", "<\"\"@c>", "\"\"@c", "\"\"", "c", "", false, false},
      {"source route", "<@x,@y.z:a@b>", "a@b", "a", "b", "", false, false},
      {"source route of one", "<@x:a@b>", "a@b", "a", "b", "", false, false},
      {"IPv4 literal", "<a@[192.0.2.1]>", "a@[192.0.2.1]", "a", "192.0.2.1", "", true, false},
      {"IPv6 literal", "<a@[IPv6:2001:db8::1]>", "a@[IPv6:2001:db8::1]", "a", "IPv6:2001:db8::1", "", true, false},
      {"UTF-8 local part", "<\xe5\xa4\xaa\xe9\x83\x8e@b>", "\xe5\xa4\xaa\xe9\x83\x8e@b", "\xe5\xa4\xaa\xe9\x83\x8e", "b", "", false, true},
      {"UTF-8 domain", "<a@\xe4\xbe\x8b.jp>", "a@\xe4\xbe\x8b.jp", "a", "\xe4\xbe\x8b.jp", "", false, true},
      {"UTF-8 in quotes", "<\"\xc3\xa9 x\"@b>", "\"\xc3\xa9 x\"@b", "\"\xc3\xa9 x\"", "b", "", false, true},
      {"underscore in a domain", "<a@b_c.d>", "a@b_c.d", "a", "b_c.d", "", false, false},
      {"a long local part", "<" LONG_63 LONG_63 "@b>", LONG_63 LONG_63 "@b", LONG_63 LONG_63, "b", "", false, false},
      {"a label of 63", "<a@" LONG_63 ">", "a@" LONG_63, "a", LONG_63, "", false, false},
      {"numbers as a domain", "<a@1.2.3.4>", "a@1.2.3.4", "a", "1.2.3.4", "", false, false},
  };
  (void)state;
  for (size_t i = 0; i < COUNT(rows); i++) {
    struct addr a;
    struct bytes rest;
    enum message_id why = MESSAGE_COUNT;
    if (!addr_parse_path(&a, bytes_str(rows[i].path), &rest, &why))
      fail_msg("row \"%s\": %s", rows[i].name, message_of(why)->text);
    row_string(rows[i].name, a.whole, rows[i].whole);
    row_string(rows[i].name, a.local, rows[i].local);
    row_string(rows[i].name, a.domain, rows[i].domain);
    row_string(rows[i].name, rest, rows[i].rest);
    row_check(rows[i].name, a.literal == rows[i].literal && a.utf8 == rows[i].utf8);
  }
}

#define PATH(text) text, sizeof(text) - 1

static void bad_paths(void **state) {
  static const struct {
    const char *name, *path;
    size_t n;
    enum message_id why;
  } rows[] = {
      {"empty", PATH(""), SM531W_address_no_brackets},
      {"no brackets", PATH("a@b"), SM531W_address_no_brackets},
      {"not closed", PATH("<a@b"), SM542W_address_not_closed},
      {"only the bracket", PATH("<"), SM534W_address_local},
      {"blank at the end", PATH("<a@b >"), SM542W_address_not_closed},
      {"blank at the start", PATH("< a@b>"), SM534W_address_local},
      {"blank in the local part", PATH("<a b@c>"), SM534W_address_local},
      {"no local part", PATH("<@b>"), SM540W_address_route},
      {"no local part behind a route", PATH("<@x:@b>"), SM534W_address_local},
      {"route without end", PATH("<@x,a@b>"), SM540W_address_route},
      {"route and nothing", PATH("<@x:>"), SM534W_address_local},
      {"no domain", PATH("<a@>"), SM533W_address_no_domain},
      {"no at", PATH("<taro>"), SM533W_address_no_domain},
      {"two at", PATH("<a@b@c>"), SM536W_address_domain},
      {"empty label", PATH("<a@b..c>"), SM536W_address_domain},
      {"dot at the end", PATH("<a@b.>"), SM536W_address_domain},
      {"dot at the start", PATH("<a@.b>"), SM536W_address_domain},
      {"label of 64", PATH("<a@" LONG_63 "a>"), SM536W_address_domain},
      {"shell in the domain", PATH("<a@`id`>"), SM536W_address_domain},
      {"slash in the domain", PATH("<a@../../etc>"), SM536W_address_domain},
      {"too long", PATH("<" LONG_63 LONG_63 LONG_63 "@" LONG_63 ".jp>"), SM538W_address_too_long},
      {"NUL", PATH("<a\0@b>"), SM539W_address_control},
      {"NUL in the domain", PATH("<a@b\0>"), SM539W_address_control},
      {"NUL in quotes", PATH("<\"\0\"@b>"), SM539W_address_control},
      {"escaped NUL in quotes", PATH("<\"\\\0\"@b>"), SM539W_address_control},
      {"CR", PATH("<a\r@b>"), SM539W_address_control},
      {"LF in the domain", PATH("<a@b\n>"), SM539W_address_control},
      {"LF in quotes", PATH("<\"a\n\"@b>"), SM539W_address_control},
      {"tab", PATH("<a\t@b>"), SM539W_address_control},
      {"DEL", PATH("<a\x7f@b>"), SM539W_address_control},
      {"quotes not closed", PATH("<\"a@b>"), SM535W_address_quotes},
      {"quotes, backslash last", PATH("<\"a\\"), SM535W_address_quotes},
      {"quotes and more", PATH("<\"a\"b@c>"), SM533W_address_no_domain},
      {"quotes in the middle", PATH("<a\"b\"@c>"), SM534W_address_local},
      {"Shift_JIS", PATH("<\x91\xbe\x98Y@b>"), SM541W_address_not_utf8},
      {"overlong UTF-8", PATH("<\xc0\xaf@b>"), SM541W_address_not_utf8},
      {"surrogate", PATH("<\xed\xa0\x80@b>"), SM541W_address_not_utf8},
      {"C1 control", PATH("<\xc2\x85@b>"), SM541W_address_not_utf8},
      {"UTF-8 cut off", PATH("<a@b\xe5\xa4>"), SM536W_address_domain},
      {"literal not closed", PATH("<a@[192.0.2.1>"), SM537W_address_literal},
      {"literal empty", PATH("<a@[]>"), SM537W_address_literal},
      {"literal with a part missing", PATH("<a@[192.0.2]>"), SM537W_address_literal},
      {"literal IPv6 without tag", PATH("<a@[2001:db8::1]>"), SM537W_address_literal},
      {"literal IPv4 with IPv6 tag", PATH("<a@[IPv6:192.0.2.1]>"), SM537W_address_literal},
      {"literal general", PATH("<a@[x:y]>"), SM537W_address_literal},
  };
  (void)state;
  for (size_t i = 0; i < COUNT(rows); i++) {
    struct addr a;
    struct bytes rest;
    enum message_id why = MESSAGE_COUNT;
    if (addr_parse_path(&a, bytes_of(rows[i].path, rows[i].n), &rest, &why))
      fail_msg("row \"%s\" was accepted", rows[i].name);
    if (why != rows[i].why)
      fail_msg("row \"%s\": %s, not %s", rows[i].name, why < MESSAGE_COUNT ? message_of(why)->id : "none", message_of(rows[i].why)->id);
  }
}

static void bare_addresses(void **state) {
  static const struct {
    const char *text;
    bool good;
  } rows[] = {{"a@b", true}, {"postmaster", true}, {"", false}, {"a", false}, {"<a@b>", false}, {"a@b>", false}, {"a@b x", false},
              {"a@b,c@d", false}, {"\"a b\"@c", true}, {"a@[192.0.2.1]", true}, {"a@[192.0.2.1]x", false}, {"@x:a@b", false}, {"a@b\n", false}};
  (void)state;
  for (size_t i = 0; i < COUNT(rows); i++) {
    struct addr a;
    enum message_id why;
    row_check(rows[i].text, addr_parse(&a, bytes_str(rows[i].text), &why) == rows[i].good);
  }
}

static void lengths(void **state) {
  (void)state;
  for (size_t n = 1; n < 300; n++) {
    stralloc text = {0};
    struct addr a;
    enum message_id why;
    while (text.len < n)
      sa_catc(&text, 'a');
    sa_cats(&text, "@b");
    if (addr_parse(&a, bytes_sa(&text), &why) != (text.len <= ADDR_MAX - 2))
      fail_msg("an address of %zu bytes", text.len);
    stralloc_free(&text);
  }
}

static void keys(void **state) {
  static const struct {
    const char *text, *key;
  } rows[] = {{"Taro@Example.JP", "taro@example.jp"}, {"\"Taro\"@b", "taro@b"}, {"\"a b\"@c", "\"a b\"@c"}, {"\"a\\b\"@c", "ab@c"},
              {"\"a\\\"\"@c", "\"a\\\"\"@c"}, {"\"\\ \"@c", "\" \"@c"}, {"\"\"@c", "\"\"@c"}, {"\"a..b\"@c", "a..b@c"},
              {"A@[IPv6:2001:DB8::1]", "a@[ipv6:2001:db8::1]"}, {"Postmaster", "postmaster"}, {"\"\xc3\xa9\"@b", "\xc3\xa9@b"},
              {"\"a\\\\b\"@c", "\"a\\\\b\"@c"}};
  (void)state;
  for (size_t i = 0; i < COUNT(rows); i++) {
    struct addr a;
    enum message_id why;
    stralloc key = {0};
    row_check(rows[i].text, addr_parse(&a, bytes_str(rows[i].text), &why));
    addr_key(&key, &a);
    row_string(rows[i].text, bytes_sa(&key), rows[i].key);
    stralloc_free(&key);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(good_paths), cmocka_unit_test(bad_paths), cmocka_unit_test(bare_addresses),
                                     cmocka_unit_test(lengths), cmocka_unit_test(keys)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
