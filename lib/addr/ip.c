#include "addr/ip.h"

#include <stdio.h>

/* --- reading: each function takes its part off the front of REST and says whether it was there --- */

/* One part of a dotted address: no leading zero, which others read as octal. */
static bool take_octet(struct bytes *rest, uint8_t *value) {
  unsigned v = 0;
  size_t n = 0;
  for (; n < rest->n && n < 3 && rest->s[n] >= '0' && rest->s[n] <= '9'; n++)
    v = v * 10 + (unsigned)(rest->s[n] - '0');
  if (!n || v > 255 || (n > 1 && rest->s[0] == '0'))
    return false;
  *value = (uint8_t)v;
  *rest = bytes_of(rest->s + n, rest->n - n);
  return true;
}

static bool take(struct bytes *rest, char c) {
  if (!rest->n || rest->s[0] != c)
    return false;
  *rest = bytes_of(rest->s + 1, rest->n - 1);
  return true;
}

static bool parse_v4(uint8_t a[4], struct bytes text) {
  for (int i = 0; i < 4; i++)
    if ((i && !take(&text, '.')) || !take_octet(&text, &a[i]))
      return false;
  return !text.n;
}

static int hex_value(char c) {
  c = ascii_lower(c);
  return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool take_group(struct bytes *rest, uint8_t a[2]) {
  unsigned v = 0;
  size_t n = 0;
  for (; n < rest->n && n < 4 && hex_value(rest->s[n]) >= 0; n++)
    v = v << 4 | (unsigned)hex_value(rest->s[n]);
  if (!n)
    return false;
  a[0] = (uint8_t)(v >> 8);
  a[1] = (uint8_t)v;
  *rest = bytes_of(rest->s + n, rest->n - n);
  return true;
}

/* Groups and, as the last one, a dotted address, into A; the number of bytes, or -1.  Stops before "::". */
static int take_groups(struct bytes *rest, uint8_t a[16]) {
  int n = 0;
  if (!rest->n || rest->s[0] == ':')
    return 0;
  for (;;) {
    if (n <= 12 && rest->n && memchr(rest->s, '.', rest->n) && !memchr(rest->s, ':', rest->n)) {
      bool ok = parse_v4(a + n, *rest);
      *rest = bytes_of(rest->s + rest->n, 0);
      return ok ? n + 4 : -1;
    }
    if (n > 14 || !take_group(rest, a + n))
      return -1;
    n += 2;
    if (!rest->n || (rest->n >= 2 && rest->s[0] == ':' && rest->s[1] == ':'))
      return n;
    if (!take(rest, ':'))
      return -1;
  }
}

static bool parse_v6(uint8_t a[16], struct bytes text) {
  uint8_t tail[16] = {0};
  memset(a, 0, 16);
  int head = take_groups(&text, a);
  if (head < 0)
    return false;
  if (!text.n)
    return head == 16;
  if (!take(&text, ':') || !take(&text, ':'))
    return false;
  int rest = take_groups(&text, tail);
  if (rest < 0 || text.n || head + rest > 14)
    return false;
  memcpy(a + 16 - rest, tail, (size_t)rest);
  return true;
}

static void fold(struct ip *ip) {
  static const uint8_t mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  if (!ip->v6 || memcmp(ip->a, mapped, sizeof mapped))
    return;
  ip->v6 = false;
  memmove(ip->a, ip->a + 12, 4);
  memset(ip->a + 4, 0, 12);
}

bool ip_parse(struct ip *ip, struct bytes text) {
  *ip = (struct ip){0};
  ip->v6 = text.n && memchr(text.s, ':', text.n);
  if (!(ip->v6 ? parse_v6(ip->a, text) : parse_v4(ip->a, text)))
    return false;
  fold(ip);
  return true;
}

/* --- writing --- */

static unsigned group(const struct ip *ip, int i) { return (unsigned)ip->a[2 * i] << 8 | ip->a[2 * i + 1]; }

/* The longest run of at least two zero groups, the first of equals (RFC 5952 4.2). */
static int zero_run(const struct ip *ip, int *length) {
  int best = -1;
  *length = 1;
  for (int i = 0; i < 8; i++) {
    int n = 0;
    while (i + n < 8 && !group(ip, i + n))
      n++;
    if (n > *length)
      best = i, *length = n;
  }
  return best;
}

void ip_format(char text[IP_TEXT], const struct ip *ip) {
  int length, run = zero_run(ip, &length);
  if (!ip->v6) {
    snprintf(text, IP_TEXT, "%u.%u.%u.%u", ip->a[0], ip->a[1], ip->a[2], ip->a[3]);
    return;
  }
  char *p = text;
  for (int i = 0; i < 8; i++)
    if (i == run) {
      p += snprintf(p, IP_TEXT - (size_t)(p - text), "::");
      i += length - 1;
    } else
      p += snprintf(p, IP_TEXT - (size_t)(p - text), "%s%x", i && i != run + length ? ":" : "", group(ip, i));
}

/* --- prefixes --- */

static bool has_host_bits(const struct ip_prefix *p) {
  for (unsigned i = p->bits; i < (p->ip.v6 ? 128u : 32u); i++)
    if (p->ip.a[i / 8] & (0x80 >> i % 8))
      return true;
  return false;
}

bool ip_prefix_parse(struct ip_prefix *p, struct bytes text) {
  struct bytes address, rest = text;
  uint64_t bits;
  *p = (struct ip_prefix){0};
  if (!bytes_cut(&rest, '/', &address) || !ip_parse(&p->ip, address))
    return false;
  unsigned max = p->ip.v6 ? 128 : 32;
  unsigned folded = !p->ip.v6 && memchr(address.s, ':', address.n) ? 96 : 0;
  if (!rest.s)
    bits = max + folded;
  else if (rest.n > 3 || (rest.n > 1 && rest.s[0] == '0') || !bytes_u64(rest, &bits))
    return false;
  if (bits < folded || bits - folded > max)
    return false;
  p->bits = (unsigned)bits - folded;
  return !has_host_bits(p);
}

bool ip_in(const struct ip *ip, const struct ip_prefix *p) {
  unsigned whole = p->bits / 8, left = p->bits % 8;
  if (ip->v6 != p->ip.v6 || memcmp(ip->a, p->ip.a, whole))
    return false;
  return !left || !((ip->a[whole] ^ p->ip.a[whole]) >> (8 - left));
}

/* --- slots --- */

void ip_slot(char slot[IP_SLOT], const struct ip *ip) {
  char text[IP_TEXT];
  if (ip->v6)
    for (int i = 0; i < 8; i++)
      snprintf(slot + 2 * i, 3, "%02x", ip->a[i]);
  else {
    ip_format(text, ip);
    memcpy(slot, text, 16);   /* a dotted address has at most 15 characters */
  }
}

bool ip_same_slot(const struct ip *a, const struct ip *b) {
  return a->v6 == b->v6 && !memcmp(a->a, b->a, a->v6 ? 8 : 4);
}
