#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <netinet/in.h>

#include "addr/ip.h"
#include "io/serve_pool.h"
#include "pool/pool.h"
#include "sys/report.h"

struct endpoint {
  char ip[IP_TEXT + 8];
  unsigned port;
  bool v6;
};

static void read_endpoint(struct endpoint *e, const struct sockaddr_storage *a, bool six) {
  struct ip ip = {0};
  const struct sockaddr_in6 *s6 = (const struct sockaddr_in6 *)a;
  const struct sockaddr_in *s4 = (const struct sockaddr_in *)a;
  bool mapped = a->ss_family == AF_INET6 && IN6_IS_ADDR_V4MAPPED(&s6->sin6_addr);
  ip.v6 = a->ss_family == AF_INET6 && !mapped;
  if (ip.v6)
    memcpy(ip.a, &s6->sin6_addr, 16);
  else if (mapped)
    memcpy(ip.a, s6->sin6_addr.s6_addr + 12, 4);
  else
    memcpy(ip.a, &s4->sin_addr, 4);
  char text[IP_TEXT];
  ip_format(text, &ip);
  e->v6 = ip.v6 || six;
  snprintf(e->ip, sizeof e->ip, "%s%s", six && !ip.v6 ? "::ffff:" : "", text);
  e->port = ntohs(a->ss_family == AF_INET6 ? s6->sin6_port : s4->sin_port);
}

static void set(stralloc *out, const char *name, const char *value) {
  sa_cats(out, name);
  sa_cats(out, "=");
  sa_cats(out, value);
  sa_0(out);
}

static void set_endpoint(stralloc *out, const char *where, const struct endpoint *e) {
  sa_catf(out, "TCP%sIP=%s", where, e->ip);
  sa_0(out);
  sa_catf(out, "TCP%sPORT=%u", where, e->port);
  sa_0(out);
}

static bool admit(stralloc *out, const struct pool_options *o, const struct endpoint *remote) {
  enum pool_verdict verdict = pool_rules(out, o, remote->ip, "");
  if (verdict == POOL_DENY)
    report(TP302I_denied, "ip=%s port=%u", remote->ip, remote->port);
  if (verdict == POOL_ALLOW && out->len > SERVE_ENVIRONMENT_MAX) {
    report(TP104E_environment_too_long, "ip=%s path=%s", remote->ip, o->rules);
    return false;
  }
  return verdict == POOL_ALLOW;
}

bool pool_environment(stralloc *out, char ip[PEER_IP], const struct pool_options *o, int fd, const struct sockaddr_storage *from) {
  struct sockaddr_storage here = {0};
  socklen_t n = sizeof here;
  struct endpoint remote, local;
  out->len = 0;
  *ip = 0;
  if (from->ss_family == AF_UNIX) {
    set(out, "PROTO", "UNIX");
    return true;
  }
  getsockname(fd, (struct sockaddr *)&here, &n);
  read_endpoint(&remote, from, o->ipv6_only_form);
  read_endpoint(&local, &here, o->ipv6_only_form);
  snprintf(ip, PEER_IP, "%.*s", PEER_IP - 1, remote.ip);
  set(out, "PROTO", remote.v6 ? "TCP6" : "TCP");
  set_endpoint(out, "LOCAL", &local);
  set_endpoint(out, "REMOTE", &remote);
  if (o->local_name)
    set(out, "TCPLOCALHOST", o->local_name);
  return admit(out, o, &remote);
}
