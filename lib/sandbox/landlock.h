/* landlock: the system calls of Landlock, with the numbers of the newest interface that is used here: the headers of the C
 * library may be older than the kernel. */
#ifndef SANDBOX_LANDLOCK_H
#define SANDBOX_LANDLOCK_H

#include <stdbool.h>

#include "sandbox/sandbox.h"

/* 0: none, or one that is of no use: version 1 (Linux 5.13 to 5.18) knows no link from one directory to another. */
int landlock_version(void);

struct landlock_wish {
  const struct sandbox_path *path;
  size_t paths;
  bool tcp, connects;                  /* TCP is fenced in as well; except connecting */
  bool scope;                          /* and signals, abstract UNIX sockets */
};
/* 0, or -1 with errno. */
int landlock_enter(int version, const struct landlock_wish *w);

#endif
