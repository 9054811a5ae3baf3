#include "zone/zone.h"

static bool is_known(const struct zone_view *v) { return v->result == DNS_FOUND || v->result == DNS_NODATA || v->result == DNS_NXDOMAIN; }

static bool has_ip(const struct zone_view *v, const struct ip *ip) {
  for (unsigned i = 0; i < v->ips; i++)
    if (v->ip[i].v6 == ip->v6 && !memcmp(v->ip[i].a, ip->a, ip->v6 ? 16 : 4))
      return true;
  return false;
}

static bool has_host(const struct zone_view *v, const char *name) {
  for (unsigned i = 0; i < v->hosts; i++)
    if (bytes_ieq(bytes_str(v->host[i].name), bytes_str(name)))
      return true;
  return false;
}

static bool same_hosts(const struct zone_view *a, const struct zone_view *b) {
  bool same = a->hosts == b->hosts;
  for (unsigned i = 0; i < a->hosts && same; i++)
    same = has_host(b, a->host[i].name);
  return same;
}

static bool same_ips(const struct zone_view *a, const struct zone_view *b) {
  bool same = a->ips == b->ips;
  for (unsigned i = 0; i < a->ips && same; i++)
    same = has_ip(b, &a->ip[i]);
  return same;
}

enum zone_verdict zone_judge(const struct zone_report *r, const struct ip *contacted, bool for_good) {
  const struct zone_view *old = &r->resolver, *new = &r->zone;
  if (!is_known(old) || !is_known(new))
    return ZONE_UNKNOWN;
  if (same_hosts(old, new) && same_ips(old, new))
    return ZONE_SAME;
  if (!new->ips || (contacted ? has_ip(new, contacted) : old->ips > 0))
    return ZONE_VARIES;
  if (!contacted || !same_hosts(old, new))
    return ZONE_STALE;
  return new->ip_ttl >= (for_good ? ZONE_VERY_STEADY_S : ZONE_STEADY_S) ? ZONE_STALE : ZONE_VARIES;
}

const char *zone_verdict_name(enum zone_verdict v) {
  static const char *const names[] = {"unknown", "same", "varies", "stale"};
  return names[v];
}

static bool has_name(const struct zone_names *n, const char *name) {
  for (unsigned i = 0; i < n->count; i++)
    if (bytes_ieq(bytes_str(n->name[i]), bytes_str(name)))
      return true;
  return false;
}

bool zone_delegation_differs(const struct zone_report *r) {
  const struct zone_names *above = &r->delegation, *own = &r->own;
  bool same = above->count == own->count;
  for (unsigned i = 0; i < above->count && same; i++)
    same = has_name(own, above->name[i]);
  return above->count && own->count && !same;
}

static void note_ttl(uint32_t *least, uint32_t ttl) {
  if (ttl < *least)
    *least = ttl;
}

void zone_view_add(struct zone_view *v, const struct dns_answer *a) {
  if (a->result != DNS_FOUND) {
    if (a->ttl && !v->ips)
      note_ttl(&v->ttl, a->ttl);
    return;
  }
  note_ttl(&v->ttl, a->ttl);
  note_ttl(&v->ip_ttl, a->ttl);
  for (size_t i = 0; i < a->count && v->ips < ZONE_IPS_MAX; i++)
    if (!has_ip(v, &a->record[i].ip))
      v->ip[v->ips++] = a->record[i].ip;
}

void zone_view_hosts(struct zone_view *v, const char *domain, const struct dns_answer *mx) {
  *v = (struct zone_view){.result = mx->result, .ttl = UINT32_MAX, .ip_ttl = UINT32_MAX};
  if (mx->ttl)
    v->ttl = mx->ttl;
  if (mx->result == DNS_NODATA)
    memcpy(v->host[v->hosts++].name, domain, strnlen(domain, DNS_NAME_TEXT - 1));
  for (size_t i = 0; mx->result == DNS_FOUND && i < mx->count && v->hosts < ZONE_HOSTS_MAX; i++)
    if (*mx->record[i].name) {
      v->host[v->hosts].preference = mx->record[i].preference;
      memcpy(v->host[v->hosts++].name, mx->record[i].name, DNS_NAME_TEXT);
    }
}
