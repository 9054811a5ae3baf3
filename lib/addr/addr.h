/* addr: mail addresses (RFC 5321 4.1.2), as they are: leading, trailing and doubled dots in a local part are accepted
 * and kept unchanged (old Japanese mobile addresses), quoted local parts keep their quotes.
 * A local part may be longer than 64 bytes (senders of mailing lists are), the whole at most ADDR_MAX - 2. */
#ifndef ADDR_H
#define ADDR_H

#include <stdbool.h>

#include "base/bytes.h"
#include "catalogue/catalogue.h"

enum { ADDR_DOMAIN_MAX = 255, ADDR_MAX = 254 + 2 };

struct addr {               /* slices of the text that was parsed */
  struct bytes whole;       /* without angle brackets and source route */
  struct bytes local;       /* as written, quotes kept */
  struct bytes domain;      /* without brackets where literal; "" where there is no @ (only "postmaster" may) */
  bool literal;             /* domain is an address literal [192.0.2.1] or [IPv6:…] */
  bool utf8;                /* has bytes beyond ASCII (needs SMTPUTF8) */
};

/* A path of MAIL or RCPT at the start of TEXT: "<a@b>", "<>", "<@x,@y:a@b>" (the source route is dropped).  *REST is
 * what follows the '>'.  False: *why is the catalogue ID (SM53xW) that says what is wrong. */
bool addr_parse_path(struct addr *a, struct bytes text, struct bytes *rest, enum message_id *why);
bool addr_parse(struct addr *a, struct bytes text, enum message_id *why);   /* bare a@b, the whole of TEXT */
bool addr_domain_valid(struct bytes domain);                /* letters, digits, '-', '_', UTF-8; labels of 1 to 63 */
/* For comparing and for keys: domain in lower case, local part in lower case and unquoted where it needs no quotes. */
void addr_key(stralloc *out, const struct addr *a);

#endif
