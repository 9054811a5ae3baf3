/* encode: a stored message (LF ends a line) as SMTP data (RFC 5321 4.5.2): CRLF ends a line, a dot at a line's start is
 * doubled, CRLF.CRLF ends it all.  No CR leaves but in a CRLF, no LF but in a CRLF, and no NUL: so no other server can
 * find an end of data where there is none (SMTP smuggling). */
#ifndef SMTP_ENCODE_H
#define SMTP_ENCODE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"

/* --- looked through before anything is sent --- */
struct encode_scan {
  uint64_t size;          /* bytes with CRLF and without the doubled dots, as SIZE= wants it (RFC 1870 3) */
  bool eightbit;          /* bytes beyond ASCII anywhere */
  bool eightbit_header;   /* … in the header (needs SMTPUTF8, RFC 6532) */
  bool forbidden;         /* a CR or a NUL: the message cannot be sent */
  /* of the scanner */
  bool in_body, line_begun;
};
void encode_scan(struct encode_scan *s, struct bytes in);   /* a zeroed struct begins */
void encode_scan_end(struct encode_scan *s);                /* a last line without end gets one */

/* --- sent --- */
struct encoder {
  bool line_begun;
};
/* Appends to OUT.  False: a CR or NUL stands in IN; nothing of IN was appended. */
bool encode_bytes(struct encoder *e, struct bytes in, stralloc *out);
void encode_end(const struct encoder *e, stralloc *out);    /* the end of the last line where it is missing, then ".\r\n" */

#endif
