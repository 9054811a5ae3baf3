/* Q3: our own domains in the DNS, by the resolver and by their own servers. */
#include "dns/zone.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "dns/dns.h"
#include "dns/exchange.h"
#include "net/net.h"
#include "probes/logs.h"
#include "probes/probes.h"
#include "probes/talk.h"
#include "reputation/reputation.h"
#include "route/route.h"
#include "sys/clock.h"
#include "sys/random.h"

enum { DOMAINS_MAX = 8, DAYS = 7 * 86400, SERVER_MS = 1500, TIME_MIN_MS = 1000 };

/* --- our domains --- */

struct domains { char name[DOMAINS_MAX][DNS_NAME_TEXT]; size_t n; };

static void add_domain(void *data, struct bytes name, struct bytes value) {
  struct domains *d = data;
  (void)value;
  if (name.n && name.n < DNS_NAME_TEXT && d->n < DOMAINS_MAX)
    snprintf(d->name[d->n++], DNS_NAME_TEXT, "%.*s", (int)name.n, name.s);
}

typedef void look_at(struct probe *p, const char *domain);

static void each_domain(struct probe *p, look_at *look) {
  struct domains d = {.n = 0};
  conf_each(p->conf, 'd', add_domain, &d);
  for (size_t i = 0; i < d.n && (!i || probe_ms_left(p, TIME_MIN_MS) == TIME_MIN_MS); i++)
    look(p, d.name[i]);
}

static void look_up(struct probe *p, struct dns_answer *a, const char *name, enum dns_type type) {
  *a = (struct dns_answer){0};
  dns_lookup_until(a, bytes_str(name), type, clock_ms() + probe_ms_left(p, 4000));
}

static const char *own_name(const struct probe *p, char text[300]) {
  stralloc scratch = {0};
  struct bytes name = conf_hostname(p->conf, &scratch);
  snprintf(text, 300, "%.*s", (int)name.n, name.s);
  stralloc_free(&scratch);
  return text;
}

/* --- delegation: does the zone have servers that know it? --- */

static bool is_lame(const char *name, const char *zone, char got[64]) {
  stralloc question = {0}, packet = {0};
  struct dns_answer a = {0}, r = {.result = DNS_TIMEOUT};
  dns_lookup_until(&a, bytes_str(name), DNS_A, clock_ms() + SERVER_MS);
  bool asked = a.result == DNS_FOUND && a.count && dnsmsg_question(&question, (uint16_t)random_u64(), bytes_str(zone), DNS_SOA, true);
  struct dns_server s = {.ip = asked ? a.record[0].ip : (struct ip){0}, .port = 53};
  if (asked)
    dnsmsg_no_recursion(&question);
  if (asked && !dns_exchange_udp(&s, bytes_sa(&question), &packet, SERVER_MS))
    dnsmsg_read(&r, bytes_sa(&packet), DNS_SOA);
  bool lame = asked ? r.result != DNS_TIMEOUT && !r.authoritative : a.result == DNS_NXDOMAIN || a.result == DNS_NODATA;
  snprintf(got, 64, "%s", !asked ? dns_result_name(a.result) : r.authoritative ? "authoritative" : r.result == DNS_FOUND ? "not_authoritative" : dns_result_name(r.result));
  dnsmsg_free(&a);
  dnsmsg_free(&r);
  stralloc_free(&question);
  stralloc_free(&packet);
  return lame;
}

static void look_at_servers(struct probe *p, const struct zone_report *r) {
  char got[64];
  stralloc above = {0}, own = {0};
  zone_names_text(&above, &r->delegation);
  zone_names_text(&own, &r->own);
  for (unsigned i = 0; i < r->delegation.count; i++)
    if (is_lame(r->delegation.name[i], r->apex, got))
      probe_find(p, CHECK_WARN, DC322W_lame_server, "domain=%s asked=%s got=%s servers=%s", r->apex, r->delegation.name[i], got, sa_cstr(&above));
  if (zone_delegation_differs(r))
    probe_find(p, CHECK_WARN, DC323W_delegation_differs, "domain=%s above=%s own=%s", r->apex, sa_cstr(&above), sa_cstr(&own));
  stralloc_free(&above);
  stralloc_free(&own);
}

static void look_at_delegation(struct probe *p, const char *domain) {
  static struct zone_report r;
  dns_zone(&r, bytes_str(domain), false);
  if (*r.server)
    look_at_servers(p, &r);
  if (*r.server)
    probe_good(p, "domain=%s asked=%s zone=%s servers=%u", domain, r.server, r.apex, r.delegation.count);
  else if (r.resolver.result == DNS_SERVFAIL || r.resolver.result == DNS_TIMEOUT)
    probe_find(p, CHECK_FAIL, DC321E_lame_delegation, "domain=%s asked=resolver got=%s own_servers=silent", domain, dns_result_name(r.resolver.result));
  else if (r.resolver.result == DNS_NXDOMAIN)
    probe_good(p, "domain=%s asked=resolver got=nxdomain", domain);       /* for the next check */
  else
    probe_find(p, CHECK_CANNOT_TELL, DC324W_own_servers_unseen, "domain=%s asked=own_servers got=nothing", domain);
}

void probe_delegation(struct probe *p) { each_domain(p, look_at_delegation); }

/* --- MX, and the addresses behind --- */

static void look_at_mx(struct probe *p, const char *domain) {
  struct dns_answer mx, a;
  char name[300];
  look_up(p, &mx, domain, DNS_MX);
  if (mx.result == DNS_NXDOMAIN)
    probe_find(p, CHECK_FAIL, DC311E_domain_missing, "domain=%s asked=resolver type=MX got=nxdomain", domain);
  else if (mx.result == DNS_FOUND && mx.count == 1 && !*mx.record[0].name)
    probe_find(p, CHECK_FAIL, DC313E_null_mx, "domain=%s asked=resolver type=MX got=null_mx host=%s", domain, own_name(p, name));
  else if (mx.result == DNS_FOUND)
    probe_good(p, "domain=%s asked=resolver type=MX preference=%u got=%s records=%zu", domain, mx.count ? mx.record[0].preference : 0, mx.count ? mx.record[0].name : "", mx.count);
  else if (mx.result == DNS_NODATA) {
    look_up(p, &a, domain, DNS_A);
    if (a.result == DNS_FOUND)
      probe_good(p, "domain=%s asked=resolver type=MX got=nodata address=itself", domain);
    else
      probe_find(p, CHECK_FAIL, DC312E_no_mx, "domain=%s asked=resolver type=MX got=nodata host=%s", domain, own_name(p, name));
    dnsmsg_free(&a);
  } else
    probe_find(p, CHECK_CANNOT_TELL, DC005W_unexpected, "domain=%s asked=resolver type=MX reply=%s", domain, dns_result_name(mx.result));
  dnsmsg_free(&mx);
}

void probe_mx(struct probe *p) { each_domain(p, look_at_mx); }

static void look_at_stale(struct probe *p, const char *domain) {
  static struct zone_report r;
  stralloc old = {0}, new = {0};
  dns_zone(&r, bytes_str(domain), false);
  zone_view_text(&old, &r.resolver);
  zone_view_text(&new, &r.zone);
  switch (zone_judge(&r, r.resolver.ips ? &r.resolver.ip[0] : NULL, true)) {
  case ZONE_STALE: probe_find(p, CHECK_FAIL, DC331E_stale, "domain=%s resolver=%s zone=%s asked=%s seconds=%u", domain, sa_cstr(&old), sa_cstr(&new), r.server, r.resolver.ttl); break;
  case ZONE_UNKNOWN: probe_find(p, CHECK_CANNOT_TELL, DC324W_own_servers_unseen, "domain=%s asked=own_servers got=nothing", domain); break;
  default: probe_good(p, "domain=%s asked=%s got=%s", domain, r.server, sa_cstr(&new));
  }
  stralloc_free(&old);
  stralloc_free(&new);
}

void probe_stale(struct probe *p) { each_domain(p, look_at_stale); }

/* --- the hosts that MX names: each must have an address, and one must be us --- */

struct hosts {
  struct ip ip[ZONE_IPS_MAX];
  size_t ips;
  char first[IP_TEXT];
  char own[IP_TEXT], foreign6[IP_TEXT];    /* "": none */
};

bool probe_is_here(const struct probe *p, const struct ip *ip) {
  struct ip public;
  const struct ip *seen = route_address(p->conf, SET_public_address, ip->v6, &public);
  return net_is_own(ip) || (seen && !memcmp(seen->a, ip->a, ip->v6 ? 16 : 4));
}

static void note_address(struct probe *p, struct hosts *h, const struct ip *ip) {
  char text[IP_TEXT];
  ip_format(text, ip);
  if (h->ips < ZONE_IPS_MAX)
    h->ip[h->ips++] = *ip;
  if (!*h->first)
    strcpy(h->first, text);
  if (probe_is_here(p, ip))
    strcpy(h->own, text);
  else if (ip->v6)
    strcpy(h->foreign6, text);
}

static size_t note_host(struct probe *p, struct hosts *h, const char *host, enum dns_type type, enum dns_result *result, bool *alias) {
  struct dns_answer a;
  look_up(p, &a, host, type);
  size_t n = a.result == DNS_FOUND ? a.count : 0;
  for (size_t i = 0; i < n; i++)
    note_address(p, h, &a.record[i].ip);
  *result = a.result;
  *alias = *a.alias;
  dnsmsg_free(&a);
  return n;
}

static void look_at_host(struct probe *p, struct hosts *h, const char *domain, const char *host) {
  enum dns_result v4, v6;
  bool alias, unused;
  struct ip ip;
  if (ip_parse(&ip, bytes_str(host))) {
    probe_find(p, CHECK_FAIL, DC335E_mx_is_address, "domain=%s host=%s", domain, host);
    return;
  }
  size_t n = note_host(p, h, host, DNS_A, &v4, &alias);
  n += note_host(p, h, host, DNS_AAAA, &v6, &unused);
  if (!n && (v4 == DNS_NXDOMAIN || v4 == DNS_NODATA))
    probe_find(p, CHECK_FAIL, DC333E_mx_without_address, "domain=%s host=%s asked=resolver got=%s", domain, host, dns_result_name(v4));
  else if (!n)
    probe_find(p, CHECK_CANNOT_TELL, DC005W_unexpected, "asked=resolver host=%s reply=%s", host, dns_result_name(v4));
  else if (alias)
    probe_find(p, CHECK_WARN, DC334W_mx_is_alias, "domain=%s host=%s", domain, host);
  else
    probe_good(p, "domain=%s host=%s asked=resolver got=%s addresses=%zu", domain, host, h->first, n);
}

static void find_hosts(struct probe *p, struct hosts *h, const char *domain) {
  struct dns_answer mx;
  *h = (struct hosts){.ips = 0};
  look_up(p, &mx, domain, DNS_MX);
  if (mx.result == DNS_NODATA)
    look_at_host(p, h, domain, domain);
  for (size_t i = 0; mx.result == DNS_FOUND && i < mx.count; i++)
    look_at_host(p, h, domain, mx.record[i].name);
  dnsmsg_free(&mx);
}

static void look_at_hosts(struct probe *p, const char *domain) {
  struct hosts h;
  find_hosts(p, &h, domain);
  if (!p->finding.evidence.len)
    probe_find(p, CHECK_CANNOT_TELL, DC005W_unexpected, "domain=%s asked=resolver reply=none", domain);
}

void probe_mx_hosts(struct probe *p) { each_domain(p, look_at_hosts); }

/* --- is it us? --- */

static struct { char ip[64][IP_TEXT]; size_t n; } seen;   /* peers that have handed mail in lately */

static void note_peer(void *data, int64_t time, struct log_reader *line) {
  stralloc value = {0};
  (void)data, (void)time;
  if (logs_is(line, SM107I_message_accepted) && logs_field(line, "ip", &value) && value.len < IP_TEXT && seen.n < 64)
    snprintf(seen.ip[seen.n++], IP_TEXT, "%.*s", (int)value.len, value.s);
  stralloc_free(&value);
}

/* A filter service receives in our place, and hands on to us. */
static bool hands_on(const struct hosts *h) {
  char text[IP_TEXT];
  for (size_t i = 0; i < h->ips; i++) {
    ip_format(text, &h->ip[i]);
    for (size_t k = 0; k < seen.n; k++)
      if (!strcmp(text, seen.ip[k]))
        return true;
  }
  return false;
}

/* A router that leads its public address back in lets us meet ourselves there. */
static bool greets_as_us(struct probe *p, const struct ip *ip, char line[200]) {
  static struct talk t;
  char name[300];
  int fd = net_connect(ip, 25, NULL, probe_ms_left(p, 1500));
  t = (struct talk){.in = fd, .out = fd, .end = clock_ms() + probe_ms_left(p, 2000)};
  *line = 0;
  if (fd < 0)
    return false;
  bool greeted = talk_reply(&t) == 220;
  snprintf(line, 200, "%.199s", t.line);
  talk_send(&t, "QUIT");
  close(fd);
  return greeted && strstr(line, own_name(p, name));
}

static bool behind_router(const struct probe *p) {
  struct ip source, public, to = {.a = {192, 0, 2, 1}};
  return !route_address(p->conf, SET_public_address, false, &public) && !net_source(&source, &to) && reputation_is_private(&source);
}

static void judge_elsewhere(struct probe *p, const char *domain, const struct hosts *h) {
  char line[200] = "", name[300];
  bool us = false;
  for (size_t i = 0; i < h->ips && i < 2 && !us; i++)
    us = greets_as_us(p, &h->ip[i], line);
  if (us)
    probe_good(p, "domain=%s address=%s greeting=%s", domain, h->first, line);
  else if (hands_on(h))
    probe_good(p, "domain=%s address=%s hands_on=yes", domain, h->first);
  else if (behind_router(p) && !*line)
    probe_find(p, CHECK_CANNOT_TELL, DC342W_behind_router, "domain=%s address=%s", domain, h->first);
  else
    probe_find(p, CHECK_FAIL, DC341E_mx_elsewhere, "domain=%s address=%s greeting=%s host=%s", domain, h->first, *line ? line : "none", own_name(p, name));
}

static void look_at_ours(struct probe *p, const char *domain) {
  struct hosts h;
  struct probe quiet = *p;
  quiet.finding = (struct check_finding){0};
  find_hosts(&quiet, &h, domain);
  if (!h.ips)
    probe_find(p, CHECK_CANNOT_TELL, DC005W_unexpected, "domain=%s asked=resolver reply=none", domain);
  else if (!*h.own)
    judge_elsewhere(p, domain, &h);
  else if (*h.foreign6 && !strchr(h.own, ':'))
    probe_find(p, CHECK_WARN, DC343W_mx_ipv6_elsewhere, "domain=%s address=%s ipv6=%s", domain, h.own, h.foreign6);
  else
    probe_good(p, "domain=%s address=%s ours=yes", domain, h.own);
}

void probe_mx_ours(struct probe *p) {
  logs_since("log/smtp", p->now - DAYS, note_peer, NULL);
  probe_confine();
  each_domain(p, look_at_ours);
}

/* --- has anybody come from outside? --- */

struct outside { char ip[IP_TEXT]; int64_t time; };

static void note_outside(void *data, int64_t time, struct log_reader *line) {
  struct outside *o = data;
  stralloc value = {0};
  struct ip ip;
  bool smtp = logs_is(line, SM107I_message_accepted) || logs_is(line, RL201E_relay_refused) || logs_is(line, SM120I_conversation_begun);
  if (smtp && logs_field(line, "ip", &value) && ip_parse(&ip, bytes_sa(&value)) && !reputation_is_private(&ip) && !net_is_own(&ip)) {
    ip_format(o->ip, &ip);
    o->time = time;
  }
  stralloc_free(&value);
}

void probe_outside(struct probe *p) {
  struct outside o = {.time = 0};
  if (logs_since("log/smtp", p->now - DAYS, note_outside, &o))
    probe_unreadable(p, "log/smtp");
  else if (o.time)
    probe_good(p, "asked=log/smtp ip=%s seconds_ago=%lld", o.ip, (long long)(p->now - o.time));
  else
    probe_find(p, CHECK_CANNOT_TELL, DC351W_nobody_from_outside, "asked=log/smtp days=%d port=%ld", DAYS / 86400, conf_number(p->conf, SET_smtp_port));
}
