/* Parts of a packet. */
#include "dnsmsg/wire.h"

enum { POINTER = 0xc0 };

static unsigned byte_at(struct bytes p, size_t at) { return (unsigned char)p.s[at]; }

bool wire_u16(struct bytes p, size_t *at, unsigned *v) {
  if (*at > p.n || p.n - *at < 2)
    return false;
  *v = byte_at(p, *at) << 8 | byte_at(p, *at + 1);
  *at += 2;
  return true;
}

static bool wire_u32(struct bytes p, size_t *at, uint32_t *v) {
  unsigned high, low;
  if (!wire_u16(p, at, &high) || !wire_u16(p, at, &low))
    return false;
  *v = (uint32_t)high << 16 | low;
  return true;
}

static bool host_character(unsigned char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
}

/* '?' stands for what has no place in a host name, a dot inside a label included. */
static bool put_label(char text[DNS_NAME_TEXT], size_t *n, struct bytes label) {
  if (*n + (*n > 0) + label.n >= DNS_NAME_TEXT)
    return false;
  if (*n)
    text[(*n)++] = '.';
  for (size_t i = 0; i < label.n; i++)
    text[(*n)++] = host_character((unsigned char)label.s[i]) ? label.s[i] : '?';
  return true;
}

/* The name at *AT (RFC 1035 4.1.4), which moves behind it.  A pointer must lead to before the part that holds it: so
 * there is no loop. */
bool wire_name(struct bytes p, size_t *at, char text[DNS_NAME_TEXT]) {
  size_t here = *at, part = *at, n = 0;
  bool jumped = false;
  for (;;) {
    if (here >= p.n)
      return false;
    unsigned length = byte_at(p, here);
    if (length >= POINTER) {
      if (p.n - here < 2)
        return false;
      size_t to = (size_t)(length & 0x3f) << 8 | byte_at(p, here + 1);
      if (to >= part)
        return false;
      if (!jumped)
        *at = here + 2;
      jumped = true;
      here = part = to;
      continue;
    }
    if (length > 63 || length >= p.n - here)
      return false;
    if (!length)
      break;
    if (!put_label(text, &n, bytes_of(p.s + here + 1, length)))
      return false;
    here += length + 1;
  }
  if (!jumped)
    *at = here + 1;
  text[n] = 0;
  return true;
}

bool wire_rr(struct bytes p, size_t *at, struct wire_rr *r) {
  unsigned length;
  if (!wire_name(p, at, r->owner) || !wire_u16(p, at, &r->type) || !wire_u16(p, at, &r->class) || !wire_u32(p, at, &r->ttl) ||
      !wire_u16(p, at, &length) || length > p.n - *at)
    return false;
  r->data = *at;
  r->end = *at += length;
  return true;
}

bool wire_same_name(const char *a, const char *b) { return bytes_ieq(bytes_str(a), bytes_str(b)); }

bool wire_ip(struct bytes p, const struct wire_rr *r, struct ip *ip) {
  size_t n = r->type == DNS_A ? 4 : 16;
  if (r->end - r->data != n)
    return false;
  *ip = (struct ip){.v6 = n == 16};
  memcpy(ip->a, p.s + r->data, n);
  return true;
}
