/* zone: where a domain's mail leads, told twice: by the resolver, and by the zone's own servers; whether the difference
 * shows that the resolver is behind.  Servers that answer everybody differently (by place, by load) differ as well: there the
 * addresses have short lives, and the difference is none of time. */
#ifndef ZONE_H
#define ZONE_H

#include "base/sa.h"
#include "catalogue/catalogue.h"
#include "dnsmsg/dnsmsg.h"

enum { ZONE_HOSTS_MAX = 20, ZONE_IPS_MAX = 40, ZONE_SERVERS_MAX = DNS_REFERRAL_MAX };
/* Addresses that their zone lets live for less vary by intent.  A refusal for good is doubted only where they are steady. */
enum { ZONE_STEADY_S = 60, ZONE_VERY_STEADY_S = 600 };

struct zone_view {
  enum dns_result result;          /* of the question for MX: FOUND, NODATA (the domain itself is the host), NXDOMAIN; else nothing is known */
  struct { char name[DNS_NAME_TEXT]; unsigned preference; } host[ZONE_HOSTS_MAX];
  unsigned hosts;
  struct ip ip[ZONE_IPS_MAX];      /* of all of them */
  unsigned ips;
  uint32_t ttl;                    /* seconds for which this still holds: the least of its answers' */
  uint32_t ip_ttl;                 /* … of the addresses alone */
};

struct zone_names {
  char name[ZONE_SERVERS_MAX][DNS_NAME_TEXT];
  unsigned count;
};

struct zone_report {
  char domain[DNS_NAME_TEXT];
  struct zone_view resolver, zone;
  char server[IP_TEXT];            /* the zone's own that answered, "" where none did */
  char apex[DNS_NAME_TEXT];        /* the zone as delegated; "" where no delegation was met */
  struct zone_names delegation;    /* its servers as the zone above names them */
  struct zone_names own;           /* … and as it does itself */
};

enum zone_verdict {
  ZONE_UNKNOWN,      /* one of the two did not answer */
  ZONE_SAME,
  ZONE_VARIES,       /* they differ, and it proves nothing: short-lived addresses, or the zone leads nowhere */
  ZONE_STALE,        /* the zone leads elsewhere: the resolver is behind */
};

/* CONTACTED is the address that failed, NULL where the resolver led to none; FOR_GOOD: it refused for good. */
enum zone_verdict zone_judge(const struct zone_report *r, const struct ip *contacted, bool for_good);
const char *zone_verdict_name(enum zone_verdict v);                  /* "stale" */
bool zone_delegation_differs(const struct zone_report *r);           /* both are known, and not the same */
void zone_view_add(struct zone_view *v, const struct dns_answer *addresses);
void zone_view_hosts(struct zone_view *v, const char *domain, const struct dns_answer *mx);   /* V is set anew */
/* "10 mx.example.net [192.0.2.1]", "no such domain" */
void zone_view_text(stralloc *out, const struct zone_view *v);
void zone_names_text(stralloc *out, const struct zone_names *n);
/* All of it in a line for people: what the resolver says and for how long, what the zone says, which servers are named. */
void zone_text(stralloc *out, const struct zone_report *r, enum language lang);

#endif
