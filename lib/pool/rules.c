#include <cdb.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/bytes.h"
#include "pool/pool.h"
#include "sys/report.h"

static bool find(struct cdb *c, const char *prefix, struct bytes name) {
  char key[400];
  size_t n = strlen(prefix);
  if (n + name.n > sizeof key)
    return false;
  memcpy(key, prefix, n);
  memcpy(key + n, name.s, name.n);
  return cdb_find(c, (unsigned char *)key, n + name.n) == 1;
}

static bool find_rule(struct cdb *c, const char *ip, const char *host) {
  if (find(c, "", bytes_str(ip)) || (*host && find(c, "=", bytes_str(host))))
    return true;
  for (size_t n = strlen(ip); n; n--)
    if ((ip[n - 1] == '.' || ip[n - 1] == ':') && find(c, "", bytes_of(ip, n)))
      return true;
  for (const char *dot = strchr(host, '.'); dot; dot = strchr(dot + 1, '.'))
    if (find(c, "=", bytes_str(dot)))
      return true;
  return (*host && find(c, "=", bytes_str(""))) || find(c, "", bytes_str(""));
}

/* A rule's data is "D" to refuse, and +NAME=VALUE\0 for each variable. */
static enum pool_verdict apply(stralloc *out, struct bytes data) {
  struct bytes part;
  while (data.n) {
    if (*data.s == 'D')
      return POOL_DENY;
    if (*data.s != '+' || !memchr(data.s, 0, data.n))
      return POOL_UNREADABLE;
    bytes_cut(&data, 0, &part);
    sa_catb(out, part.s + 1, part.n - 1);
    sa_0(out);
  }
  return POOL_ALLOW;
}

static enum pool_verdict follow(stralloc *out, struct cdb *c, const char *ip, const char *host) {
  if (!find_rule(c, ip, host))
    return POOL_ALLOW;
  return apply(out, bytes_of(c->map + cdb_datapos(c), cdb_datalen(c)));
}

enum pool_verdict pool_rules(stralloc *out, const struct pool_options *o, const char *ip, const char *host) {
  struct cdb c = {0};
  if (!o->rules)
    return POOL_ALLOW;
  int fd = open(o->rules, O_RDONLY | O_CLOEXEC);
  if (fd < 0 && errno == ENOENT && o->rules_optional)
    return POOL_ALLOW;
  enum pool_verdict verdict = POOL_UNREADABLE;
  if (fd >= 0) {
    cdb_init(&c, fd);
    if (c.map)
      verdict = follow(out, &c, ip, host);
    cdb_free(&c);
    close(fd);
  }
  if (verdict == POOL_UNREADABLE)
    report_errno(TP102E_rules_unreadable, "path=%s ip=%s", o->rules, ip);
  return verdict;
}
