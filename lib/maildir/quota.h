/* quota: how much a mailbox holds, from the sizes in its file names (,S=); a name without one is looked up. */
#ifndef MAILDIR_QUOTA_H
#define MAILDIR_QUOTA_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"

/* False: NAME tells no size. */
bool quota_name_size(struct bytes name, uint64_t *size);
/* Bytes in BOX/new and BOX/cur; 0, or -1 with errno.  A mailbox that does not exist yet holds 0. */
int quota_used(const char *box, uint64_t *used);
/* Whether MORE bytes fit below QUOTA (0: no quota).  A mailbox far from full is counted anew only every few seconds, by
 * each process; so several deliveries at once may exceed the quota by what arrives in that time.  -1 with errno. */
int quota_fits(const char *box, uint64_t quota, uint64_t more);

#endif
