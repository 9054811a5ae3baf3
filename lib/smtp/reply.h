/* reply: a server's reply (RFC 5321 4.2), parsed from its bytes.  Nothing is carried from one reply to the next: the
 * enhanced status is this reply's own or "" (a client that kept an earlier one misjudged refusals for years).
 *
 * A reply is lines "CODE-text" and a last line "CODE text", "CODE " or "CODE"; the last line's code counts.  CRLF or a
 * bare LF ends a line.  Of a line REPLY_LINE_MAX bytes are kept, of all of them REPLY_TEXT_MAX, the rest is read over;
 * a reply of more than REPLY_BYTES_MAX bytes or with a line that begins with no code 200 to 599 is none. */
#ifndef SMTP_REPLY_H
#define SMTP_REPLY_H

#include "base/bytes.h"

enum { REPLY_LINE_MAX = 2000, REPLY_TEXT_MAX = 8000, REPLY_BYTES_MAX = 128 * 1024, REPLY_STATUS_MAX = 12 };

struct reply {
  unsigned code;                   /* 200 to 599 */
  char status[REPLY_STATUS_MAX];   /* "5.7.1", or "" where the reply has none, or one of another class than its code's */
  stralloc text;                   /* behind the codes, '\n' between lines; control bytes are '?'; kept from 0x80 on */
  /* of the parser */
  stralloc line;
  size_t bytes, lines;
};

enum reply_progress { REPLY_MORE, REPLY_WHOLE, REPLY_BROKEN };

void reply_begin(struct reply *r);       /* forgets what was there; a zeroed struct has begun */
/* Reads from IN up to the end of one reply; *USED bytes were taken (all of them where it says REPLY_MORE). */
enum reply_progress reply_feed(struct reply *r, struct bytes in, size_t *used);
void reply_free(struct reply *r);
/* The peer's own words on one line: "550 5.1.1 No such user here": a status repeated on each line is said once. */
void reply_words(stralloc *out, const struct reply *r);
/* "d.ddd.ddd" with the class of CODE at the start of TEXT; its length, or 0. */
size_t reply_status(struct bytes text, unsigned code);

#endif
