/* dns_table: a resolver that answers from a table of "NAME TYPE VALUE"; type FAIL: that name is SERVFAIL. */
#ifndef DNS_TABLE_H
#define DNS_TABLE_H

#include <stdlib.h>

#include "dnsmsg/resolver.h"
#include "unit.h"

static inline const char *table_type(enum dns_type type) {
  return type == DNS_A ? "A" : type == DNS_AAAA ? "AAAA" : type == DNS_MX ? "MX" : type == DNS_PTR ? "PTR" : "TXT";
}

static inline void table_add(struct dns_answer *a, enum dns_type type, struct bytes value) {
  struct dns_record r = {0};
  if (type == DNS_TXT) {
    sa_catb(&a->text, value.s, value.n);
    sa_0(&a->text);
  } else if (type == DNS_A || type == DNS_AAAA)
    assert_true(ip_parse(&r.ip, value));
  else
    memcpy(r.name, value.s, value.n);
  a->record = realloc(a->record, (a->count + 1) * sizeof r);
  a->record[a->count++] = r;
}

static inline void table_lookup(void *arg, struct dns_answer *a, struct bytes name, enum dns_type type) {
  const char *const *row = arg;
  a->result = DNS_NXDOMAIN;
  for (; *row; row++) {
    struct bytes rest = bytes_str(*row), owner, kind;
    bytes_cut(&rest, ' ', &owner);
    bytes_cut(&rest, ' ', &kind);
    if (!bytes_ieq(owner, name))
      continue;
    if (bytes_eq(kind, bytes_str("FAIL"))) {
      a->result = DNS_SERVFAIL;
      return;
    }
    if (bytes_eq(kind, bytes_str(table_type(type))))
      table_add(a, type, rest);
    a->result = a->count ? DNS_FOUND : DNS_NODATA;
  }
}

#endif
