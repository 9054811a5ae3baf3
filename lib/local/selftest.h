/* selftest: the user by whom mail-doctor tries the whole way (SMTP, spool, mailbox, POP3).  Its mail and its logins come from
 * this machine only: to others it is no user at all, so nobody fills its mailbox or guesses its password from outside. */
#ifndef LOCAL_SELFTEST_H
#define LOCAL_SELFTEST_H

#include "addr/ip.h"
#include "local/local.h"

#define SELFTEST_NAME "wiz98-selftest"            /* of the first domain */
#define SELFTEST_PASSWORD "state/selftest"        /* one line; the doctor's user's alone */
#define SELFTEST_QUOTA "1m"

bool selftest_is(struct bytes user);              /* USER in key form, of any domain of ours */
bool selftest_is_among(const struct local_targets *list);
bool selftest_admits(const struct ip *peer, const struct ip *own);   /* loopback, or our own end's address */

#endif
