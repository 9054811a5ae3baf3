#include "dnsmsg/wire.h"

enum { AUTHORITATIVE = 0x0400, CODE = 0x000f };

static unsigned find(const struct dns_referral *r, const char *name) {
  unsigned i = 0;
  while (i < r->count && !wire_same_name(r->server[i].name, name))
    i++;
  return i;
}

/* The first owner is the zone; records of another one do not belong to this delegation. */
static bool add_server(struct dns_referral *r, struct bytes packet, const struct wire_rr *rr) {
  char name[DNS_NAME_TEXT];
  size_t at = rr->data;
  if (!wire_name(packet, &at, name) || at != rr->end)
    return false;
  if (!r->count)
    memcpy(r->zone, rr->owner, sizeof r->zone);
  if (r->count < DNS_REFERRAL_MAX && wire_same_name(r->zone, rr->owner) && *name && !strchr(name, '?') && find(r, name) == r->count)
    memcpy(r->server[r->count++].name, name, sizeof name);
  return true;
}

static bool add_glue(struct dns_referral *r, struct bytes packet, const struct wire_rr *rr) {
  unsigned i = find(r, rr->owner);
  struct ip ip;
  if (!wire_ip(packet, rr, &ip))
    return false;
  if (i < r->count && r->server[i].ips < DNS_GLUE_MAX)
    r->server[i].ip[r->server[i].ips++] = ip;
  return true;
}

static bool read_records(struct dns_referral *r, struct bytes packet, size_t at, unsigned authorities, unsigned additionals) {
  struct wire_rr rr;
  for (unsigned i = 0; i < authorities + additionals; i++) {
    if (!wire_rr(packet, &at, &rr))
      return false;
    bool address = rr.type == DNS_A || rr.type == DNS_AAAA;
    if (rr.class != WIRE_CLASS_IN)
      continue;
    if (i < authorities && rr.type == DNS_NS ? !add_server(r, packet, &rr) : i >= authorities && address && !add_glue(r, packet, &rr))
      return false;
  }
  return r->count > 0;
}

bool dnsmsg_referral(struct dns_referral *r, struct bytes packet) {
  unsigned flags, questions, answers, authorities, additionals, ignored;
  char name[DNS_NAME_TEXT];
  size_t at = 2;
  *r = (struct dns_referral){.count = 0};
  if (!wire_u16(packet, &at, &flags) || !wire_u16(packet, &at, &questions) || !wire_u16(packet, &at, &answers) ||
      !wire_u16(packet, &at, &authorities) || !wire_u16(packet, &at, &additionals))
    return false;
  if (flags & (AUTHORITATIVE | CODE) || questions != 1 || answers)
    return false;
  return wire_name(packet, &at, name) && wire_u16(packet, &at, &ignored) && wire_u16(packet, &at, &ignored) &&
         read_records(r, packet, at, authorities, additionals);
}
