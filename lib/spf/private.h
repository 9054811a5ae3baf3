/* What the files of lib/spf share. */
#ifndef SPF_PRIVATE_H
#define SPF_PRIVATE_H

#include "spf/spf.h"

enum { SPF_NAME_MAX = 253 };

struct spf_check {
  const struct ip *ip;
  struct bytes sender, local, sender_domain, helo;
  const struct resolver *dns;
  struct spf_outcome *o;
  unsigned voids;
};

/* macro.c: the domain-spec of a term, expanded; false: it is malformed. */
bool spf_expand(stralloc *out, const struct spf_check *c, struct bytes spec, struct bytes domain);

/* term.c: a term, taken apart; its form is checked. */
enum spf_mechanism { SPF_ALL, SPF_INCLUDE, SPF_A, SPF_MX, SPF_PTR, SPF_IP4, SPF_IP6, SPF_EXISTS, SPF_REDIRECT, SPF_MODIFIER };
struct spf_term {
  enum spf_mechanism mechanism;
  enum spf_result qualifier;       /* the result where it matches */
  struct bytes spec;               /* domain-spec, address; "" where there is none */
  unsigned bits4, bits6;           /* prefix lengths */
  struct bytes text;               /* as written */
};
bool spf_term_read(struct spf_term *t, struct bytes text);      /* false: a fault of the record */

#endif
