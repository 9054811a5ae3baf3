/* conn: a conversation's two descriptors with a buffer each and a deadline on every wait.  Sockets, pipes and files. */
#ifndef IO_CONN_H
#define IO_CONN_H

#include <stdint.h>
#include <sys/types.h>

#include "base/bytes.h"

enum { CONN_IN = 16384, CONN_OUT = 8192 };

struct conn {
  int in, out;
  int timeout_ms;            /* for each wait */
  int64_t deadline;          /* clock_ms() at which every wait ends, 0: none */
  int failed;                /* errno of the first write that failed: nothing is written after it */
  size_t in_max;             /* most bytes held unread, CONN_IN or less */
  size_t pos, end, pending;
  char inbuf[CONN_IN], outbuf[CONN_OUT];
};

void conn_init(struct conn *c, int in, int out, int timeout_ms);
static inline struct bytes conn_unread(const struct conn *c) { return bytes_of(c->inbuf + c->pos, c->end - c->pos); }
static inline void conn_consume(struct conn *c, size_t n) { c->pos += n; }
/* Waits for more input (at once where in_max bytes are unread: -1, ENOBUFS).  Flushes the output first.
 * >0: bytes added; 0: end of input; -1 with errno (ETIMEDOUT). */
ssize_t conn_fill(struct conn *c);
/* Buffered, flushed when full.  A failure is kept and shows at every conn_flush from then on. */
void conn_put(struct conn *c, struct bytes b);
int conn_flush(struct conn *c);     /* 0, or -1 with errno (ETIMEDOUT) */

#endif
