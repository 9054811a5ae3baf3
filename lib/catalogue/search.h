/* search: finding messages by what an operator has in his hands: a line, a reply, words. */
#ifndef CATALOGUE_SEARCH_H
#define CATALOGUE_SEARCH_H

#include "base/bytes.h"
#include "catalogue/catalogue.h"

/* The first ID in LINE that stands as a word: in our log, in a reply "(RL201E)", in a bounce. */
bool message_in(struct bytes line, enum message_id *id);
void message_write_reply(stralloc *out, enum message_id id);          /* appends "550 5.7.1", "-ERR [AUTH]" or nothing */
bool message_has_reply(enum message_id id, struct bytes code);        /* "550", "5.7.1", "550 5.7.1", "AUTH" */

/* The messages that fit every one of the WORDS, in IDS, which has room for MESSAGE_COUNT: by their replies where there are such, else by
 * replies and words together, those first whose sentence has them.  Returns how many. */
size_t message_search(enum message_id *ids, char *const *words, int count);

#endif
