/* dns: questions to the configured resolvers, over UDP from a random port with a random ID, over TCP where the answer does
 * not fit.  Servers: the environment variable DNSCACHEIP ("192.0.2.53 [2001:db8::53]:5353 127.0.0.1:5300"), else the
 * nameserver lines of /etc/resolv.conf, else 127.0.0.1; read anew at each question, so that a changed file counts. */
#ifndef DNS_H
#define DNS_H

#include "dnsmsg/dnsmsg.h"

enum { DNS_SERVERS_MAX = 4, DNS_DEADLINE_MS = 20000 };

/* A is zeroed or freed before; dnsmsg_free afterwards.  CNAMEs are followed.  Takes at most DNS_DEADLINE_MS.  Of several
 * servers the first that knows decides; where none knows, the most telling result. */
void dns_lookup(struct dns_answer *a, struct bytes name, enum dns_type type);
void dns_lookup_until(struct dns_answer *a, struct bytes name, enum dns_type type, int64_t end);   /* END on clock_ms() */

#endif
