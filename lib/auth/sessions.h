/* sessions: auth-serve's side of pop3-session.  A process that has held a conversation waits for the next one of its user,
 * whose mailbox is all that it can reach: no right is regained, and a program that looks for mail again and again costs no
 * process each time. */
#ifndef AUTH_SESSIONS_H
#define AUTH_SESSIONS_H

#include <poll.h>
#include <stdint.h>

#include "login/login.h"

enum { SESSIONS_MAX = 32, SESSIONS_IDLE_MS = 30000 };    /* processes that are known; how long one waits */

struct sessions {
  int fresh;                 /* the socket that processes read from that nobody has used */
  struct session {
    int fd;                  /* what is placed here is a process if USER is not empty */
    bool idle;
    int64_t since;           /* it is idle or busy */
    stralloc user, box;
  } known[SESSIONS_MAX];
};

/* Hands a conversation on: M (kind, sid, ip, user, mailbox, unread) with its two descriptors and the channel to who asked.
 * 0, or -1 with errno (EAGAIN: no process is ready). */
int sessions_hand(struct sessions *s, const struct login_message *m, const int fd[3]);

/* For poll(2): SESSIONS_MAX places. */
void sessions_watch(const struct sessions *s, struct pollfd *p);
void sessions_event(struct sessions *s, size_t i);       /* known[i] has spoken, or is gone */
/* Those that have waited too long go; the time (clock_ms) of the next one, or FAR. */
int64_t sessions_tick(struct sessions *s, int64_t now, int64_t far);

/* The process's side: the next conversation of the same user, read into M and FD (two descriptors and the channel); false:
 * there will be none, or MAY_WAIT, asked each second, said no.  AGAIN is the descriptor that came with the first one. */
bool sessions_next(int again, bool (*may_wait)(void), struct login_message *m, int fd[3]);

#endif
