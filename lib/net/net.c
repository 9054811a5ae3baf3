#include "net/net.h"

#include <errno.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "sys/clock.h"
#include "sys/fd.h"

void net_address(struct net_address *a, const struct ip *ip, uint16_t port) {
  *a = (struct net_address){0};
  if (ip->v6) {
    struct sockaddr_in6 *s = (struct sockaddr_in6 *)&a->sa;
    *s = (struct sockaddr_in6){.sin6_family = AF_INET6, .sin6_port = htons(port)};
    memcpy(&s->sin6_addr, ip->a, 16);
    a->length = sizeof *s;
  } else {
    struct sockaddr_in *s = (struct sockaddr_in *)&a->sa;
    *s = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(port)};
    memcpy(&s->sin_addr, ip->a, 4);
    a->length = sizeof *s;
  }
}

static int give_up(int fd, int error) {
  close(fd);
  errno = error;
  return -1;
}

static int finish_connecting(int fd, int timeout_ms) {
  int error = 0;
  socklen_t n = sizeof error;
  if (!fd_wait(fd, POLLOUT, timeout_ms))
    return errno;
  return getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &n) ? errno : error;
}

/* Non-blocking, bound to SOURCE where there is one. */
static int stream_socket(int family, const struct ip *source) {
  struct net_address from;
  int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0 || !source)
    return fd;
  net_address(&from, source, 0);
  return bind(fd, (struct sockaddr *)&from.sa, from.length) ? give_up(fd, errno) : fd;
}

int net_connect(const struct ip *ip, uint16_t port, const struct ip *source, int timeout_ms) {
  struct net_address to;
  net_address(&to, ip, port);
  int fd = stream_socket(to.sa.ss_family, source);
  if (fd < 0)
    return -1;
  int error = connect(fd, (struct sockaddr *)&to.sa, to.length) ? errno : 0;
  if (error == EINPROGRESS)
    error = finish_connecting(fd, timeout_ms);
  if (!error && (fcntl(fd, F_SETFL, 0) || setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int))))
    error = errno;
  return error ? give_up(fd, error) : fd;
}

/* --- several at once --- */

static void begin(struct net_reach *r, struct pollfd *p, const struct ip *source) {
  struct net_address to;
  net_address(&to, &r->ip, r->port);
  r->connected = false;
  *p = (struct pollfd){.fd = stream_socket(to.sa.ss_family, source), .events = POLLOUT};
  if (p->fd >= 0 && connect(p->fd, (struct sockaddr *)&to.sa, to.length) && errno != EINPROGRESS)
    p->fd = give_up(p->fd, errno);
}

static bool end(struct pollfd *p) {
  bool connected = p->revents && !finish_connecting(p->fd, 0);
  close(p->fd);
  p->fd = -1;
  return connected;
}

/* How many are still under way. */
static size_t collect(struct net_reach *r, struct pollfd *p, size_t count) {
  size_t open = 0;
  for (size_t i = 0; i < count; i++)
    if (p[i].fd >= 0 && p[i].revents)
      r[i].connected = end(&p[i]);
    else
      open += p[i].fd >= 0;
  return open;
}

void net_reach(struct net_reach *r, size_t count, const struct ip *source, int timeout_ms) {
  struct pollfd p[NET_REACH_MAX] = {{0}};
  int64_t until = clock_ms() + timeout_ms;
  size_t open = count;
  count = count < NET_REACH_MAX ? count : NET_REACH_MAX;
  for (size_t i = 0; i < count; i++)
    begin(&r[i], &p[i], source);
  for (int64_t left; open && (left = until - clock_ms()) > 0; open = collect(r, p, count))
    if (poll(p, count, (int)left) < 0 && errno != EINTR)
      break;
  for (size_t i = 0; i < count; i++)
    if (p[i].fd >= 0)
      end(&p[i]);
}

/* --- addresses of this machine --- */

static void from_sockaddr(struct ip *ip, const struct sockaddr_storage *sa) {
  *ip = (struct ip){.v6 = sa->ss_family == AF_INET6};
  if (ip->v6)
    memcpy(ip->a, &((const struct sockaddr_in6 *)sa)->sin6_addr, 16);
  else
    memcpy(ip->a, &((const struct sockaddr_in *)sa)->sin_addr, 4);
}

int net_source(struct ip *source, const struct ip *toward) {
  struct net_address to, from = {.length = sizeof from.sa};
  net_address(&to, toward, 25);
  int fd = socket(to.sa.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0)
    return -1;
  if (connect(fd, (struct sockaddr *)&to.sa, to.length) || getsockname(fd, (struct sockaddr *)&from.sa, &from.length))
    return give_up(fd, errno);
  close(fd);
  from_sockaddr(source, &from.sa);
  return 0;
}

static bool special(const struct ip *ip) {
  static const uint8_t zero[16], loopback6[16] = {[15] = 1};
  if (ip->v6)
    return !memcmp(ip->a, zero, 16) || !memcmp(ip->a, loopback6, 16);
  return ip->a[0] == 127 || !memcmp(ip->a, zero, 4);
}

static bool is_address(const struct sockaddr *s, const struct ip *ip) {
  if (!s)
    return false;
  if (s->sa_family == AF_INET && !ip->v6)
    return !memcmp(&((const struct sockaddr_in *)s)->sin_addr, ip->a, 4);
  return s->sa_family == AF_INET6 && ip->v6 && !memcmp(&((const struct sockaddr_in6 *)s)->sin6_addr, ip->a, 16);
}

bool net_is_own(const struct ip *ip) {
  struct ifaddrs *list = NULL;
  if (special(ip))
    return true;
  bool own = false;
  if (getifaddrs(&list))
    return false;
  for (const struct ifaddrs *i = list; i && !own; i = i->ifa_next)
    own = is_address(i->ifa_addr, ip);
  freeifaddrs(list);
  return own;
}
