/* lines: a stream read line by line, as it comes. */
#ifndef IO_LINES_H
#define IO_LINES_H

#include "base/bytes.h"

enum { LINES_MAX = 65536 };   /* a longer line comes in pieces */

/* Calls EACH with every line of FD (with its newline, the last one perhaps without), and DONE when all that was there
 * is through, before it waits for more.  0 at the end, or -1 with errno. */
int lines_each(int fd, void (*each)(struct bytes line, void *data), void (*done)(void *data), void *data);

#endif
