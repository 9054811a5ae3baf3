/* auth: both sides of run/auth: who asks, and the parts of auth-serve that touch the kernel. */
#ifndef AUTH_H
#define AUTH_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/bytes.h"
#include "catalogue/catalogue.h"
#include "login/login.h"

enum {
  AUTH_REQUEST_MS = 5000,    /* from connect to the request's datagram */
  AUTH_QUEUE_MS = 15000,     /* waiting for its turn */
  AUTH_CHECK_MS = 15000,     /* the checkpassword program */
  AUTH_HANDING_MS = 5000,    /* for a waiting pop3-session */
  AUTH_ANSWER_MS = 40000,    /* what who asks waits for all of it */
};

/* --- asking --- */
struct auth_question {
  const char *kind;          /* "pop3", or "check" where the conversation stays with who asks */
  struct bytes ip, user, pass, unread;
  int in, out;               /* pop3: the conversation */
  int socket;                /* the TCP socket, -1: none */
};
/* AU001I, or why not; whoever finds the reason reports it.  *CHANNEL is -1, or (pop3, AU001I) open as long as the session
 * lasts.  ADDRESS (may be NULL) gets the user's address where kind is "check".  Never waits longer than AUTH_ANSWER_MS. */
enum message_id auth_ask(const struct auth_question *q, int *channel, stralloc *address);

/* --- the checkpassword program --- */
struct auth_child {
  pid_t pid;                 /* 0: none of our own, a process of a template */
  int fd;                    /* readable when it has ended: a pidfd, or the channel to it */
  char program[128];         /* for reports */
};
/* COMMAND is the setting checkpassword: a program, blanks, arguments; no shell sees it.  "" is our own auth-check: a
 * process that waits at the other end of CHECKERS; only that can be started in a sandbox.  Of WHO: user,
 * word (the password), and for the environment sid (WIZ98_SID) and ip (TCPREMOTEIP, "": unset).  0, or -1 with errno. */
bool auth_check_is_own(struct bytes command);
int auth_check_start(struct auth_child *c, int checkers, struct bytes command, const struct login_message *who);
void auth_check_kill(struct auth_child *c);   /* fd becomes readable soon */
/* Collects the check that has ended: AU001I, AU201W refused, AU203E (reported, unless it was KILLED by us). */
enum message_id auth_check_end(struct auth_child *c, bool killed);


#endif
