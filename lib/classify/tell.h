/* tell: a reply explained in one line, for msg-explain --reply. */
#ifndef CLASSIFY_TELL_H
#define CLASSIFY_TELL_H

#include "base/bytes.h"
#include "catalogue/catalogue.h"

struct tell {
  struct bytes rows;      /* the operator's, or "" */
  enum language lang;
  bool json;
};

/* Appends "CLASS\tdefer|fail\t(a)-3\ttext\n", or an object with these and the catalogue's ID; false: LINE has no code of a
 * refusal, nothing was appended. */
bool tell_reply(stralloc *out, const struct tell *t, struct bytes line);

/* The class's own message: its cause and remedy; false as above. */
bool tell_id(enum message_id *id, const struct tell *t, struct bytes line);

#endif
