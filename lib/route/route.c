#include "route/route.h"

#include <stdio.h>

static bool parse_port(struct bytes text, uint16_t *port) {
  uint64_t n;
  if (!bytes_u64(text, &n) || !n || n > 65535)
    return false;
  *port = (uint16_t)n;
  return true;
}

static bool set_literal(struct route *r, struct bytes text) {
  if (bytes_istarts(text, bytes_str("IPv6:")))
    text = bytes_of(text.s + 5, text.n - 5);
  r->literal = ip_parse(&r->ip, text);
  if (r->literal)
    ip_format(r->host, &r->ip);
  return r->literal;
}

static bool host_character(char c) {
  return (c >= '0' && c <= '9') || (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z') || c == '-' || c == '_' || c == '.' || (c & 0x80);
}

static bool set_host(struct route *r, struct bytes text) {
  if (set_literal(r, text))
    return true;
  if (!text.n || text.n >= ROUTE_HOST_MAX)
    return false;
  for (size_t i = 0; i < text.n; i++) {
    if (!host_character(text.s[i]))
      return false;
    r->host[i] = ascii_lower(text.s[i]);
  }
  r->host[text.n] = 0;
  return true;
}

bool route_parse_host(struct route *r, struct bytes text) {
  struct bytes host;
  *r = (struct route){.fixed = true};
  if (text.n && text.s[0] == '[') {
    text = bytes_of(text.s + 1, text.n - 1);
    if (!bytes_cut(&text, ']', &host) || !text.s || !set_literal(r, host))
      return false;
    return !text.n || (text.s[0] == ':' && parse_port(bytes_of(text.s + 1, text.n - 1), &r->port));
  }
  if (set_host(r, text))   /* an IPv6 address has colons of its own */
    return true;
  return bytes_cut(&text, ':', &host) && text.s && set_host(r, host) && parse_port(text, &r->port);
}

static bool configured(const struct conf *c, struct bytes name, struct route *r) {
  struct bytes value;
  return conf_get(c, 't', name, &value) && route_parse_host(r, value);
}

static void lower(char out[ROUTE_DESTINATION_MAX], struct bytes domain) {
  size_t n = domain.n < ROUTE_DESTINATION_MAX ? domain.n : ROUTE_DESTINATION_MAX - 1;
  for (size_t i = 0; i < n; i++)
    out[i] = ascii_lower(domain.s[i]);
  out[n] = 0;
}

static bool configured_for(const struct conf *c, struct bytes domain, struct route *r) {
  if (configured(c, domain, r))
    return true;
  for (size_t i = 1; i < domain.n; i++)
    if (domain.s[i] == '.' && domain.s[0] != '[' && configured(c, bytes_of(domain.s + i, domain.n - i), r))
      return true;
  return configured(c, bytes_str("*"), r);
}

void route_find(const struct conf *c, struct bytes domain, struct route *r) {
  char name[ROUTE_DESTINATION_MAX];
  lower(name, domain);
  domain = bytes_str(name);
  if (configured_for(c, domain, r))
    return;
  *r = (struct route){0};
  if (domain.n > 2 && domain.s[0] == '[' && domain.s[domain.n - 1] == ']' && set_literal(r, bytes_of(domain.s + 1, domain.n - 2)))
    return;
  snprintf(r->host, sizeof r->host, "%.255s", name);
}

void route_destination(const struct conf *c, struct bytes domain, char name[ROUTE_DESTINATION_MAX]) {
  struct route r;
  route_find(c, domain, &r);
  if (!r.fixed)
    lower(name, domain);
  else
    snprintf(name, ROUTE_DESTINATION_MAX, r.literal && r.ip.v6 ? "[%s]:%u" : "%s:%u", r.host,
             r.port ? r.port : (unsigned)conf_number(c, SET_remote_port));
}

static bool has_port(struct bytes name) {
  if (name.n && name.s[0] == '[')
    return name.s[name.n - 1] != ']';
  return memchr(name.s, ':', name.n) != NULL;
}

void route_from_destination(const struct conf *c, struct bytes name, struct route *r) {
  if (!has_port(name) || !route_parse_host(r, name))
    route_find(c, name, r);
}

const struct ip *route_address(const struct conf *c, enum setting s, bool v6, struct ip *ip) {
  struct bytes rest = conf_text(c, s), word;
  while (bytes_cut(&rest, ' ', &word))
    if (ip_parse(ip, word) && ip->v6 == v6)
      return ip;
  return NULL;
}

const struct ip *route_source(const struct conf *c, bool v6, struct ip *ip) {
  return route_address(c, v6 ? SET_remote_source_ipv6 : SET_remote_source_ipv4, v6, ip);
}
