/* check: what is wrong with a compiled set because of where its addresses lead.  It asks local_resolve, so the answer is
 * the one that the server would give. */
#ifndef LOCAL_CHECK_H
#define LOCAL_CHECK_H

#include "conf/compile.h"
#include "conf/fault.h"

/* C holds the keys of SET->conf; SET says in which lines they stand.  FAULTS is added to. */
void local_check(const struct conf *c, const struct conf_set *set, struct conf_faults *faults);

#endif
