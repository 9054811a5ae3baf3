/* resolver: who answers questions of the DNS: lib/dns in a program, a table in a test. */
#ifndef DNSMSG_RESOLVER_H
#define DNSMSG_RESOLVER_H

#include "dnsmsg/dnsmsg.h"

struct resolver {
  void (*lookup)(void *arg, struct dns_answer *a, struct bytes name, enum dns_type type);   /* A is zeroed; dnsmsg_free afterwards */
  void *arg;
};

#endif
