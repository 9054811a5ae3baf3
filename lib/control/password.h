/* password: one password from a person or a program, and its hash. */
#ifndef CONTROL_PASSWORD_H
#define CONTROL_PASSWORD_H

#include <stdbool.h>
#include <stralloc.h>

/* A line of standard input; at a terminal asked for twice, without echo.  Its hash (yescrypt, crypt(5), the system's
 * default cost) is appended to HASH; the password is wiped.  False: reported. */
bool password_hash(stralloc *hash, const char *user);
/* One of 128 random bits, as a LINE with its end, and its hash.  False: reported. */
bool password_random(stralloc *hash, stralloc *line);

#endif
