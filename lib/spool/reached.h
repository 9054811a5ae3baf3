/* reached: the addresses elsewhere to which mail was delivered, one a line, the newest last: state/reached/addresses.  For
 * "did you mean" in bounces.  The role queue writes it (queue-run); it is a hint: written without a sync, bounded, and
 * whoever cannot read it knows of none. */
#ifndef SPOOL_REACHED_H
#define SPOOL_REACHED_H

#include "base/bytes.h"
#include "base/sa.h"

enum { REACHED_MAX = 512 << 10 };       /* bytes; then the older half goes */

void reached_read(stralloc *text);                /* appends the file */
void reached_note(struct bytes addr);             /* known already: nothing is written */

#endif
