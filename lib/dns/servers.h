/* servers: the resolvers to ask. */
#ifndef DNS_SERVERS_H
#define DNS_SERVERS_H

#include "dns/dns.h"

struct dns_server {
  struct ip ip;
  uint16_t port;
};

unsigned dns_servers(struct dns_server list[DNS_SERVERS_MAX]);   /* how many, at least 1 */

#endif
