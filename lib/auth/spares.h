/* spares: processes forked beforehand, each of which waits for one conversation that auth-serve hands on, holds it and
 * ends.  Its successor is forked as soon as it has taken one. */
#ifndef AUTH_SPARES_H
#define AUTH_SPARES_H

#include "login/login.h"

enum { SPARES_WAITING = 3, SPARES_MAX = 1000 };

struct spares_job {
  struct login_message m;
  int in, out, channel;      /* channel: close it (or end) when the conversation is over */
};

/* Runs in the template; SOCK is its SOCK_SEQPACKET socket, which no process keeps that holds a conversation.  TALK's value
 * is the exit code.  Returns when the other end is closed. */
void auth_spares(int sock, int (*talk)(const struct spares_job *job));

#endif
