/* watching: mail-doctor --changes.  A run goes through the checks, compares with what state/doctor remembers (lib/watch)
 * and puts a mail about what is news into the spool, to the postmaster.
 *
 * One at a time (an flock on state/).  What was seen is remembered before the mail is made, what was told after it is durable:
 * a run that is cut off tells again, and a state that cannot be written tells nothing, rather than the same at each run. */
#ifndef WATCHING_H
#define WATCHING_H

#define WATCHING_STATE "state/doctor"

int watching_run(void);              /* exit code; reported.  The working directory is the home */

#endif
