#include "rehearse/standing.h"

#include "dns/dns.h"
#include "net/net.h"
#include "route/route.h"
#include "sys/clock.h"
#include "sys/fd.h"

enum { CONTROL_PORT = 443 };

/* Of several providers, whose servers are never all down. */
static const char *const providers[] = {"gmail.com", "outlook.com", "icloud.com", "yahoo.co.jp"};
enum { PROVIDERS = sizeof providers / sizeof *providers };

/* --- telling --- */

static void print(stralloc *out) {
  fd_write_all(1, out->s, out->len);
  stralloc_free(out);
}

static void tell(struct standing *s) {
  if (s->quiet)
    return;
  stralloc out = {0};
  for (size_t i = 0; i < s->found.count; i++) {
    const struct reputation_finding *f = &s->found.finding[i];
    enum doctor_state state = doctor_state_of(f->id);
    (s->json ? doctor_put_remark_json : doctor_put_remark)(&out, f->id, bytes_sa(&f->evidence), s->lang);
    s->worst = state > s->worst ? state : s->worst;
  }
  reputation_free(&s->found);
  if (out.len)
    print(&out);
}

static void tell_source(const struct standing *s, const struct ip *ip, const struct ip *seen, bool configured) {
  char text[IP_TEXT], other[IP_TEXT] = "";
  stralloc out = {0};
  if (s->quiet)
    return;
  ip_format(text, ip);
  if (seen)
    ip_format(other, seen);
  struct doctor_source d = {.ip = bytes_str(text), .seen_as = bytes_str(other), .configured = configured};
  if (s->json)
    doctor_put_source_json(&out, &d);
  else
    doctor_put_source(&out, &d, s->lang);
  print(&out);
}

/* --- the source address --- */

/* Of the addresses for documentation: any route will do, nothing is sent there. */
static struct ip somewhere(bool v6) { return v6 ? (struct ip){.v6 = true, .a = {0x20, 1, 0x0d, 0xb8, [15] = 1}} : (struct ip){.a = {192, 0, 2, 1}}; }

static void lookup(void *arg, struct dns_answer *a, struct bytes name, enum dns_type type) {
  (void)arg;
  dns_lookup(a, name, type);
}

/* All mail to the world, whatever routes single domains have. */
static bool has_smart_host(const struct conf *c, struct route *r) {
  route_find(c, bytes_str("nobody.invalid"), r);
  return r->fixed;
}

/* Of the null sender the EHLO name is asked (RFC 7208 2.4). */
static struct bytes domain_of(const struct standing *s, struct bytes helo) {
  const char *at = s->from.n ? memrchr(s->from.s, '@', s->from.n) : NULL;
  return at ? bytes_of(at + 1, s->from.n - (size_t)(at + 1 - s->from.s)) : helo;
}

static void judge(struct standing *s, const struct ip *ip) {
  static const struct resolver dns = {lookup, NULL};
  struct bytes helo = conf_hostname(s->conf, &s->helo);
  struct route smart;
  if (has_smart_host(s->conf, &smart))
    reputation_smart_host(&s->found, bytes_str(smart.host), domain_of(s, helo));
  else
    reputation_judge(&s->found, ip, helo, domain_of(s, helo), &dns);
}

bool standing_source(struct standing *s, const struct ip *toward) {
  struct ip source, public;
  const struct ip *configured = route_source(s->conf, toward->v6, &source);
  const struct ip *seen = route_address(s->conf, SET_public_address, toward->v6, &public);
  if (!configured && net_source(&source, toward))
    return false;
  if (s->told[toward->v6])
    return true;
  s->told[toward->v6] = true;
  tell_source(s, &source, seen, configured);
  if (configured && !net_is_own(configured))
    reputation_foreign(&s->found, configured);
  else
    judge(s, seen ? seen : &source);
  tell(s);
  return true;
}

/* --- port 25 --- */

/* Of each family: where one domain's mail goes, and where it is to be found itself. */
struct probe { struct ip mail[2], web[2]; bool has_mail[2], has_web[2]; };

static bool find_address(struct ip *ip, struct bytes host, enum dns_type type, int64_t end) {
  struct dns_answer a = {0};
  dns_lookup_until(&a, host, type, end);
  bool found = a.result == DNS_FOUND && a.count;
  if (found)
    *ip = a.record[0].ip;
  dnsmsg_free(&a);
  return found;
}

static const struct dns_record *best(const struct dns_answer *mx) {
  const struct dns_record *best = NULL;
  for (size_t i = 0; i < mx->count; i++)
    if (!best || mx->record[i].preference < best->preference)
      best = &mx->record[i];
  return best;
}

static void find_probe(struct probe *p, struct bytes domain, bool v6, int64_t end) {
  struct dns_answer mx = {0};
  dns_lookup_until(&mx, domain, DNS_MX, end);
  const struct dns_record *host = best(&mx);
  for (int i = 0; i <= v6; i++) {
    enum dns_type type = i ? DNS_AAAA : DNS_A;
    p->has_web[i] = find_address(&p->web[i], domain, type, end);
    if (host && *host->name)
      p->has_mail[i] = find_address(&p->mail[i], bytes_str(host->name), type, end);
  }
  dnsmsg_free(&mx);
}

static void add_target(struct net_reach *r, size_t *n, const struct ip *ip, uint16_t port) {
  if (*n < NET_REACH_MAX)
    r[(*n)++] = (struct net_reach){.ip = *ip, .port = port};
}

static int patience(const struct standing *s) {
  long ms = conf_number(s->conf, SET_remote_connect_timeout) * 1000, most = s->reach_ms ? s->reach_ms : STANDING_REACH_MS;
  return (int)(ms < most ? ms : most);
}

static void try_family(struct standing *s, const struct probe *p, size_t probes, int v6) {
  struct net_reach reach[NET_REACH_MAX];
  struct reputation_reach tried[NET_REACH_MAX];
  struct ip source;
  size_t n = 0;
  for (size_t i = 0; i < probes; i++) {
    if (p[i].has_mail[v6])
      add_target(reach, &n, &p[i].mail[v6], 25);
    if (p[i].has_web[v6])
      add_target(reach, &n, &p[i].web[v6], CONTROL_PORT);
  }
  net_reach(reach, n, route_source(s->conf, v6, &source), patience(s));
  for (size_t i = 0; i < n; i++)
    tried[i] = (struct reputation_reach){reach[i].ip, reach[i].port, reach[i].connected};
  reputation_port25(&s->found, tried, n);
  tell(s);
}

static bool has_way(const struct standing *s, bool v6) {
  struct ip ip = somewhere(v6), source;
  return route_source(s->conf, v6, &source) || !net_source(&source, &ip);
}

static bool uses_v6(const struct standing *s) { return conf_number(s->conf, SET_remote_ipv6) && has_way(s, true); }

/* What is asked for, and in any case the great providers. */
static size_t find_probes(const struct standing *s, struct probe *p, const struct bytes *domain, size_t count, bool v6) {
  int64_t end = clock_ms() + (s->dns_ms ? s->dns_ms : STANDING_DNS_MS);
  size_t n = 0;
  for (size_t i = 0; i < count && i < STANDING_DOMAINS_MAX; i++)
    find_probe(&p[n++], domain[i], v6, end);
  for (size_t i = 0; i < PROVIDERS; i++)
    find_probe(&p[n++], bytes_str(providers[i]), v6, end);
  return n;
}

static bool has_any(const struct probe *p, size_t n, int v6) {
  for (size_t i = 0; i < n; i++)
    if (p[i].has_mail[v6])
      return true;
  return false;
}

void standing_port25(struct standing *s, const struct bytes *domain, size_t count) {
  struct probe p[STANDING_DOMAINS_MAX + PROVIDERS] = {0};
  struct route smart;
  if (has_smart_host(s->conf, &smart) || conf_number(s->conf, SET_remote_port) != 25) {
    reputation_add(&s->found, RP145I_port25_unused);
    tell(s);
    return;
  }
  bool v6 = uses_v6(s);
  size_t n = find_probes(s, p, domain, count, v6);
  if (!v6 || has_way(s, false))
    try_family(s, p, n, false);
  if (v6 && has_any(p, n, true))
    try_family(s, p, n, true);
}

/* --- all of it --- */

void standing_recipient(struct standing *s, struct bytes address) {
  reputation_recipient(&s->found, address);
  tell(s);
}

void standing_all(struct standing *s, const struct bytes *domain, size_t count) {
  struct ip v4 = somewhere(false), v6 = somewhere(true);
  bool any = standing_source(s, &v4);
  if (conf_number(s->conf, SET_remote_ipv6))
    any = standing_source(s, &v6) || any;
  if (!any)
    reputation_add(&s->found, RP133E_no_route);
  tell(s);
  if (any)
    standing_port25(s, domain, count);
}

void standing_free(struct standing *s) {
  reputation_free(&s->found);
  stralloc_free(&s->helo);
}
