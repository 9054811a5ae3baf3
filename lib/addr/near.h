/* near: which known address may have been meant: at most two letters wrong, left out, too many, or changed with their
 * neighbours.  Letters of either case are equal. */
#ifndef ADDR_NEAR_H
#define ADDR_NEAR_H

#include "base/bytes.h"

enum { NEAR_EDITS = 2, NEAR_LENGTH_MAX = 254 };

/* Edits between A and B, NEAR_EDITS + 1 where there are more; a change of neighbours counts as one. */
unsigned addr_edits(struct bytes a, struct bytes b);
/* The nearest line of LINES to ADDR, the last one of several that are equally near; "" where none is near, or where ADDR
 * itself is among them.  A short local part may differ by one edit only ("a@x" is not "b2@x"). */
struct bytes addr_nearest(struct bytes addr, struct bytes lines);

#endif
