/* near: an address or a domain that is written almost like one to which mail was delivered before: a typing error (Q8 (a)-1,
 * (a)-2, (b)-1, (b)-2).  Pure: who remembers addresses hands them in, one after the other. */
#ifndef CLASSIFY_NEAR_H
#define CLASSIFY_NEAR_H

#include "base/bytes.h"
#include "classify/classify.h"

enum { NEAR_EDITS = 2, NEAR_MAX = 254 };   /* longer than an address may be: near nothing */

/* From A to B in at most NEAR_EDITS letters put in, left out, replaced or swapped with their neighbour, and at least one;
 * letters of either case are equal.  Of fewer than four letters one edit, of fewer than two none. */
bool near_text(struct bytes a, struct bytes b);

enum near { NEAR_NOT, NEAR_LOCAL, NEAR_DOMAIN };
/* The domain is the same and the part before the last @ is near (NEAR_LOCAL), or the other way round; "taro@example.jp"
 * and "tarou@example.jp": NEAR_LOCAL.  Both different: NEAR_NOT. */
enum near near_address(struct bytes wanted, struct bytes known);

/* Letter and number of a failure where something near was found: "(a)-3 (a)-1 (a)-2" of CAUSE_USER_UNKNOWN with NEAR_LOCAL,
 * "(b)-3 (b)-1 (b)-2" of a domain that is at fault with NEAR_DOMAIN; of all else cause_manual. */
const char *near_manual(enum cause c, enum near n);

#endif
