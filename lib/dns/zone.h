/* zone: a zone's own servers are found and asked, beside the resolver (zone/zone.h).  Found from the last label down, by
 * referrals, not by what the resolver remembers of the domain; the resolver only says where the walk begins, and
 * addresses of name servers that come without. */
#ifndef DNS_ZONE_H
#define DNS_ZONE_H

#include "zone/zone.h"

enum { DNS_ZONE_MS = 8000, DNS_ZONE_QUERIES = 40, DNS_ZONE_HOSTS = 6 };

/* Both views of where DOMAIN's mail leads; V6: IPv6 addresses are asked for and asked.  Ends within DNS_ZONE_MS and
 * DNS_ZONE_QUERIES questions; exchangers beyond DNS_ZONE_HOSTS are left out of both views. */
void dns_zone(struct zone_report *r, struct bytes domain, bool v6);

#endif
