#include "rehearse/standing.h"

static bool is_one_of(enum cause c, const enum cause *list, size_t n) {
  for (size_t i = 0; i < n; i++)
    if (list[i] == c)
      return true;
  return false;
}

/* What a server refuses for that has looked up who we are. */
static bool is_about_us(enum cause c) {
  static const enum cause list[] = {CAUSE_REVERSE_DNS, CAUSE_SPF_DKIM_DMARC, CAUSE_BLOCKED, CAUSE_SENDER_REJECTED, CAUSE_SPAM_CONTENT, CAUSE_POLICY};
  return is_one_of(c, list, sizeof list / sizeof *list);
}

static bool is_about_port(enum cause c) {
  static const enum cause list[] = {CAUSE_CONNECT_TIMEOUT, CAUSE_CONNECT_REFUSED, CAUSE_NO_ROUTE};
  return is_one_of(c, list, sizeof list / sizeof *list);
}

static struct bytes domain_of(struct bytes address) {
  const char *at = address.n ? memrchr(address.s, '@', address.n) : NULL;
  return at ? bytes_of(at + 1, address.n - (size_t)(at + 1 - address.s)) : address;
}

static void look_at_port(struct standing *s, const struct standing_peer *peer, size_t count) {
  struct bytes domain[STANDING_DOMAINS_MAX];
  size_t n = 0;
  for (size_t i = 0; i < count && n < STANDING_DOMAINS_MAX; i++)
    if (is_about_port(peer[i].cause))
      domain[n++] = domain_of(peer[i].address);
  if (n)
    standing_port25(s, domain, n);
}

void standing_after(struct standing *s, const struct standing_peer *peer, size_t count) {
  for (size_t i = 0; i < count; i++) {
    standing_recipient(s, peer[i].address);
    for (int v6 = 0; v6 < 2; v6++)
      if (is_about_us(peer[i].cause) && peer[i].met[v6])
        standing_source(s, &peer[i].ip[v6]);
  }
  look_at_port(s, peer, count);
}
