/* verify: a user's password against our own users (auth.cdb); what auth-check does, as a function. */
#ifndef VERIFY_H
#define VERIFY_H

#include "catalogue/catalogue.h"

/* NAME is completed with the first domain.  AU001I, and USER is the user it stands for (key form); AU201W: refused, the
 * reason is reported; AU203E: it cannot be told (reported).  Whoever is refused, one hash was computed: the time does not
 * tell whether the user exists. */
enum message_id verify_password(stralloc *user, const char *name, const char *pass);
void verify_prepare(void);      /* opens the generation in force: for a process that forks others */

#endif
