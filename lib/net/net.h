/* net: sockets to the world: addresses with ports, connections with a deadline, which addresses are this machine's. */
#ifndef NET_H
#define NET_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#include "addr/ip.h"

struct net_address {
  struct sockaddr_storage sa;
  socklen_t length;
};

void net_address(struct net_address *a, const struct ip *ip, uint16_t port);
/* A TCP connection to IP from SOURCE (NULL: the system chooses), close-on-exec, blocking and
 * without Nagle's delay (our writes are whole groups of commands); or -1 with errno, ETIMEDOUT
 * after TIMEOUT_MS. */
int net_connect(const struct ip *ip, uint16_t port, const struct ip *source, int timeout_ms);
/* Whether IP is loopback, unspecified, or an address of one of this machine's interfaces; asked anew each time. */
bool net_is_own(const struct ip *ip);

#endif
