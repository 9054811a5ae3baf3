/* encode: a stored message (LF line ends) as POP3 sends it: CRLF line ends, lines that begin with a dot get a second one
 * (RFC 1939 3).  A CRLF in the file stays one line end.  Streaming: any cut of the input gives the same output. */
#ifndef POP3_ENCODE_H
#define POP3_ENCODE_H

#include <stdbool.h>

#include "base/bytes.h"

struct pop3_encoder {
  uint64_t length;       /* bytes of the current line so far */
  bool cr;               /* the last of them is CR */
  bool top, body;        /* only LINES lines of the body are wanted; behind the empty line */
  uint64_t lines;
};

void pop3_encode_init(struct pop3_encoder *e);
void pop3_encode_init_top(struct pop3_encoder *e, uint64_t lines);
/* Appends what IN becomes.  False: TOP has all it wants, the rest need not be read. */
bool pop3_encode(struct pop3_encoder *e, struct bytes in, stralloc *out);
/* The end: a last line without its newline gets one, then ".\r\n". */
void pop3_encode_end(struct pop3_encoder *e, stralloc *out);
/* The size that LIST says: all of the message with CRLF line ends (without doubled dots and the last ".\r\n").  Zeroed
 * at the beginning, fed with every piece; the result is .size plus 2 where the last line lacks its newline. */
struct pop3_counter {
  uint64_t size;
  char last;
};
void pop3_count(struct pop3_counter *c, struct bytes in);
uint64_t pop3_counted(const struct pop3_counter *c);

#endif
