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
/* Connections to COUNT addresses tried at once, and closed again; IP from SOURCE as above.  Ends within TIMEOUT_MS. */
struct net_reach {
  struct ip ip;
  uint16_t port;
  bool connected;
};
enum { NET_REACH_MAX = 32 };
void net_reach(struct net_reach *r, size_t count, const struct ip *source, int timeout_ms);
/* From which address the system would connect to TOWARD; nothing is sent.  0, or -1 with errno (there is no route). */
int net_source(struct ip *source, const struct ip *toward);
/* Whether IP is loopback, unspecified, or an address of one of this machine's interfaces; asked anew each time. */
bool net_is_own(const struct ip *ip);

#endif
