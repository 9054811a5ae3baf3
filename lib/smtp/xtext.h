/* xtext: the encoding of ENVID and ORCPT values (RFC 3461 4): "+" and two upper-case hex digits stand for a byte. */
#ifndef SMTP_XTEXT_H
#define SMTP_XTEXT_H

#include <stdbool.h>

#include "base/bytes.h"
#include "base/sa.h"

void xtext_encode(stralloc *out, struct bytes text);      /* appends */
/* Appends what TEXT stands for.  False where TEXT is no xtext, or stands for anything but printable ASCII and blanks:
 * "+00" or "+0A" never become a byte. */
bool xtext_decode(stralloc *out, struct bytes text);

#endif
