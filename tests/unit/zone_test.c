/* zone: what the resolver and the zone say, side by side. */
#include "zone/zone.h"
#include "unit.h"

/* "10 a.test=192.0.2.1" and the like: hosts with one address each; "" and result. */
struct side {
  enum dns_result result;
  const char *hosts;   /* "a b" */
  const char *ips;
  uint32_t ip_ttl;
};

static void fill(struct zone_view *v, const struct side *s) {
  struct bytes rest = bytes_str(s->hosts), word;
  *v = (struct zone_view){.result = s->result, .ttl = 3600, .ip_ttl = s->ip_ttl};
  while (bytes_cut(&rest, ' ', &word))
    if (word.n)
      memcpy(v->host[v->hosts++].name, word.s, word.n);
  rest = bytes_str(s->ips);
  while (bytes_cut(&rest, ' ', &word))
    if (word.n)
      assert_true(ip_parse(&v->ip[v->ips++], word));
}

#define OLD {DNS_FOUND, "old.test", "192.0.2.1", 3600}
#define NEW {DNS_FOUND, "new.test", "192.0.2.2", 3600}
#define NOTHING {DNS_NXDOMAIN, "", "", 0}

static const struct {
  const char *name;
  struct side resolver, zone;
  const char *contacted;   /* NULL: the resolver led to none */
  bool for_good;
  enum zone_verdict verdict;
} rows[] = {
  {"the same", OLD, OLD, "192.0.2.1", true, ZONE_SAME},
  {"letters of either case are the same", OLD, {DNS_FOUND, "OLD.test", "192.0.2.1", 3600}, "192.0.2.1", true, ZONE_SAME},
  {"another exchanger", OLD, NEW, "192.0.2.1", true, ZONE_STALE},
  {"another exchanger, short-lived", OLD, {DNS_FOUND, "new.test", "192.0.2.2", 5}, "192.0.2.1", true, ZONE_STALE},
  {"another exchanger at the address that failed", OLD, {DNS_FOUND, "new.test", "192.0.2.1", 3600}, "192.0.2.1", false, ZONE_VARIES},
  {"one more exchanger, the one that failed among them", OLD, {DNS_FOUND, "old.test new.test", "192.0.2.1 192.0.2.2", 3600}, "192.0.2.1", false, ZONE_VARIES},
  {"another address, steady", OLD, {DNS_FOUND, "old.test", "192.0.2.2", 3600}, "192.0.2.1", true, ZONE_STALE},
  {"another address, 5 minutes: refused for good proves nothing", OLD, {DNS_FOUND, "old.test", "192.0.2.2", 300}, "192.0.2.1", true, ZONE_VARIES},
  {"another address, 5 minutes: no connection", OLD, {DNS_FOUND, "old.test", "192.0.2.2", 300}, "192.0.2.1", false, ZONE_STALE},
  {"another address, 10 seconds", OLD, {DNS_FOUND, "old.test", "192.0.2.2", 10}, "192.0.2.1", false, ZONE_VARIES},
  {"the family counts", OLD, {DNS_FOUND, "old.test", "c000:201::", 3600}, "192.0.2.1", true, ZONE_STALE},
  {"the zone does not answer", OLD, {DNS_TIMEOUT, "", "", 0}, "192.0.2.1", false, ZONE_UNKNOWN},
  {"the zone fails", OLD, {DNS_SERVFAIL, "", "", 0}, "192.0.2.1", false, ZONE_UNKNOWN},
  {"the resolver does not answer", {DNS_TIMEOUT, "", "", 0}, NEW, NULL, false, ZONE_UNKNOWN},
  {"the zone is gone: it leads nowhere", OLD, NOTHING, "192.0.2.1", false, ZONE_VARIES},
  {"the zone is there by now", NOTHING, NEW, NULL, true, ZONE_STALE},
  {"neither knows it", NOTHING, NOTHING, NULL, true, ZONE_SAME},
  {"a null MX that is gone", {DNS_FOUND, "", "", 0}, NEW, NULL, true, ZONE_STALE},
  {"an exchanger without address that has one by now", {DNS_FOUND, "new.test", "", 0}, NEW, NULL, true, ZONE_STALE},
  {"no address was met, yet there are some", OLD, NEW, NULL, true, ZONE_VARIES},
};

static void test_judge(void **state) {
  (void)state;
  for (size_t i = 0; i < COUNT(rows); i++) {
    static struct zone_report r;
    struct ip ip;
    fill(&r.resolver, &rows[i].resolver);
    fill(&r.zone, &rows[i].zone);
    assert_true(!rows[i].contacted || ip_parse(&ip, bytes_str(rows[i].contacted)));
    row_check(rows[i].name, zone_judge(&r, rows[i].contacted ? &ip : NULL, rows[i].for_good) == rows[i].verdict);
  }
}

static void set(struct zone_names *n, const char *names) {
  struct bytes rest = bytes_str(names), word;
  *n = (struct zone_names){.count = 0};
  while (bytes_cut(&rest, ' ', &word))
    if (word.n)
      memcpy(n->name[n->count++], word.s, word.n);
}

static void test_delegation(void **state) {
  (void)state;
  static const struct { const char *above, *own; bool differs; } sets[] = {
    {"a b", "B a", false}, {"a b", "a c", true}, {"a", "a b", true}, {"a b", "a", true}, {"", "a", false}, {"a", "", false},
  };
  for (size_t i = 0; i < COUNT(sets); i++) {
    static struct zone_report r;
    set(&r.delegation, sets[i].above);
    set(&r.own, sets[i].own);
    row_check(sets[i].own, zone_delegation_differs(&r) == sets[i].differs);
  }
}

static void test_views(void **state) {
  (void)state;
  struct dns_record mx[2] = {{.preference = 10, .name = "a.test"}, {.preference = 20, .name = ""}}, ip = {.ip = {.a = {192, 0, 2, 1}}};
  struct dns_answer hosts = {.result = DNS_FOUND, .ttl = 900, .record = mx, .count = 2}, found = {.result = DNS_FOUND, .ttl = 60, .record = &ip, .count = 1};
  struct dns_answer none = {.result = DNS_NXDOMAIN, .ttl = 77};
  struct zone_view v;
  zone_view_hosts(&v, "d.test", &hosts);
  zone_view_add(&v, &found);
  zone_view_add(&v, &found);
  assert_true(v.hosts == 1 && v.ips == 1 && v.ttl == 60 && v.ip_ttl == 60);
  hosts.result = DNS_NODATA;
  zone_view_hosts(&v, "d.test", &hosts);
  assert_true(v.hosts == 1 && !strcmp(v.host[0].name, "d.test"));
  zone_view_hosts(&v, "d.test", &none);
  assert_true(!v.hosts && v.ttl == 77);
}

static void test_text(void **state) {
  (void)state;
  static struct zone_report r = {.server = "192.0.2.53", .apex = "d.test"};
  stralloc out = {0};
  fill(&r.resolver, &(struct side)OLD);
  fill(&r.zone, &(struct side)NEW);
  zone_text(&out, &r, LANG_EN);
  row_string("both", bytes_sa(&out), "the resolver says 0 old.test [192.0.2.1] (for 3600 s more); the zone's own server 192.0.2.53 says 0 new.test [192.0.2.2]");
  out.len = 0;
  set(&r.delegation, "a");
  set(&r.own, "b");
  fill(&r.resolver, &(struct side)NOTHING);
  zone_text(&out, &r, LANG_JA);
  row_string("delegation", bytes_sa(&out), "リゾルバの回答: nxdomain(あと 3600 秒)、ゾーン自身のサーバ 192.0.2.53 の回答: 0 new.test [192.0.2.2]、d.test の委任先(上位ゾーン): a、ゾーン自身の宣言: b");
  out.len = 0;
  r.server[0] = 0;
  zone_text(&out, &r, LANG_EN);
  row_string("silent", bytes_sa(&out), "the resolver says nxdomain (for 3600 s more); the zone's own servers do not answer");
  stralloc_free(&out);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_judge), cmocka_unit_test(test_delegation), cmocka_unit_test(test_views), cmocka_unit_test(test_text)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
