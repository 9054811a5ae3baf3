/* role: under which system user a program runs.  Where root starts the server, the users of all roles exist, and the home
 * is theirs, no program keeps more rights than its own; else all of it runs under the one user that started it, by the
 * same code. */
#ifndef CONTROL_ROLE_H
#define CONTROL_ROLE_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/sa.h"

enum role {
  ROLE_ROOT,                 /* none: root, or whoever started it */
  ROLE_RECEIVE, ROLE_SUBMIT, ROLE_QUEUE, ROLE_MAIL, ROLE_REMOTE, ROLE_POP, ROLE_AUTH, ROLE_TLS, ROLE_TOKEN, ROLE_LOG,
  ROLES
};

/* Whether roles can be in force; the working directory is the home.  Users and groups are those of /etc/passwd and
 * nothing else: programs that are linked statically cannot ask name services. */
enum role_state {
  ROLE_ORDINARY,             /* this process is not root */
  ROLE_NO_USERS,             /* WHAT: the user that is missing */
  ROLE_UNREACHABLE,          /* WHAT: a directory above the home or the programs that not everybody may enter */
  ROLE_NOT_ADOPTED,          /* the home is root's */
  ROLE_IN_FORCE
};
enum role_state role_state(stralloc *what);      /* WHAT may be NULL */
bool role_in_force(void);

const char *role_user(enum role r);              /* "wiz98-receive"; "root" */
/* Of roles that are in force or can be; ROLE_ROOT: 0.  The group is the user's primary one: wiz98-drop for receive,
 * submit and queue, which share spool/incoming. */
uid_t role_uid(enum role r);
gid_t role_gid(enum role r);

/* This process is R from now on, for good: group, user (where roles are in force), no_new_privs (in any case).  Ends the
 * process where that fails. */
void role_become(enum role r);

/* Whether UID, or who is at the other end of the UNIX socket SOCK, is root, our own user, or a role of SET (1u << ROLE_POP | …).
 * role_prepare reads /etc/passwd beforehand, for who may not read it later. */
void role_prepare(void);
bool role_admits(uid_t uid, unsigned set);
bool role_peer(int sock, unsigned set);

#endif
