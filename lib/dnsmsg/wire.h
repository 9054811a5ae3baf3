/* wire: parts of a DNS packet, read one after the other; each bound is tested where it is read. */
#ifndef DNSMSG_WIRE_H
#define DNSMSG_WIRE_H

#include "dnsmsg/dnsmsg.h"

enum { WIRE_HEADER = 12, WIRE_CLASS_IN = 1 };

struct wire_rr {
  char owner[DNS_NAME_TEXT];
  unsigned type, class;
  uint32_t ttl;
  size_t data, end;     /* rdata stands at [data, end) of the packet */
};

/* What stands at *AT, which moves behind it; false: the packet ends before. */
bool wire_u16(struct bytes p, size_t *at, unsigned *v);
bool wire_name(struct bytes p, size_t *at, char text[DNS_NAME_TEXT]);
bool wire_rr(struct bytes p, size_t *at, struct wire_rr *r);
bool wire_ip(struct bytes p, const struct wire_rr *r, struct ip *ip);    /* the data of an A or AAAA */
bool wire_same_name(const char *a, const char *b);

#endif
