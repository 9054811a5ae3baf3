/* spawn: a child program of auth-serve. */
#ifndef AUTH_SPAWN_H
#define AUTH_SPAWN_H

#include "auth/auth.h"

/* ARGV[0] is searched in PATH where it has no slash.  Descriptor 0 is AS0 (-1: /dev/null), 1 is /dev/null, 2 the log, 3 is
 * AS3 (-1: closed); signals are at their defaults.  0, or -1 with errno. */
int auth_spawn(struct auth_child *c, char *const argv[], char *const envp[], int as0, int as3);
/* Collects the child that has ended or was killed: its wait status, -1 where there is none. */
int auth_wait(struct auth_child *c);

#endif
