/* text: a message that comes from a local program, in whatever line ends it has: LF stays, CRLF becomes LF, any other CR
 * and NUL are refused (they could end the message for another server: SMTP smuggling).  The last line gets its LF. */
#ifndef QUEUE_TEXT_H
#define QUEUE_TEXT_H

#include "base/bytes.h"
#include "base/sa.h"

enum text_fault { TEXT_GOOD, TEXT_BARE_CR, TEXT_NUL };

struct text_filter {
  bool cr;                  /* the piece before ended with CR */
  bool open_line;           /* the last line has no LF yet */
  bool eightbit;
  enum text_fault fault;    /* the first one; nothing is put out after it */
};

void text_feed(struct text_filter *t, struct bytes piece, stralloc *out);   /* appends to OUT */
void text_end(struct text_filter *t, stralloc *out);

#endif
