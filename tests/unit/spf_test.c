/* spf: check_host against a table of records: each mechanism, the limits, the faults; macros as in RFC 7208 7.4. */
#include "dns_table.h"

#include "spf/private.h"

static const char *const zone[] = {
    "all.test TXT v=spf1 -all", "open.test TXT v=spf1 +all", "soft.test TXT V=SPF1 ~ALL", "none.test TXT hello", "neutral.test TXT v=spf1",
    "ip4.test TXT v=spf1 ip4:192.0.2.0/24 -all", "ip4h.test TXT v=spf1 ip4:192.0.2.77/24 -all", "ip6.test TXT v=spf1 ip6:2001:db8::/32 -all", "one.test TXT v=spf1 ip4:192.0.2.7 ?all",
    "a.test TXT v=spf1 a -all", "a.test A 192.0.2.7", "a24.test TXT v=spf1 a:a.test/24//64 -all", "a6.test TXT v=spf1 a -all", "a6.test AAAA 2001:db8::7",
    "mx.test TXT v=spf1 mx -all", "mx.test MX mail.mx.test", "mail.mx.test A 192.0.2.7", "mx1.test TXT v=spf1 mx:mx.test -all",
    "ptr.test TXT v=spf1 ptr -all", "7.2.0.192.in-addr.arpa PTR host.ptr.test", "host.ptr.test A 192.0.2.7",
    "ex.test TXT v=spf1 exists:%{ir}.%{v}._spf.%{d} -all", "7.2.0.192.in-addr._spf.ex.test A 127.0.0.2",
    "inc.test TXT v=spf1 include:ip4.test ~all", "inc2.test TXT v=spf1 include:all.test ?all", "incnone.test TXT v=spf1 include:none.test -all",
    "incloop.test TXT v=spf1 include:incloop.test -all", "incbad.test TXT v=spf1 include:bad.test -all",
    "red.test TXT v=spf1 redirect=ip4.test", "rednone.test TXT v=spf1 redirect=none.test", "redall.test TXT v=spf1 ?all redirect=all.test", "redlast.test TXT v=spf1 redirect=a.test ip4:198.51.100.1",
    "bad.test TXT v=spf1 ipv4:192.0.2.7 +all", "bad2.test TXT v=spf1 +all ip4:192.0.2.300", "bad3.test TXT v=spf1 a:/24 +all", "bad4.test TXT v=spf1 ip4:192.0.2.1/33 +all",
    "bad5.test TXT v=spf1 all:x +all", "bad6.test TXT v=spf1 include +all", "bad7.test TXT v=spf1 exists:%{z} +all", "bad8.test TXT v=spf1 redirect=a.test redirect=a.test",
    "mod.test TXT v=spf1 x-new=1 exp=e.test +all", "two.test TXT v=spf1 +all", "two.test TXT v=spf1 -all", "spf10.test TXT v=spf10 +all",
    "fail.test FAIL", "incfail.test TXT v=spf1 include:fail.test -all", "afail.test TXT v=spf1 a:fail.test +all",
    "many.test TXT v=spf1 a:a.test a:a6.test a:a.test a:a.test a:a.test a:a.test a:a.test a:a.test a:a.test a:a.test a:a.test +all",
    "void.test TXT v=spf1 a:n1.test a:n2.test a:n3.test +all", "void2.test TXT v=spf1 a:n1.test a:n2.test +all",
    "cut.test TXT v=spf1 include:inc.test -all", NULL};
static const struct resolver resolver = {table_lookup, (void *)zone};

static void results(void **state) {
  (void)state;
  static const struct {
    const char *domain, *ip;
    enum spf_result result;
    const char *term, *decided;
  } rows[] = {
      {"all.test", "192.0.2.7", SPF_FAIL, "-all", "all.test"}, {"open.test", "192.0.2.7", SPF_PASS, "+all", "open.test"},
      {"soft.test", "192.0.2.7", SPF_SOFTFAIL, "~ALL", "soft.test"}, {"none.test", "192.0.2.7", SPF_NONE, "", ""},
      {"nowhere.test", "192.0.2.7", SPF_NONE, "", ""}, {"nodot", "192.0.2.7", SPF_NONE, "", ""}, {"neutral.test", "192.0.2.7", SPF_NEUTRAL, "", "neutral.test"},
      {"ip4.test", "192.0.2.7", SPF_PASS, "ip4:192.0.2.0/24", "ip4.test"}, {"ip4.test", "192.0.3.7", SPF_FAIL, "-all", "ip4.test"}, {"ip4h.test", "192.0.2.7", SPF_PASS, "ip4:192.0.2.77/24", "ip4h.test"},
      {"ip4.test", "2001:db8::1", SPF_FAIL, "-all", "ip4.test"}, {"ip6.test", "2001:db8::1", SPF_PASS, "ip6:2001:db8::/32", "ip6.test"},
      {"ip6.test", "2001:db9::1", SPF_FAIL, "-all", "ip6.test"}, {"one.test", "192.0.2.8", SPF_NEUTRAL, "?all", "one.test"},
      {"a.test", "192.0.2.7", SPF_PASS, "a", "a.test"}, {"a.test", "192.0.2.8", SPF_FAIL, "-all", "a.test"}, {"a24.test", "192.0.2.200", SPF_PASS, "a:a.test/24//64", "a24.test"},
      {"a6.test", "2001:db8::7", SPF_PASS, "a", "a6.test"}, {"mx.test", "192.0.2.7", SPF_PASS, "mx", "mx.test"}, {"mx1.test", "192.0.2.9", SPF_FAIL, "-all", "mx1.test"},
      {"ptr.test", "192.0.2.7", SPF_PASS, "ptr", "ptr.test"}, {"ptr.test", "192.0.2.8", SPF_FAIL, "-all", "ptr.test"},
      {"ex.test", "192.0.2.7", SPF_PASS, "exists:%{ir}.%{v}._spf.%{d}", "ex.test"}, {"ex.test", "192.0.2.8", SPF_FAIL, "-all", "ex.test"},
      {"inc.test", "192.0.2.7", SPF_PASS, "include:ip4.test", "inc.test"}, {"inc.test", "192.0.3.7", SPF_SOFTFAIL, "~all", "inc.test"},
      {"inc2.test", "192.0.2.7", SPF_NEUTRAL, "?all", "inc2.test"}, {"incnone.test", "192.0.2.7", SPF_PERMERROR, "include:none.test", "incnone.test"},
      {"incloop.test", "192.0.2.7", SPF_PERMERROR, "include:incloop.test", "incloop.test"}, {"incbad.test", "192.0.2.7", SPF_PERMERROR, "ipv4:192.0.2.7", "bad.test"},
      {"red.test", "192.0.2.7", SPF_PASS, "ip4:192.0.2.0/24", "ip4.test"}, {"rednone.test", "192.0.2.7", SPF_PERMERROR, "redirect=none.test", "rednone.test"},
      {"redall.test", "192.0.2.7", SPF_NEUTRAL, "?all", "redall.test"}, {"redlast.test", "198.51.100.1", SPF_PASS, "ip4:198.51.100.1", "redlast.test"}, {"redlast.test", "192.0.2.7", SPF_PASS, "a", "a.test"},
      {"bad.test", "192.0.2.7", SPF_PERMERROR, "ipv4:192.0.2.7", "bad.test"}, {"bad2.test", "192.0.2.7", SPF_PERMERROR, "ip4:192.0.2.300", "bad2.test"},
      {"bad3.test", "192.0.2.7", SPF_PERMERROR, "a:/24", "bad3.test"}, {"bad4.test", "192.0.2.7", SPF_PERMERROR, "ip4:192.0.2.1/33", "bad4.test"},
      {"bad5.test", "192.0.2.7", SPF_PERMERROR, "all:x", "bad5.test"}, {"bad6.test", "192.0.2.7", SPF_PERMERROR, "include", "bad6.test"},
      {"bad7.test", "192.0.2.7", SPF_PERMERROR, "exists:%{z}", "bad7.test"}, {"bad8.test", "192.0.2.7", SPF_PERMERROR, "redirect=a.test", "bad8.test"},
      {"mod.test", "192.0.2.7", SPF_PASS, "+all", "mod.test"}, {"two.test", "192.0.2.7", SPF_PERMERROR, "", "two.test"}, {"spf10.test", "192.0.2.7", SPF_NONE, "", ""},
      {"fail.test", "192.0.2.7", SPF_TEMPERROR, "", "fail.test"}, {"incfail.test", "192.0.2.7", SPF_TEMPERROR, "", "fail.test"}, {"afail.test", "192.0.2.7", SPF_TEMPERROR, "a:fail.test", "afail.test"},
      {"many.test", "198.51.100.1", SPF_PERMERROR, "a:a.test", "many.test"}, {"many.test", "192.0.2.7", SPF_PASS, "a:a.test", "many.test"},
      {"void.test", "192.0.2.7", SPF_PERMERROR, "a:n3.test", "void.test"}, {"void2.test", "192.0.2.7", SPF_PASS, "+all", "void2.test"},
      {"cut.test", "192.0.3.7", SPF_FAIL, "-all", "cut.test"},
  };
  for (size_t i = 0; i < COUNT(rows); i++) {
    struct spf_outcome o;
    struct ip ip;
    char name[200];
    snprintf(name, sizeof name, "%s from %s", rows[i].domain, rows[i].ip);
    assert_true(ip_parse(&ip, bytes_str(rows[i].ip)));
    spf_check(&o, &ip, bytes_str(rows[i].domain), bytes_str("mail.example.test"), &resolver);
    if (o.result != rows[i].result)
      fail_msg("row \"%s\": %s, not %s (%s)", name, spf_result_name(o.result), spf_result_name(rows[i].result), o.fault ? o.fault : "");
    row_string(name, bytes_sa(&o.term), rows[i].term);
    row_string(name, bytes_sa(&o.domain), rows[i].decided);
    row_check(name, (o.fault != NULL) == (o.result == SPF_TEMPERROR || o.result == SPF_PERMERROR));
    spf_outcome_free(&o);
  }
}

static void macros(void **state) {
  (void)state;
  static const struct { const char *spec, *ip, *want; } rows[] = {
      {"%{s}", "192.0.2.3", "strong-bad@email.example.com"}, {"%{o}", "192.0.2.3", "email.example.com"}, {"%{d}", "192.0.2.3", "email.example.com"},
      {"%{d4}", "192.0.2.3", "email.example.com"}, {"%{d3}", "192.0.2.3", "email.example.com"}, {"%{d2}", "192.0.2.3", "example.com"}, {"%{d1}", "192.0.2.3", "com"},
      {"%{dr}", "192.0.2.3", "com.example.email"}, {"%{d2r}", "192.0.2.3", "example.email"}, {"%{l}", "192.0.2.3", "strong-bad"}, {"%{l-}", "192.0.2.3", "strong.bad"},
      {"%{lr}", "192.0.2.3", "strong-bad"}, {"%{lr-}", "192.0.2.3", "bad.strong"}, {"%{l1r-}", "192.0.2.3", "strong"},
      {"%{ir}.%{v}._spf.%{d2}", "192.0.2.3", "3.2.0.192.in-addr._spf.example.com"}, {"%{lr-}.lp._spf.%{d2}", "192.0.2.3", "bad.strong.lp._spf.example.com"},
      {"%{ir}.%{v}._spf.%{d2}", "2001:db8::cb01", "1.0.b.c.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6._spf.example.com"},
      {"a%%b%-c", "192.0.2.3", "a%b%20c"}, {"%{d", "192.0.2.3", NULL}, {"%{d0}", "192.0.2.3", NULL}, {"%{c}", "192.0.2.3", NULL}, {"%x", "192.0.2.3", NULL}, {"a%", "192.0.2.3", NULL},
  };
  for (size_t i = 0; i < COUNT(rows); i++) {
    struct ip ip;
    stralloc out = {0};
    assert_true(ip_parse(&ip, bytes_str(rows[i].ip)));
    struct spf_check c = {.ip = &ip, .sender = bytes_str("strong-bad@email.example.com"), .local = bytes_str("strong-bad"), .sender_domain = bytes_str("email.example.com"), .helo = bytes_str("h")};
    bool good = spf_expand(&out, &c, bytes_str(rows[i].spec), bytes_str("email.example.com"));
    row_check(rows[i].spec, good == (rows[i].want != NULL));
    if (good)
      row_string(rows[i].spec, bytes_sa(&out), rows[i].want);
    stralloc_free(&out);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(results), cmocka_unit_test(macros)};
  return cmocka_run_group_tests_name("spf", tests, NULL, NULL);
}
