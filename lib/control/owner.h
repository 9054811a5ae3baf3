/* owner: whose each path of a home is, who else reaches it, and how.  The one table: `wiz98 init` and `wiz98 start` put
 * it in force, who makes a file later asks it, doc/security.md explains it, tests/e2e/roles.t holds a home against it. */
#ifndef CONTROL_OWNER_H
#define CONTROL_OWNER_H

#include <stdbool.h>
#include <stddef.h>

#include "control/role.h"

struct owner {
  const char *path;          /* relative to the home; a star stands for one component or a part of one */
  char kind;                 /* d directory, f file, p FIFO, s socket */
  enum role user, group;     /* the group is that role's (role_gid) */
  unsigned mode;             /* of an installation by root; without roles nobody shares a group, so what it gives to the
                                group (and set-gid) is left out, but for the drop-boxes */
  unsigned alone;            /* where all runs as one ordinary user; 0: left as it is */
};

extern const struct owner owners[];
extern const size_t owners_count;

const struct owner *owner_of(const char *path);   /* the first row that fits; NULL: none */

/* PATH gets what its row says; mail/… gets the role mail.  Where no roles are in force only the mode.  A symbolic link is
 * followed in root's directories only, so no role can have root touch what is not in its own.  False with errno. */
bool owner_apply(const char *path);

/* Every row of the table: directories, files, FIFOs without a star are made where they are missing; then, for root or in a
 * FRESH home, all that is there is put right.  Where roles can be in force and the home is not theirs yet, what lies in
 * their directories becomes theirs, mail/ last: until that is done, no role is in force.  False: reported. */
bool owner_apply_all(bool fresh);

#endif
