/* exchange: one question to one server. */
#ifndef DNS_EXCHANGE_H
#define DNS_EXCHANGE_H

#include "base/sa.h"
#include "dns/servers.h"

/* The server's packet into ANSWER (emptied first).  0, or -1 with errno (ETIMEDOUT). */
int dns_exchange_udp(const struct dns_server *s, struct bytes question, stralloc *answer, int timeout_ms);
int dns_exchange_tcp(const struct dns_server *s, struct bytes question, stralloc *answer, int timeout_ms);

#endif
