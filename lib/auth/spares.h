/* spares: processes forked beforehand by a template, each of which waits for a job that auth-serve sends.  A conversation
 * has a process that nobody else's has been in; its successor is forked as soon as it has taken it.  Short jobs may share
 * a process as long as none of them went wrong. */
#ifndef AUTH_SPARES_H
#define AUTH_SPARES_H

#include "login/login.h"

enum { SPARES_WAITING = 3, SPARES_WAITING_MAX = 64, SPARES_MAX = 1000, SPARES_FDS = 4 };

struct spares_job {
  struct login_message m;
  int fd[SPARES_FDS];
};

struct spares_plan {
  unsigned waiting;          /* processes that wait, at most SPARES_WAITING_MAX */
  unsigned jobs;             /* a process's jobs.  1: it is counted as waiting until it takes one; more: until it ends */
  size_t fds;                /* that come with a job */
  int (*talk)(const struct spares_job *job);   /* 0: the process may take another job; else its exit code */
};

/* Runs in the template; SOCK is its SOCK_SEQPACKET socket.  Returns when the other end is closed. */
void auth_spares(int sock, const struct spares_plan *plan);

#endif
