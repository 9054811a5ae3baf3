#include <stdio.h>

#include "route/route.h"

enum { SMTPS_PORT = 465 };

static const char *const levels[] = {"none", "may", "encrypt", "verify"};

static enum route_tls level_of(struct bytes word) {
  for (int i = ROUTE_TLS_NONE; i < ROUTE_TLS_VERIFY; i++)
    if (bytes_eq(word, bytes_str(levels[i])))
      return (enum route_tls)i;
  return ROUTE_TLS_VERIFY;   /* a word of a newer version: the strictest */
}

/* "LEVEL\0NAME\0FLAG\0" */
static void read_policy(struct bytes value, struct route_security *s) {
  struct bytes level, name = {"", 0}, flag = {"", 0};
  bytes_cut(&value, 0, &level);
  bytes_cut(&value, 0, &name);
  bytes_cut(&value, 0, &flag);
  s->level = level_of(level);
  snprintf(s->name, sizeof s->name, "%.*s", (int)name.n, name.s);
  s->smtps = s->smtps || bytes_eq(flag, bytes_str("smtps"));
}

static bool of_parents(const struct conf *c, struct bytes host, struct bytes *value) {
  for (size_t i = 1; i < host.n; i++)
    if (host.s[i] == '.' && conf_get(c, 'e', bytes_of(host.s + i, host.n - i), value))
      return true;
  return false;
}

static bool own_policy(const struct conf *c, const struct route *r, struct bytes host, struct bytes with_port, struct bytes *value) {
  return (r->fixed && conf_get(c, 'e', with_port, value)) || conf_get(c, 'e', host, value);
}

static bool wider_policy(const struct conf *c, const struct route *r, struct bytes host, struct bytes *value) {
  return (!r->literal && of_parents(c, host, value)) || conf_get(c, 'e', bytes_str("*"), value);
}

static void find_credentials(const struct conf *c, struct bytes host, struct bytes with_port, struct route_security *s) {
  struct bytes value, key = with_port;
  bool found = conf_get(c, 'k', key, &value);
  if (!found)
    found = conf_get(c, 'k', key = host, &value);
  if (found)
    snprintf(s->credentials, sizeof s->credentials, "%.*s", (int)key.n, key.s);
}

void route_secure(const struct conf *c, const struct route *r, struct route_security *s) {
  char host[ROUTE_HOST_MAX + 2], with_port[ROUTE_DESTINATION_MAX];
  unsigned port = r->port ? r->port : (unsigned)conf_number(c, SET_remote_port);
  struct bytes value;
  *s = (struct route_security){.smtps = r->fixed && port == SMTPS_PORT};
  snprintf(host, sizeof host, r->literal ? "[%s]" : "%s", r->host);
  snprintf(with_port, sizeof with_port, "%s:%u", host, port);
  if (r->fixed)
    find_credentials(c, bytes_str(host), bytes_str(with_port), s);
  if (own_policy(c, r, bytes_str(host), bytes_str(with_port), &value))
    read_policy(value, s);
  else if (*s->credentials)
    s->level = ROUTE_TLS_VERIFY;
  else if (wider_policy(c, r, bytes_str(host), &value))
    read_policy(value, s);
  else
    s->level = level_of(conf_text(c, SET_remote_tls));
  if (s->smtps && s->level < ROUTE_TLS_ENCRYPT)
    s->level = ROUTE_TLS_ENCRYPT;
}
