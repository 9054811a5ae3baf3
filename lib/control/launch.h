/* launch: what a service needs and could not get as its role: templates of programs that run under other roles
 * (sys/template.h), sockets below run/.  They are had as whoever started the service; then it becomes its role, executes
 * itself anew and finds their descriptors.  As ordinary user the same, without becoming anybody.
 *
 *   static struct launch need[] = {{.program = "local-deliver", .role = ROLE_MAIL}, {.listen = "run/auth"}};
 *   launch(ROLE_QUEUE, need, 2, argv);          behind home_enter, before anything else is opened
 *
 * With no needs it is how a command that root runs becomes its role.  A template that ends takes its service with it: supervise starts all anew.  One that has lost its service ends. */
#ifndef CONTROL_LAUNCH_H
#define CONTROL_LAUNCH_H

#include <stddef.h>

#include "control/role.h"

struct launch {
  const char *program;       /* beside our own executable: run with --template, descriptor 0 is its end of the pair */
  enum role role;            /* PROGRAM's */
  const char *listen;        /* where PROGRAM is NULL: the path of a SOCK_SEQPACKET socket; with roles everybody may connect
                                (role_peer tells who did), without them only our own user */
  int fd;                    /* result: our end of the pair, or the listening socket; close-on-exec */
  int process;               /* result: a pidfd, readable when the template has ended; -1 for a socket */
};

/* Ends the process where something cannot be had; the report names it. */
void launch(enum role role, struct launch *need, size_t count, char **argv);

#endif
