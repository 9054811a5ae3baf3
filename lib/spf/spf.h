/* spf: whether a domain lets an address send its mail: check_host of RFC 7208, all mechanisms, macros but those of exp=
 * (which is not evaluated).  At most SPF_LOOKUPS_MAX terms that ask the DNS, SPF_VOID_MAX answers without a record (4.6.4). */
#ifndef SPF_H
#define SPF_H

#include "base/sa.h"
#include "dnsmsg/resolver.h"

enum { SPF_LOOKUPS_MAX = 10, SPF_VOID_MAX = 2, SPF_HOSTS_MAX = 10 };
enum spf_result { SPF_NONE, SPF_NEUTRAL, SPF_PASS, SPF_FAIL, SPF_SOFTFAIL, SPF_TEMPERROR, SPF_PERMERROR };

struct spf_outcome {
  enum spf_result result;
  stralloc domain;               /* whose record decided (that of an include or redirect), with a fault: holds it */
  stralloc term;                 /* the deciding mechanism as written ("-all"), or the faulty term; "" where none matched */
  stralloc record;               /* the sender domain's own record, "" where it has none */
  const char *fault;             /* SPF_TEMPERROR, SPF_PERMERROR: what, in words; else NULL */
  unsigned lookups;
};

/* SENDER: the whole address; its domain is asked.  "" (the null sender) is postmaster@HELO.  O is zeroed. */
void spf_check(struct spf_outcome *o, const struct ip *ip, struct bytes sender, struct bytes helo, const struct resolver *dns);
void spf_outcome_free(struct spf_outcome *o);
const char *spf_result_name(enum spf_result r);     /* "softfail" */

#endif
