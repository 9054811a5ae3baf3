/* lines: a stream read line by line, as it comes. */
#ifndef IO_LINES_H
#define IO_LINES_H

#include "base/bytes.h"

enum { LINES_MAX = 65536 };   /* a longer line comes in pieces */

struct lines {                /* {.fd = …}; what was read and not yet taken */
  int fd;
  bool ended;                 /* read(2) said so; lines_fill asks again, for a file that grows */
  size_t start, have;
  char buf[LINES_MAX];
};
/* The next line that is there, with its newline; false: there is none.  REST: also what has no newline (yet), as where
 * nothing more will come; what fills the buffer is taken so in any case. */
bool lines_take(struct lines *l, bool rest, struct bytes *line);
int lines_fill(struct lines *l);   /* waits for more; 1: there is more, 0: at the end, -1 with errno.  Ends what LINE pointed to. */

/* Calls EACH with every line of FD (with its newline, the last one perhaps without), and DONE when all that was there
 * is through, before it waits for more.  0 at the end, or -1 with errno. */
int lines_each(int fd, void (*each)(struct bytes line, void *data), void (*done)(void *data), void *data);

#endif
