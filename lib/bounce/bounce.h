/* bounce: what the server writes to a sender about their message: bounces, notices of delay and of delivery (DSNs, RFC
 * 3461, 3464, 6522, 6533), and to the postmaster about a bounce that cannot be delivered.
 *
 * A multipart/report of three parts: text for people (UTF-8 as base64), message/delivery-status (always ASCII), and the
 * original's header or the original.  The text is for office users: first in plain words what happened and what they can
 * do (the catalogue's sender.*), then what an administrator wants to know.  LF line ends.  Whatever the peer, the sender or the message
 * said, no value begins a new header field or ends a part: control bytes become blanks, long values are folded, and the
 * boundary does not occur in the original. */
#ifndef BOUNCE_H
#define BOUNCE_H

#include "queue/queue.h"

enum bounce_kind {
  BOUNCE_FAILED,       /* to the sender: not delivered, not tried again */
  BOUNCE_DELAYED,      /* to the sender: still tried, until UNTIL */
  BOUNCE_DELIVERED,    /* to the sender, who asked for it: in the mailbox */
  BOUNCE_DOUBLE,       /* to the postmaster: a message with the null sender was not delivered */
};

enum bounce_languages { BOUNCE_BOTH, BOUNCE_JA, BOUNCE_EN };   /* BOTH: Japanese, then English */
enum bounce_languages bounce_languages(struct bytes word);      /* "ja", "en"; all else: BOTH */

struct bounce_attempt {         /* what is known beside the queue file; "" where it is not */
  struct bytes host;            /* the server tried last: "mx.example.net [192.0.2.1]" */
  struct bytes near;            /* an address delivered to before that may be meant */
  struct bytes transcript[2];   /* what was said, by enum language: lines behind four blanks */
};

struct bounce {
  enum bounce_kind kind;
  enum bounce_languages languages;
  int offset;                   /* seconds east of UTC, for times in the text */
  struct bytes postmaster;      /* whom a sender may ask */
  const struct bounce_attempt *attempt;   /* COUNT of them, by RCPT's order; NULL: nothing is known */
  struct bytes id;              /* of the bounce */
  struct bytes to;              /* whom it is written to */
  struct bytes hostname;        /* ours */
  const struct queue_message *m;      /* the original; its recipients RCPT[0..COUNT) are spoken of */
  const unsigned short *rcpt;
  size_t count;
  int64_t now, until;
  struct bytes original;        /* its header section, or all of it */
  bool whole;
};

/* The whole message, appended.  *EIGHTBIT: it has bytes beyond ASCII (of the original, or of an address in To). */
void bounce_write(stralloc *out, const struct bounce *b, bool *eightbit);

/* Whether the sender wants to hear of R (RFC 3461 4.1): NOTIFY not given means failures and delays. */
bool bounce_is_wanted(const struct queue_rcpt *r, enum bounce_kind kind);
/* Whether HEADER (a header section) is a mailing list's or a program's, to whom no delay is told (RFC 3834 2). */
bool bounce_is_automatic(struct bytes header);
/* Status of R (RFC 3463), "5.1.1": the peer's, or what the cause means, or the class alone. */
void bounce_status(stralloc *out, const struct queue_rcpt *r, enum bounce_kind kind);

#endif
