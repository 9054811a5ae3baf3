/* data: the message of DATA, decoded by named states (RFC 5321 4.5.2).
 *
 * Strict, for everybody: only CRLF ends a line and only CRLF.CRLF ends the message.  After a bare CR, a bare LF or a NUL
 * the rest is discarded up to CRLF.CRLF, and the fault is told.
 * Lenient, for listed devices: CRLF, LF and a lone CR end a line, so LF.LF ends the message; CR CR LF, which text-mode
 * output makes of CR LF, is one line end; NUL is dropped and counted.
 *
 * What comes out has LF line ends and no dot-stuffing.  There is no limit on a line; memory does not grow with it. */
#ifndef SMTP_DATA_H
#define SMTP_DATA_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/sa.h"
#include "header/header.h"

enum data_fault { DATA_GOOD, DATA_BARE_LF, DATA_BARE_CR, DATA_NUL, DATA_TOO_LARGE, DATA_TOO_MANY_HOPS };

enum data_state {
  DATA_LINE_START,       /* behind a line end */
  DATA_TEXT,             /* within a line */
  DATA_CR,               /* strict: CR, LF must follow; lenient: CR, its line end was put out */
  DATA_CR_CR,            /* lenient: a second CR, its line end was not put out yet */
  DATA_DOT,              /* a dot at the start of a line */
  DATA_DOT_CR,           /* strict: dot and CR */
  DATA_DISCARD_START,    /* the same five without output, after a fault */
  DATA_DISCARD_TEXT,
  DATA_DISCARD_CR,
  DATA_DISCARD_DOT,
  DATA_DISCARD_DOT_CR,
  DATA_ENDED,
};

struct data {
  enum data_state state;
  enum data_fault fault;       /* the first one */
  bool lenient;
  bool ended_by_cr;            /* lenient: a LF that follows belongs to the end */
  uint64_t size, size_max;     /* as RFC 1870 counts: CRLF line ends, without dot-stuffing; 0: no maximum */
  unsigned hops_max;           /* 0: no maximum */
  uint64_t nuls;
  struct header_scan scan;
};

void data_init(struct data *d, bool lenient, uint64_t size_max, unsigned hops_max);
/* Decodes the start of IN and appends to OUT (at most IN.n + 1 bytes); returns the bytes used: all of them, or those up
 * to and with the end of the message. */
size_t data_feed(struct data *d, struct bytes in, stralloc *out);
static inline bool data_ended(const struct data *d) { return d->state == DATA_ENDED; }
/* Whether the rest is being discarded because of a line end or NUL: the end that is waited for may never come. */
static inline bool data_is_spoilt(const struct data *d) { return d->state >= DATA_DISCARD_START && d->state < DATA_ENDED; }
void data_free(struct data *d);

#endif
