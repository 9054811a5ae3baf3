/* members: the members of one JSON object, one after the other.  Inside lib/token only. */
#ifndef TOKEN_MEMBERS_H
#define TOKEN_MEMBERS_H

#include "base/sa.h"
#include "base/bytes.h"

/* 1: KEY and VALUE are those of the next member; strings are decoded, numbers and words stand as they are, of objects and
 * arrays VALUE is empty.  0: the object has ended.  -1: it is none.  REST begins behind the object's {. */
int members_next(struct bytes *rest, stralloc *key, stralloc *value);
bool members_begin(struct bytes *rest, struct bytes text);

#endif
