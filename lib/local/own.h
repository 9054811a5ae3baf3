/* own: the senders that an authenticated user may use (setting auth_sender = own). */
#ifndef LOCAL_OWN_H
#define LOCAL_OWN_H

#include "local/local.h"

/* Mail to SENDER reaches USER's mailbox (USER in key form, as auth-serve says it): their own address, one with an
 * extension, an alias or a catch-all that leads to them, however many others it leads to besides.  False for "". */
bool local_is_own(const struct conf *c, struct bytes user, struct bytes sender);

#endif
