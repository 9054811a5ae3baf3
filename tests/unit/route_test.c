/* route: which way mail goes. */
#include "route/route.h"
#include "unit.h"

#include "conf_fixture.h"

static const struct {
  const char *text, *host;   /* host NULL: refused */
  unsigned port;
  bool literal;
} hosts[] = {
  {"mx.example.jp", "mx.example.jp", 0, false}, {"MX.Example.jp:2525", "mx.example.jp", 2525, false}, {"192.0.2.1", "192.0.2.1", 0, true},
  {"192.0.2.1:25", "192.0.2.1", 25, true}, {"[192.0.2.1]", "192.0.2.1", 0, true}, {"[192.0.2.1]:65535", "192.0.2.1", 65535, true},
  {"[2001:db8::1]:25", "2001:db8::1", 25, true}, {"[IPv6:2001:db8::1]", "2001:db8::1", 0, true}, {"2001:db8::1", "2001:db8::1", 0, true},
  {"", NULL, 0, false}, {":25", NULL, 0, false}, {"a:", NULL, 0, false}, {"a:0", NULL, 0, false}, {"a:65536", NULL, 0, false}, {"a:25x", NULL, 0, false},
  {"[a]:25", NULL, 0, false}, {"[192.0.2.1", NULL, 0, false}, {"[192.0.2.1]x", NULL, 0, false}, {"[192.0.2.1]:", NULL, 0, false}, {"a b", NULL, 0, false},
  {"a/b", NULL, 0, false}, {"a:25:25", NULL, 0, false}, {"[]", NULL, 0, false},
};

static void test_hosts(void **state) {
  (void)state;
  for (size_t i = 0; i < COUNT(hosts); i++) {
    struct route r;
    bool ok = route_parse_host(&r, bytes_str(hosts[i].text));
    row_check(hosts[i].text, ok == (hosts[i].host != NULL));
    if (!ok)
      continue;
    row_string(hosts[i].text, bytes_str(r.host), hosts[i].host);
    row_check(hosts[i].text, r.port == hosts[i].port && r.literal == hosts[i].literal && r.fixed);
  }
}

static const char *const few[] = {"s:remote_port=25", "t:example.net=mx.example.net:2525", "t:.example.net=sub.example.net", "t:v6.test=[2001:db8::1]:26", "t:deep.example.net=192.0.2.9:27", NULL};
static const char *const smart[] = {"s:remote_port=25", "t:*=smart.example.jp:587", "t:example.net=mx.example.net", NULL};

static const struct {
  const char *const *conf;
  const char *domain, *destination;
  bool fixed, literal;
} routes[] = {
  {few, "example.net", "mx.example.net:2525", true, false},
  {few, "EXAMPLE.Net", "mx.example.net:2525", true, false},
  {few, "a.example.net", "sub.example.net:25", true, false},
  {few, "a.b.example.net", "sub.example.net:25", true, false},
  {few, "deep.example.net", "192.0.2.9:27", true, true},
  {few, "v6.test", "[2001:db8::1]:26", true, true},
  {few, "xexample.net", "xexample.net", false, false},
  {few, "Example.ORG", "example.org", false, false},
  {few, "[192.0.2.1]", "[192.0.2.1]", false, true},
  {few, "[IPv6:2001:db8::2]", "[ipv6:2001:db8::2]", false, true},
  {smart, "example.org", "smart.example.jp:587", true, false},
  {smart, "[192.0.2.1]", "smart.example.jp:587", true, false},
  {smart, "example.net", "mx.example.net:25", true, false},
};

static void test_routes(void **state) {
  (void)state;
  for (size_t i = 0; i < COUNT(routes); i++) {
    struct conf c;
    struct route r, again;
    char name[ROUTE_DESTINATION_MAX];
    fixture_conf(&c, routes[i].conf);
    route_destination(&c, bytes_str(routes[i].domain), name);
    row_string(routes[i].domain, bytes_str(name), routes[i].destination);
    route_find(&c, bytes_str(routes[i].domain), &r);
    row_check(routes[i].domain, r.fixed == routes[i].fixed && r.literal == routes[i].literal);
    route_from_destination(&c, bytes_str(name), &again);   /* what queue-run hands over leads the same way */
    row_check(routes[i].domain, again.fixed == r.fixed && again.literal == r.literal && !strcmp(again.host, r.host));
    row_check(routes[i].domain, again.port == r.port || (again.port == 25 && !r.port));
    conf_close(&c);
  }
}

static struct dns_answer exchangers(struct dns_record *list, size_t n) { return (struct dns_answer){.result = DNS_FOUND, .record = list, .count = n}; }

static void test_order(void **state) {
  (void)state;
  static uint32_t random[DNS_RECORDS_MAX] = {5, 9, 1, 7};
  struct dns_record list[] = {{.preference = 10, .name = "b"}, {.preference = 10, .name = "c"}, {.preference = 10, .name = "a"}, {.preference = 5, .name = "first"}};
  struct dns_answer mx = exchangers(list, 4);
  struct route_plan p;
  assert_int_equal(route_plan_mx(&p, &mx, random, bytes_str("me")), FAILURE_NONE);
  assert_int_equal(p.hosts, 4);
  static const char *const want[] = {"first", "a", "b", "c"};
  for (size_t i = 0; i < 4; i++)
    assert_string_equal(p.host[i].name, want[i]);
  random[0] = 0;
  route_plan_mx(&p, &mx, random, bytes_str("me"));
  assert_string_equal(p.host[1].name, "b");
}

static void test_null_mx(void **state) {
  (void)state;
  static const uint32_t random[DNS_RECORDS_MAX];
  struct dns_record list[] = {{.preference = 0, .name = ""}, {.preference = 10, .name = "a"}};
  struct dns_answer mx = exchangers(list, 1);
  struct route_plan p;
  assert_int_equal(route_plan_mx(&p, &mx, random, bytes_str("me")), FAILURE_NULL_MX);
  mx.count = 2;   /* against RFC 7505, but there is a host */
  assert_int_equal(route_plan_mx(&p, &mx, random, bytes_str("me")), FAILURE_NONE);
  assert_int_equal(p.hosts, 1);
}

static bool is_127(void *arg, const struct ip *ip) {
  (void)arg;
  return ip->a[0] == 127;
}

/* Hosts "NAME PREFERENCE RESULT": RESULT an address, or what the look-up said. */
static const struct {
  const char *name, *hosts;
  bool mx;
  enum failure_kind kind;
  const char *targets;
} plans[] = {
  {"all", "a 10 192.0.2.1,b 20 192.0.2.2", true, FAILURE_NONE, "192.0.2.1 192.0.2.2 "},
  {"ourselves and no better", "a 10 192.0.2.1,b 20 127.0.0.1,c 20 192.0.2.3,d 30 192.0.2.4", true, FAILURE_NONE, "192.0.2.1 "},
  {"ourselves by name, without an address", "a 10 192.0.2.1,me 20 nodata,c 20 192.0.2.3", true, FAILURE_NONE, "192.0.2.1 "},
  {"ourselves are best", "me 10 192.0.2.9,c 20 192.0.2.3", true, FAILURE_LOOP, ""},
  {"only ourselves", "a 10 127.0.0.1", true, FAILURE_LOOP, ""},
  {"the better one cannot be resolved now", "a 10 servfail,me 20 nodata", true, FAILURE_SERVFAIL, ""},
  {"the better one has no address", "a 10 nodata,me 20 nodata", true, FAILURE_NO_ADDRESS, ""},
  {"none exists", "a 10 nxdomain,b 10 nxdomain", true, FAILURE_NO_ADDRESS, ""},
  {"one does not exist, one is silent", "a 10 nxdomain,b 10 timeout", true, FAILURE_DNS_TIMEOUT, ""},
  {"one is silent, one is there", "a 10 timeout,b 10 192.0.2.2", true, FAILURE_NONE, "192.0.2.2 "},
  {"the domain itself is not there", "a 0 nxdomain", false, FAILURE_NXDOMAIN, ""},
  {"the domain itself has no address", "a 0 nodata", false, FAILURE_NO_ADDRESS, ""},
  {"no name that the DNS knows", "a 0 bad_name", false, FAILURE_DOMAIN, ""},
  {"the domain's servers fail", "a 0 servfail", false, FAILURE_SERVFAIL, ""},
};

static enum dns_result result_of(struct bytes word) {
  for (enum dns_result r = DNS_FOUND; r <= DNS_BAD_NAME; r++)
    if (bytes_eq(word, bytes_str(dns_result_name(r))))
      return r;
  return bytes_eq(word, bytes_str("nodata")) ? DNS_NODATA : DNS_FOUND;
}

static void add_host(struct route_plan *p, struct bytes text) {
  struct bytes name, preference;
  uint64_t n;
  bytes_cut(&text, ' ', &name);
  bytes_cut(&text, ' ', &preference);
  bytes_u64(preference, &n);
  struct route_host *h = &p->host[p->hosts++];
  *h = (struct route_host){.preference = (unsigned)n, .ourselves = bytes_eq(name, bytes_str("me"))};
  memcpy(h->name, name.s, name.n);
  struct dns_record record = {0};
  struct dns_answer a = {.result = result_of(text), .record = &record}, none = {.result = DNS_NODATA};
  none.result = a.result == DNS_FOUND ? DNS_NODATA : a.result;
  a.count = ip_parse(&record.ip, text);
  route_plan_addresses(p, p->hosts - 1, &a, &none, is_127, NULL);
}

static void test_plans(void **state) {
  (void)state;
  for (size_t i = 0; i < COUNT(plans); i++) {
    struct route_plan p = {.mx = plans[i].mx};
    struct bytes rest = bytes_str(plans[i].hosts), one;
    stralloc targets = {0};
    while (bytes_cut(&rest, ',', &one))
      add_host(&p, one);
    row_check(plans[i].name, route_plan_finish(&p) == plans[i].kind);
    for (unsigned t = 0; t < p.targets; t++) {
      char text[IP_TEXT];
      ip_format(text, &p.target[t].ip);
      sa_catf(&targets, "%s ", text);
    }
    row_string(plans[i].name, bytes_sa(&targets), plans[i].targets);
    stralloc_free(&targets);
  }
}

static void test_bounds(void **state) {
  (void)state;
  static struct dns_record many[DNS_RECORDS_MAX];
  static const uint32_t random[DNS_RECORDS_MAX];
  for (size_t i = 0; i < COUNT(many); i++)
    many[i] = (struct dns_record){.name = "h", .ip = {.a = {192, 0, 2, 1}}};
  struct dns_answer all = exchangers(many, COUNT(many));
  struct route_plan p;
  route_plan_mx(&p, &all, random, bytes_str("me"));
  assert_int_equal(p.hosts, ROUTE_HOSTS_MAX);
  for (unsigned h = 0; h < p.hosts; h++)
    route_plan_addresses(&p, h, &all, &all, NULL, NULL);
  assert_int_equal(p.targets, ROUTE_TARGETS_MAX);
}

/* --- how it is encrypted --- */

static const char *const policies[] = {
  "s:remote_port=25", "s:remote_tls=may", "t:a.test=smtp.provider.test:587", "t:b.test=smtp.provider.test:465", "t:c.test=other.test", "t:d.test=192.0.2.1:587",
  "t:e.test=named.test:587", "e:smtp.provider.test:465=verify|.provider.test||", "e:named.test=encrypt||smtps|", "e:.below.test=encrypt|||",
  "e:none.test=none|||", "e:*=none|||", "e:future.test=dane|||", "k:smtp.provider.test:587=", "k:smtp.provider.test=", "k:[192.0.2.1]=", "k:mail.below.test=", NULL,
};
static const char *const plain[] = {"s:remote_port=25", "s:remote_tls=encrypt", "t:a.test=smtp.provider.test:465", NULL};

static const struct {
  const char *const *conf;
  const char *domain;
  enum route_tls level;
  const char *name;
  bool smtps;
  const char *credentials;
} secures[] = {
  {policies, "a.test", ROUTE_TLS_VERIFY, "", false, "smtp.provider.test:587"},   /* because of the password, not of "*" */
  {policies, "b.test", ROUTE_TLS_VERIFY, ".provider.test", true, "smtp.provider.test"},
  {policies, "c.test", ROUTE_TLS_NONE, "", false, ""},
  {policies, "d.test", ROUTE_TLS_VERIFY, "", false, "[192.0.2.1]"},
  {policies, "e.test", ROUTE_TLS_ENCRYPT, "", true, ""},
  {policies, "mail.below.test", ROUTE_TLS_ENCRYPT, "", false, ""},               /* a host that the DNS names gets no password */
  {policies, "x.y.below.test", ROUTE_TLS_ENCRYPT, "", false, ""},
  {policies, "below.test", ROUTE_TLS_NONE, "", false, ""},
  {policies, "none.test", ROUTE_TLS_NONE, "", false, ""},
  {policies, "future.test", ROUTE_TLS_VERIFY, "", false, ""},
  {policies, "[192.0.2.9]", ROUTE_TLS_NONE, "", false, ""},
  {plain, "a.test", ROUTE_TLS_ENCRYPT, "", true, ""},
  {plain, "other.test", ROUTE_TLS_ENCRYPT, "", false, ""},
};

static void test_secure(void **state) {
  (void)state;
  for (size_t i = 0; i < COUNT(secures); i++) {
    struct conf c;
    struct route r;
    struct route_security s;
    fixture_conf(&c, secures[i].conf);
    route_find(&c, bytes_str(secures[i].domain), &r);
    route_secure(&c, &r, &s);
    row_check(secures[i].domain, s.level == secures[i].level && s.smtps == secures[i].smtps);
    row_string(secures[i].domain, bytes_str(s.name), secures[i].name);
    row_string(secures[i].domain, bytes_str(s.credentials), secures[i].credentials);
    conf_close(&c);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_hosts), cmocka_unit_test(test_routes), cmocka_unit_test(test_order), cmocka_unit_test(test_null_mx), cmocka_unit_test(test_plans), cmocka_unit_test(test_bounds),
    cmocka_unit_test(test_secure),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
