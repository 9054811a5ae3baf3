/* recipients: the addresses in a header (RFC 5322 3.4: comments, groups, quoted strings, folded lines, obsolete routes;
 * encoded words are display names and mean nothing here), for sendmail -t. */
#ifndef HEADER_RECIPIENTS_H
#define HEADER_RECIPIENTS_H

#include <stdbool.h>

#include "base/bytes.h"
#include "base/sa.h"
#include "catalogue/catalogue.h"

/* Appends the addresses of an address list, the VALUE of a field, to OUT, each followed by \0, as written but for
 * comments and blanks.  A name without @ is given as it is.  Whether an address is valid is addr_parse's business.
 * False: the list cannot be read (*why); OUT may have got some. */
bool recipients_parse(stralloc *out, struct bytes value, enum message_id *why);

/* Those of To, Cc and Bcc of a header section (LF line ends), of Resent-To, Resent-Cc and Resent-Bcc instead where one
 * of these is there (RFC 5322 3.6.6). */
bool recipients_of_header(stralloc *out, struct bytes header, enum message_id *why);

/* The header section without its Bcc and Resent-Bcc fields, appended to OUT. */
void recipients_hide_bcc(stralloc *out, struct bytes header);

#endif
