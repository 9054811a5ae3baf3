#include "dns/dns.h"
#include "net/net.h"
#include "remote/remote_private.h"
#include "sys/clock.h"
#include "sys/random.h"

static void look_up(struct attempt *a, struct dns_answer *answer, const char *name, enum dns_type type) {
  int64_t begun = clock_ms();
  dns_lookup(answer, bytes_str(name), type);
  remote_tell_lookup(a->r, name, type == DNS_MX ? "MX" : type == DNS_A ? "A" : "AAAA", answer, clock_ms() - begun);
}

static void look_up_addresses(struct attempt *a, unsigned h, route_is_own *own) {
  struct dns_answer v4 = {0}, v6 = {.result = DNS_NODATA};
  if (clock_ms() - a->begun > REMOTE_DNS_MS) {
    a->plan.host[h].result = DNS_TIMEOUT;
    return;
  }
  look_up(a, &v4, a->plan.host[h].name, DNS_A);
  if (conf_number(a->r->conf, SET_remote_ipv6))
    look_up(a, &v6, a->plan.host[h].name, DNS_AAAA);
  route_plan_addresses(&a->plan, h, &v4, &v6, own, a->r);
  dnsmsg_free(&v4);
  dnsmsg_free(&v6);
}

/* Only where other servers are looked for on the port on which we are ourselves found. */
static bool is_own(void *arg, const struct ip *ip) {
  const struct remote *r = arg;
  return r->port == (uint16_t)conf_number(r->conf, SET_smtp_port) && net_is_own(ip);
}

static enum failure_kind plan_mx(struct attempt *a, const struct dns_answer *mx) {
  uint32_t random[DNS_RECORDS_MAX];
  random_bytes(random, sizeof random);
  return route_plan_mx(&a->plan, mx, random, remote_own_name(a->r));
}

static enum failure_kind look_up_exchangers(struct attempt *a, const char *domain) {
  struct dns_answer mx = {0};
  enum failure_kind kind = FAILURE_NONE;
  look_up(a, &mx, domain, DNS_MX);
  if (mx.result == DNS_FOUND)
    kind = plan_mx(a, &mx);
  else if (mx.result == DNS_NODATA)
    route_plan_host(&a->plan, domain);
  else
    kind = route_dns_failure(mx.result);
  dnsmsg_free(&mx);
  return kind;
}

static void plan_literal(struct attempt *a, const struct route *route) {
  struct dns_record record = {.ip = route->ip};
  struct dns_answer found = {.result = DNS_FOUND, .record = &record, .count = 1}, none = {.result = DNS_NODATA};
  route_plan_host(&a->plan, route->host);
  route_plan_addresses(&a->plan, 0, &found, &none, route->fixed ? NULL : is_own, a->r);
}

enum failure_kind remote_plan(struct attempt *a, const struct route *route) {
  enum failure_kind kind = FAILURE_NONE;
  a->r->port = route->port ? route->port : (uint16_t)conf_number(a->r->conf, SET_remote_port);
  if (route->literal)
    plan_literal(a, route);
  else {
    if (route->fixed)
      route_plan_host(&a->plan, route->host);
    else
      kind = look_up_exchangers(a, route->host);
    for (unsigned i = 0; kind == FAILURE_NONE && i < a->plan.hosts; i++)
      look_up_addresses(a, i, route->fixed ? NULL : is_own);
  }
  return kind == FAILURE_NONE ? route_plan_finish(&a->plan) : kind;
}
