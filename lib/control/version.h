/* version: which version the definition files of the home are of.  The working directory is the home. */
#ifndef CONTROL_VERSION_H
#define CONTROL_VERSION_H

#include <stdbool.h>

unsigned version_of_home(void);      /* what conf/version says, 1 where it says nothing; 0: it cannot be read or is no number */
/* A server may start with it.  False: it is of another version than this program, which was reported with the command that
 * mends it.  What is no number is a fault of the set, for conf-check to tell. */
bool version_fits(void);

#endif
