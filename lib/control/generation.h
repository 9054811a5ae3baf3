/* generation: the configuration in force.  run/conf is a symbolic link to the directory of the generation
 * (run/generations/N), put there by one rename; it holds conf.cdb, and links to run/secrets/auth/N.cdb,
 * run/secrets/remote/N.cdb and run/secrets/token/N.cdb, each in a directory that its role alone may enter. */
#ifndef CONTROL_GENERATION_H
#define CONTROL_GENERATION_H

#include "conf/conf.h"

/* The conf.cdb in force, opened anew when the link has changed since the last call; the pointer is good until the next
 * call.  Call it before each conversation, message or login, and use one result throughout.
 * NULL where none can be opened (CF301E was reported). */
struct conf *generation_conf(void);
struct conf *generation_secret(const char *name);   /* "auth.cdb", "remote.cdb" or "token.cdb", for the roles that may read them */

#endif
