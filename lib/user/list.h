/* list: the users and aliases of a compiled set, in the order of the definition files. */
#ifndef USER_LIST_H
#define USER_LIST_H

#include <stdbool.h>

#include "conf/conf.h"

/* Appended to OUT: lines for people, or one JSON object {"users":[{address, mailbox, quota}], "aliases":[{address, targets}]}. */
void user_list(stralloc *out, const struct conf *c, bool json);

#endif
