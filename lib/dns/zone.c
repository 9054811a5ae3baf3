#include "dns/zone.h"

#include <stdio.h>

#include "base/sa.h"
#include "dns/dns.h"
#include "dns/exchange.h"
#include "sys/clock.h"
#include "sys/random.h"

enum { DNS_PORT = 53, PATIENCE_MS = 1500, SERVERS_ASKED = 3, IPS_MAX = 6, DEPTH_MAX = 8, ALIASES_MAX = 4 };

struct cut {                          /* a zone and where its servers are */
  char zone[DNS_NAME_TEXT];           /* "" before the first */
  struct ip ip[IPS_MAX];
  unsigned ips;
};

struct walk {
  int64_t end;
  unsigned questions;
  bool v6;
  struct cut cut;
  struct dns_referral delegation;     /* that led to it; count 0: none */
  struct ip server;                   /* that answered */
};

static bool is_within(const char *name, const char *zone) {
  size_t n = strlen(name), z = strlen(zone);
  return z && n >= z && (n == z || name[n - z - 1] == '.') && bytes_ieq(bytes_of(name + n - z, z), bytes_str(zone));
}

static int64_t time_left(const struct walk *w) { return w->questions < DNS_ZONE_QUERIES ? w->end - clock_ms() : 0; }

static bool may_ask(struct walk *w) { return time_left(w) > 0 && ++w->questions; }

static void look_up(struct walk *w, struct dns_answer *a, const char *name, enum dns_type type) {
  *a = (struct dns_answer){.result = DNS_TIMEOUT};
  if (may_ask(w))
    dns_lookup_until(a, bytes_str(name), type, w->end);
}

/* --- where a zone's servers are --- */

static void add_ip(struct cut *c, const struct ip *ip, bool v6) {
  if (c->ips < IPS_MAX && (v6 || !ip->v6))
    c->ip[c->ips++] = *ip;
}

static void resolve_server(struct walk *w, struct cut *c, const char *name, enum dns_type type) {
  struct dns_answer a;
  look_up(w, &a, name, type);
  for (size_t i = 0; i < a.count; i++)
    add_ip(c, &a.record[i].ip, w->v6);
  dnsmsg_free(&a);
}

/* IPv6 only where there is nothing else: a network that has none must not cost the time of all. */
static void resolve_servers(struct walk *w, struct cut *c, const struct zone_names *servers) {
  for (unsigned i = 0; i < servers->count && i < SERVERS_ASKED; i++)
    resolve_server(w, c, servers->name[i], DNS_A);
  for (unsigned i = 0; i < servers->count && i < SERVERS_ASKED && !c->ips && w->v6; i++)
    resolve_server(w, c, servers->name[i], DNS_AAAA);
}

static void add_name(struct zone_names *n, const char *name) {
  if (n->count < ZONE_SERVERS_MAX && *name)
    memcpy(n->name[n->count++], name, DNS_NAME_TEXT);
}

/* The last labels of NAME, one more each time, until the resolver knows servers of theirs. */
static void start(struct walk *w, const char *name) {
  struct dns_answer a;
  w->cut = (struct cut){.ips = 0};
  w->delegation.count = 0;
  for (const char *at = name + strlen(name); at > name && !w->cut.ips;) {
    struct zone_names servers = {.count = 0};
    for (at--; at > name && at[-1] != '.'; at--)
      ;
    look_up(w, &a, at, DNS_NS);
    for (size_t i = 0; i < a.count; i++)
      add_name(&servers, a.record[i].name);
    dnsmsg_free(&a);
    snprintf(w->cut.zone, sizeof w->cut.zone, "%s", at);
    resolve_servers(w, &w->cut, &servers);
  }
}

static void descend(struct walk *w, const struct dns_referral *r) {
  struct zone_names names = {.count = 0};
  w->delegation = *r;
  w->cut = (struct cut){.ips = 0};
  memcpy(w->cut.zone, r->zone, sizeof w->cut.zone);
  for (int v6 = 0; v6 <= w->v6; v6++)
    for (unsigned i = 0; i < r->count; i++)
      for (unsigned k = 0; k < r->server[i].ips; k++)
        if (r->server[i].ip[k].v6 == v6)
          add_ip(&w->cut, &r->server[i].ip[k], w->v6);
  for (unsigned i = 0; i < r->count; i++)
    add_name(&names, r->server[i].name);
  if (!w->cut.ips)
    resolve_servers(w, &w->cut, &names);
}

/* --- asking them --- */

static bool exchange(struct walk *w, const struct ip *ip, struct bytes question, stralloc *packet, bool tcp) {
  struct dns_server s = {.ip = *ip, .port = DNS_PORT};
  int64_t left = time_left(w);
  int ms = left < PATIENCE_MS ? (int)left : PATIENCE_MS;
  return ms > 0 && may_ask(w) && !(tcp ? dns_exchange_tcp : dns_exchange_udp)(&s, question, packet, ms);
}

/* False: it does not answer, or not for this zone and below. */
static bool ask_server(struct walk *w, const struct ip *ip, const char *name, enum dns_type type, struct dns_answer *a, struct dns_referral *r) {
  stralloc question = {0}, packet = {0};
  *a = (struct dns_answer){.result = DNS_TIMEOUT};
  r->count = 0;
  if (dnsmsg_question(&question, (uint16_t)random_u64(), bytes_str(name), type, true)) {
    dnsmsg_no_recursion(&question);
    bool came = exchange(w, ip, bytes_sa(&question), &packet, false);
    if (came)
      dnsmsg_read(a, bytes_sa(&packet), type);
    if (came && a->truncated && exchange(w, ip, bytes_sa(&question), &packet, true))
      dnsmsg_read(a, bytes_sa(&packet), type);
    if (came && !a->authoritative && !a->truncated)
      dnsmsg_referral(r, bytes_sa(&packet));
  }
  stralloc_free(&question);
  stralloc_free(&packet);
  return r->count || (a->authoritative && a->result <= DNS_NXDOMAIN);
}

/* One zone down, or the answer: 1 it is there, 0 a step was made, -1 nobody knows.  A referral must lead down, or it
 * would lead in circles. */
static int step(struct walk *w, const char *name, enum dns_type type, struct dns_answer *a) {
  struct dns_referral r;
  for (unsigned i = 0; i < w->cut.ips && i < SERVERS_ASKED; i++) {
    struct ip ip = w->cut.ip[i];
    bool told = ask_server(w, &ip, name, type, a, &r);
    if (told && !r.count) {
      w->server = ip;
      return 1;
    }
    dnsmsg_free(a);
    if (told && is_within(name, r.zone) && is_within(r.zone, w->cut.zone) && strlen(r.zone) > strlen(w->cut.zone)) {
      descend(w, &r);
      return 0;
    }
  }
  *a = (struct dns_answer){.result = DNS_TIMEOUT};
  return -1;
}

static void ask_zone(struct walk *w, const char *name, enum dns_type type, struct dns_answer *a) {
  int done = 0;
  if (!w->cut.ips || !is_within(name, w->cut.zone))
    start(w, name);
  for (int i = 0; i < DEPTH_MAX && !done; i++)
    done = step(w, name, type, a);
  if (done <= 0)
    *a = (struct dns_answer){.result = DNS_TIMEOUT};
}

/* CNAMEs may lead into other zones. */
static void ask_following(struct walk *w, const char *name, enum dns_type type, struct dns_answer *a) {
  char at[DNS_NAME_TEXT];
  ask_zone(w, name, type, a);
  for (int i = 0; i < ALIASES_MAX && a->result == DNS_NODATA && *a->alias; i++) {
    memcpy(at, a->alias, sizeof at);
    dnsmsg_free(a);
    ask_zone(w, at, type, a);
  }
}

/* --- the two views --- */

typedef void asker(struct walk *w, const char *name, enum dns_type type, struct dns_answer *a);

static void ask_resolver(struct walk *w, const char *name, enum dns_type type, struct dns_answer *a) { look_up(w, a, name, type); }

static void view_hosts(struct walk *w, struct zone_view *v, const char *domain, asker *ask) {
  struct dns_answer a;
  ask(w, domain, DNS_MX, &a);
  zone_view_hosts(v, domain, &a);
  dnsmsg_free(&a);
}

static void view_addresses(struct walk *w, struct zone_view *v, asker *ask) {
  struct dns_answer a;
  for (unsigned i = 0; i < v->hosts && i < DNS_ZONE_HOSTS; i++)
    for (int v6 = 0; v6 <= w->v6; v6++) {
      ask(w, v->host[i].name, v6 ? DNS_AAAA : DNS_A, &a);
      zone_view_add(v, &a);
      dnsmsg_free(&a);
    }
}

static void view_servers(struct walk *w, struct zone_report *r) {
  struct dns_answer a;
  if (r->zone.result > DNS_NXDOMAIN)
    return;
  ip_format(r->server, &w->server);
  if (!w->delegation.count)
    return;
  memcpy(r->apex, w->cut.zone, sizeof r->apex);
  for (unsigned i = 0; i < w->delegation.count; i++)
    add_name(&r->delegation, w->delegation.server[i].name);
  ask_zone(w, r->apex, DNS_NS, &a);
  for (size_t i = 0; i < a.count; i++)
    add_name(&r->own, a.record[i].name);
  dnsmsg_free(&a);
}

void dns_zone(struct zone_report *r, struct bytes domain, bool v6) {
  static struct walk w;
  stralloc ascii = {0};
  *r = (struct zone_report){.resolver.result = DNS_BAD_NAME, .zone.result = DNS_BAD_NAME};
  w = (struct walk){.end = clock_ms() + DNS_ZONE_MS, .v6 = v6};
  if (dnsmsg_ascii_domain(&ascii, domain) && ascii.len < sizeof r->domain) {
    snprintf(r->domain, sizeof r->domain, "%.*s", (int)ascii.len, ascii.s);
    view_hosts(&w, &r->zone, r->domain, ask_following);
    view_servers(&w, r);
    view_addresses(&w, &r->zone, ask_following);
    w.questions = 0;
    view_hosts(&w, &r->resolver, r->domain, ask_resolver);
    view_addresses(&w, &r->resolver, ask_resolver);
  }
  stralloc_free(&ascii);
}
