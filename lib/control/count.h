/* count: the counts of failed logins (lib/guess): run/guess/address/SLOT, run/guess/account/HASH (the account's name is in
 * it), run/guess/known/HASH (an address from which an account has logged in).  mtime is the time at which all is forgotten.
 * auth-serve alone writes them; whoever may remove one clears that count, at once. */
#ifndef CONTROL_COUNT_H
#define CONTROL_COUNT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"

enum count_kind { COUNT_ADDRESS, COUNT_ACCOUNT, COUNT_KNOWN, COUNT_KINDS };
enum { COUNT_FILES_MAX = 20000, COUNT_NAME = 24 };      /* files of a kind; a name with its \0 */

/* 0: none, or it is over; a count that cannot be read is reported and 0. */
int64_t count_read(enum count_kind kind, const char *name);
/* UNTIL 0 removes it.  TEXT is what a new file holds.  False: it could not be written (reported), or there are
 * COUNT_FILES_MAX already. */
bool count_write(enum count_kind kind, const char *name, int64_t until, struct bytes text);
void count_expire(void);       /* removes what is over, counts the rest; at the beginning and now and then */

void count_account_name(char name[COUNT_NAME], struct bytes account);
/* Calls EACH for every count that is not over; TEXT is what the file holds.  False: reported. */
bool count_each(enum count_kind kind, void (*each)(const char *name, struct bytes text, int64_t until, void *data), void *data);
unsigned count_clear_all(void);   /* addresses and accounts; how many */

#endif
