/* mailbox: the directories of a user. */
#ifndef CONTROL_MAILBOX_H
#define CONTROL_MAILBOX_H

#include <stdbool.h>

/* BOX ("mail/DOMAIN/USER") with cur, new, tmp and wiz98.tmp, mode 700, synced; what is there stays.  False: reported. */
bool mailbox_make(const char *box);

#endif
