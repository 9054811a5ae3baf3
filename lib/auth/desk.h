/* desk: the requests of auth-serve, from their arrival on run/auth to their answer.  One per process. */
#ifndef AUTH_DESK_H
#define AUTH_DESK_H

#include <poll.h>

#include "addr/ip.h"
#include "auth/auth.h"
#include "auth/sessions.h"
#include "login/login.h"

/* READING its datagram → WAITING for its turn → CHECKING in a child → HANDING to a waiting pop3-session → answered.
 * DELAYED before it waits for its turn, where the account is guessed at; PUNISHED: refused, but the answer waits. */
enum desk_step { DESK_UNUSED, DESK_READING, DESK_DELAYED, DESK_WAITING, DESK_CHECKING, DESK_HANDING, DESK_PUNISHED };

enum { DESK_FDS = 3, DESK_LATE_MAX = LOGIN_QUEUE_MAX / 2 };   /* more than so many are never delayed or punished */

struct desk_request {
  enum desk_step step;
  int channel;
  int fd[DESK_FDS];          /* in, out, TCP socket; -1: none */
  size_t fds;
  int64_t deadline;
  struct auth_child check;
  enum message_id verdict;   /* of who is punished */
  enum message_id killed;    /* why the child was killed; AU001I: it was not */
  struct login_message m;    /* slices of DATA */
  stralloc data, user;
  struct ip ip;              /* of the TCP socket, where there is one */
  bool has_ip;
  uint64_t attempt;          /* penalty_attempt */
};

struct desk {
  struct desk_request request[LOGIN_QUEUE_MAX];
  struct login_queue queue;
  bool confined;             /* no program can be executed */
  int checkers;              /* the socket that the waiting processes of auth-check read from */
  struct sessions sessions;
  unsigned reading, running, late, processors;
};

void desk_arrive(struct desk *d, int channel);                      /* takes CHANNEL over */
bool desk_has_room(const struct desk *d);
/* What happened on a request's descriptors: its channel (REVENTS), its child. */
void desk_channel_event(struct desk *d, struct desk_request *r, short revents);
void desk_child_event(struct desk *d, struct desk_request *r);
void desk_hand(struct desk *d, struct desk_request *r);             /* the pool's socket may have room */
/* Starts what may start, ends what is overdue; returns the time (clock_ms) of the next deadline. */
int64_t desk_tick(struct desk *d, int64_t now);

#endif
