/* ip: IPv4 and IPv6 addresses and prefixes, strictly parsed (RFC 5952 forms and any valid IPv6 text; no octal, no
 * missing parts).  ::ffff:a.b.c.d is folded to IPv4. */
#ifndef ADDR_IP_H
#define ADDR_IP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"

struct ip {
  bool v6;
  uint8_t a[16];        /* IPv4: the first four */
};

struct ip_prefix {
  struct ip ip;
  unsigned bits;        /* 0 to 32 or 128 */
};

enum { IP_TEXT = 46, IP_SLOT = 24 };

bool ip_parse(struct ip *ip, struct bytes text);            /* the whole of TEXT; no brackets, no zone, no port */
void ip_format(char text[IP_TEXT], const struct ip *ip);
bool ip_prefix_parse(struct ip_prefix *p, struct bytes text);   /* "10.0.0.0/8", "192.0.2.1", "2001:db8::/32"; host bits must be 0 */
bool ip_in(const struct ip *ip, const struct ip_prefix *p);
/* The name of a per-address file below run/: IPv4 dotted, IPv6 the first 64 bits as 16 hex digits; never a slash. */
void ip_slot(char slot[IP_SLOT], const struct ip *ip);
bool ip_same_slot(const struct ip *a, const struct ip *b);

#endif
