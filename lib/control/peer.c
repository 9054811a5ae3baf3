#include "control/peer.h"

#include <netinet/in.h>
#include <sys/socket.h>

typedef int of_socket(int sock, struct sockaddr *address, socklen_t *n);

static bool address_of(struct ip *ip, int sock, of_socket *get) {
  static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
  union {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
  } a = {0};
  socklen_t n = sizeof a;
  *ip = (struct ip){0};
  if (get(sock, &a.any, &n))
    return false;
  if (a.any.sa_family == AF_INET)
    memcpy(ip->a, &a.v4.sin_addr, 4);
  else if (a.any.sa_family == AF_INET6 && !memcmp(&a.v6.sin6_addr, mapped, 12))
    memcpy(ip->a, (char *)&a.v6.sin6_addr + 12, 4);
  else if (a.any.sa_family == AF_INET6) {
    ip->v6 = true;
    memcpy(ip->a, &a.v6.sin6_addr, 16);
  } else
    return false;
  return true;
}

bool peer_address(struct ip *ip, int sock) { return address_of(ip, sock, getpeername); }
bool peer_own_address(struct ip *ip, int sock) { return address_of(ip, sock, getsockname); }
