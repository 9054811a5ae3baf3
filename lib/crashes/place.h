/* place: file and line of an address, by addr2line of binutils and the debug information in the installed programs. */
#ifndef CRASHES_PLACE_H
#define CRASHES_PLACE_H

#include "base/bytes.h"
#include "base/sa.h"
#include "catalogue/catalogue.h"

struct place_source {
  stralloc path;               /* of the program; empty: there is none of that build, or no addr2line */
  stralloc remark;             /* why, a line; empty: nothing is to be said */
};

void place_find(struct place_source *s, struct bytes program, struct bytes build, enum language lang);
void place_free(struct place_source *s);
/* Frame NUMBER of a trace: "1a2b", "libcrypto.so.3+1a2b" or "0x1a2b". */
void place_put(stralloc *out, const struct place_source *s, struct bytes frame, unsigned number);

#endif
