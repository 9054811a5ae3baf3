/* lines: what a program reads from a pipe, made into the form of the spool: LF ends a line.  CRLF becomes LF, NUL is
 * dropped, any other CR is a fault (two servers could read such a message differently). */
#ifndef BASE_LINES_H
#define BASE_LINES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"

struct lines {
  bool cr;               /* the last byte was a CR */
  bool eightbit;         /* a byte beyond ASCII was seen */
  uint64_t line;         /* lines ended so far */
  uint64_t nuls;         /* dropped */
};

/* Appends IN's form to OUT; false at a CR that ends no line, which is in line L->line + 1. */
bool lines_feed(struct lines *l, struct bytes in, stralloc *out);
bool lines_end(const struct lines *l);    /* at the end of the input; false as above */

#endif
