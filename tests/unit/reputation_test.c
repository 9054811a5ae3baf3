/* reputation: what is judged from which answers; a missing answer is never a judgement. */
#include "dns_table.h"

#include "reputation/reputation.h"

static const char *const zone[] = {
    "7.100.51.198.in-addr.arpa PTR mail.good.test", "mail.good.test A 198.51.100.7", "good.test TXT v=spf1 ip4:198.51.100.7 -all",
    "8.100.51.198.in-addr.arpa PTR mail.other.test", "mail.other.test A 203.0.113.1", "bad.test TXT v=spf1 -all",
    "9.100.51.198.in-addr.arpa PTR 198-51-100-009.dyn.test", "198-51-100-009.dyn.test A 198.51.100.9", "soft.test TXT v=spf1 ~all",
    "10.100.51.198.in-addr.arpa FAIL", "mail.fail.test FAIL", "fail.test FAIL",
    "11.100.51.198.in-addr.arpa PTR mail.fail.test", "12.100.51.198.in-addr.arpa PTR nowhere.test", "12.100.51.198.in-addr.arpa PTR mail.twelve.test", "mail.twelve.test A 198.51.100.12",
    "7.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa PTR mail.good.test", "mail.good.test AAAA 2001:db8::7",
    "broken.test TXT v=spf1 foo", "neutral.test TXT v=spf1 ?all", "six.test AAAA 2001:db8::6", NULL};

static void judged(void **state) {
  (void)state;
  static const struct resolver dns = {table_lookup, (void *)zone};
  static const struct { const char *ip, *ehlo, *domain, *ids, *says; } rows[] = {
      {"198.51.100.7", "mail.good.test", "good.test", "RP101I RP111I RP121I ", "ip=198.51.100.7 name=mail.good.test"},
      {"2001:db8::7", "mail.good.test", "good.test", "RP101I RP111I RP122E ", "domain=good.test ip=2001:db8::7 record=\"v=spf1 ip4:198.51.100.7 -all\" term=-all decided_by=good.test"},
      {"198.51.100.8", "mail.good.test", "bad.test", "RP103E RP113W RP122E ", "ip=198.51.100.8 name=mail.other.test addresses=203.0.113.1"},
      {"198.51.100.9", "198-51-100-009.dyn.test", "soft.test", "RP104W RP111I RP123W ", "name=198-51-100-009.dyn.test"},
      {"198.51.100.10", "mail.fail.test", "fail.test", "RP105W RP105W RP105W ", "name=10.100.51.198.in-addr.arpa type=PTR result=servfail"},
      {"198.51.100.11", "nowhere.test", "nowhere.test", "RP105W RP112E RP124W ", "name=mail.fail.test type=A result=servfail"},
      {"198.51.100.12", "six.test", "neutral.test", "RP101I RP113W RP125W ", "name=mail.twelve.test"},
      {"198.51.100.13", "localhost", "broken.test", "RP102E RP114E RP126E ", "term=foo decided_by=broken.test fault=\"a term is malformed\""},
      {"192.168.1.2", "mail.good.test", "good.test", "RP131W ", "ip=192.168.1.2"}, {"fd00::1", "x.test", "good.test", "RP131W ", "ip=fd00::1"},
      {"172.32.0.1", "mail.good.test", "good.test", "RP102E RP113W RP122E ", ""},
  };
  for (size_t i = 0; i < COUNT(rows); i++) {
    struct reputation r = {0};
    struct ip ip;
    stralloc ids = {0}, said = {0};
    assert_true(ip_parse(&ip, bytes_str(rows[i].ip)));
    reputation_judge(&r, &ip, bytes_str(rows[i].ehlo), bytes_str(rows[i].domain), &dns);
    for (size_t k = 0; k < r.count; k++) {
      sa_catf(&ids, "%s ", message_of(r.finding[k].id)->id);
      sa_cat(&said, &r.finding[k].evidence);
      sa_catc(&said, '\n');
    }
    sa_0(&said);
    row_string(rows[i].ip, bytes_sa(&ids), rows[i].ids);
    if (!strstr(said.s, rows[i].says))
      fail_msg("row \"%s\": \"%s\" is not in\n%s", rows[i].ip, rows[i].says, said.s);
    stralloc_free(&ids);
    stralloc_free(&said);
    reputation_free(&r);
  }
}

static void port25(void **state) {
  (void)state;
  static const struct { const char *name, *tried, *id; } rows[] = {
      {"one of them answers", "1.1.1.1:25+ 2.2.2.2:25-", "RP141I"}, {"several do not, other ports do", "1.1.1.1:25- 2.2.2.2:25- 1.1.1.1:587+", "RP142E"},
      {"nothing answers", "1.1.1.1:25- 2.2.2.2:25- 1.1.1.1:587- 2.2.2.2:443-", "RP143E"}, {"one host alone", "1.1.1.1:25- 1.1.1.1:587+", "RP144W"},
      {"the same host twice", "1.1.1.1:25- 1.1.1.1:25- 1.1.1.1:587+", "RP144W"}, {"no control", "1.1.1.1:25- 2.2.2.2:25-", "RP144W"}, {"nothing tried", "", "RP144W"},
  };
  for (size_t i = 0; i < COUNT(rows); i++) {
    struct reputation_reach reach[8];
    struct reputation r = {0};
    struct bytes rest = bytes_str(rows[i].tried), word, ip;
    size_t n = 0;
    for (; rest.n && bytes_cut(&rest, ' ', &word); n++) {
      reach[n] = (struct reputation_reach){.connected = word.s[word.n - 1] == '+'};
      bytes_cut(&word, ':', &ip);
      assert_true(ip_parse(&reach[n].ip, ip));
      reach[n].port = (uint16_t)atoi(word.s);
    }
    reputation_port25(&r, reach, n);
    row_string(rows[i].name, bytes_str(message_of(r.finding[0].id)->id), rows[i].id);
    reputation_free(&r);
  }
}

static void literals(void **state) {
  (void)state;
  struct reputation r = {0};
  reputation_recipient(&r, bytes_str("a@example.net"));
  reputation_recipient(&r, bytes_str("@"));
  reputation_recipient(&r, bytes_str(""));
  assert_int_equal(r.count, 0);
  reputation_recipient(&r, bytes_str("a@[192.0.2.1]"));
  assert_int_equal(r.count, 1);
  row_string("evidence", bytes_sa(&r.finding[0].evidence), "to=a@[192.0.2.1]");
  reputation_free(&r);
}

static void without_questions(void **state) {
  (void)state;
  struct reputation r = {0};
  struct ip ip = {.a = {192, 0, 2, 1}};
  reputation_foreign(&r, &ip);
  reputation_smart_host(&r, bytes_str("smtp.example.net"), bytes_str("example.jp"));
  reputation_add(&r, RP145I_port25_unused);
  assert_int_equal(r.count, 3);
  row_string("foreign", bytes_sa(&r.finding[0].evidence), "ip=192.0.2.1");
  row_string("smart host", bytes_sa(&r.finding[1].evidence), "host=smtp.example.net domain=example.jp");
  assert_int_equal(r.finding[2].evidence.len, 0);
  reputation_free(&r);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(judged), cmocka_unit_test(port25), cmocka_unit_test(literals), cmocka_unit_test(without_questions)};
  return cmocka_run_group_tests_name("reputation", tests, NULL, NULL);
}
