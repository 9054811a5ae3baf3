#include <dns.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "addr/ip.h"
#include "base/bytes.h"
#include "pool/pool.h"
#include "sys/fd.h"
#include "sys/report.h"

/* "smtp" → 25, from the lines "NAME PORT/tcp ALIAS…" of /etc/services. */
static bool port_of_service(const char *name, uint16_t *port) {
  stralloc text = {0};
  bool found = false;
  if (fd_slurp("/etc/services", 1 << 20, &text))
    return false;
  struct bytes rest = bytes_sa(&text), line;
  while (!found && bytes_cut(&rest, '\n', &line)) {
    char entry[64], protocol[8];
    unsigned n;
    char copy[128];
    snprintf(copy, sizeof copy, "%.*s", (int)line.n, line.s);
    found = sscanf(copy, "%63s %u/%7s", entry, &n, protocol) == 3 && !strcmp(entry, name) && !strcmp(protocol, "tcp") && n < 65536;
    *port = (uint16_t)(found ? n : 0);
  }
  stralloc_free(&text);
  return found;
}

static bool port_of(const char *text, uint16_t *port) {
  uint64_t n;
  if (!bytes_u64(bytes_str(text), &n))
    return port_of_service(text, port);
  *port = (uint16_t)n;
  return n < 65536;
}

/* A name's first address, from the resolver alone, as tcpserver does it. */
static bool resolve(const char *host, struct ip *ip) {
  stralloc name = {0}, fqdn = {0}, out = {0};
  sa_copys(&name, host);
  bool v4 = !dns_ip4_qualify(&out, &fqdn, &name) && out.len >= 4;
  bool v6 = !v4 && !dns_ip6_qualify(&out, &fqdn, &name) && out.len >= 16;
  ip->v6 = v6;
  if (v4 || v6)
    memcpy(ip->a, out.s, v6 ? 16 : 4);
  stralloc_free(&name);
  stralloc_free(&fqdn);
  stralloc_free(&out);
  return v4 || v6;
}

static bool address_of(const char *host, struct ip *ip) {
  *ip = (struct ip){0};
  if (!strcmp(host, "localhost"))
    host = "127.0.0.1";
  if (ip_parse(ip, bytes_str(host)) || resolve(host, ip))
    return true;
  errno = EDESTADDRREQ;
  return false;
}

static int bind_to(int family, const void *address, socklen_t n, const struct pool_options *o) {
  int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0)
    return -1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
  if (o->nodelay)              /* an accepted connection begins as the listening socket is */
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
  if (family == AF_INET6)
    setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &(int){0}, sizeof(int));
  if (!bind(fd, address, n) && !listen(fd, (int)o->backlog))
    return fd;
  int saved = errno;
  close(fd);
  errno = saved;
  return -1;
}

static int bind_v4(const struct ip *ip, uint16_t port, const struct pool_options *o) {
  struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(port)};
  memcpy(&a.sin_addr, ip->a, 4);
  return bind_to(AF_INET, &a, sizeof a, o);
}

static int bind_v6(const struct ip *ip, uint16_t port, const struct pool_options *o) {
  struct sockaddr_in6 a = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
  memcpy(&a.sin6_addr, ip->a, 16);
  if (o->interface)
    a.sin6_scope_id = if_nametoindex(o->interface);
  return bind_to(AF_INET6, &a, sizeof a, o);
}

/* Host 0 is every address: of both families by one socket, of IPv4 alone where the kernel has no IPv6. */
static int bind_everywhere(uint16_t port, const struct pool_options *o) {
  static const struct ip any = {0};
  int fd = o->ipv4_only ? -1 : bind_v6(&any, port, o);
  if (fd < 0 && (o->ipv4_only || errno == EAFNOSUPPORT || errno == EADDRNOTAVAIL))
    fd = bind_v4(&any, port, o);
  return fd;
}

int pool_bind(const struct pool_options *o) {
  uint16_t port;
  struct ip ip;
  if (!port_of(o->port, &port)) {
    errno = EDESTADDRREQ;
    return -1;
  }
  if (!strcmp(o->host, "0"))
    return bind_everywhere(port, o);
  if (!address_of(o->host, &ip))
    return -1;
  return ip.v6 ? bind_v6(&ip, port, o) : bind_v4(&ip, port, o);
}

static void say_port(int fd) {
  struct sockaddr_storage a = {0};
  socklen_t n = sizeof a;
  getsockname(fd, (struct sockaddr *)&a, &n);
  dprintf(1, "%u\n", ntohs(a.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&a)->sin6_port : ((struct sockaddr_in *)&a)->sin_port));
}

int pool_listen(const struct pool_options *o) {
  bool local = !strncmp(o->host, "unix:", 5);
  int fd = local ? fd_unix_listen(o->host + 5, SOCK_STREAM, o->mode) : pool_bind(o);
  if (fd < 0 && errno == EDESTADDRREQ)
    die(EXIT_PERMANENT, TP103E_address_unknown, "host=%s port=%s", o->host, o->port);
  if (fd < 0)
    die_errno(EXIT_TEMPORARY, TP101E_listen_failed, "host=%s port=%s", o->host, o->port);
  fcntl(fd, F_SETFL, O_NONBLOCK);
  if (o->print_port && !local)
    say_port(fd);
  report(TP301I_listening, "host=%s port=%s limit=%u", o->host, o->port, o->limit);
  return fd;
}
