/* login: what passes over run/auth and to pop3-session, whose turn a login is, and which user a name stands for. */
#ifndef LOGIN_H
#define LOGIN_H

#include <stdbool.h>

#include "addr/ip.h"
#include "base/bytes.h"
#include "conf/conf.h"

/* One datagram: five fields, each followed by \0, then the bytes that the client had sent behind its password.
 *
 *   to auth-serve:    KIND SID IP USER PASSWORD; with it the conversation's two descriptors (pop3) and the TCP socket, where
 *                     there is one.  IP is for the log only.
 *   to pop3-session:  "pop3" SID IP USER MAILBOX; with it the two descriptors and the channel to who asked.
 *
 * The answer is one datagram: a catalogue ID.  AU001I: accepted; for kind "pop3" the session says it when it takes the
 * conversation over, and closes the channel when it ends; for kind "check" the user's address follows, behind a \0. */
struct login_message {
  struct bytes kind, sid, ip, user, word, unread;
};

enum {
  LOGIN_KIND_MAX = 8, LOGIN_SID_MAX = 31, LOGIN_IP_MAX = 45, LOGIN_USER_MAX = 254, LOGIN_WORD_MAX = 512,
  LOGIN_UNREAD_MAX = 4096,
  LOGIN_MAX = LOGIN_KIND_MAX + LOGIN_SID_MAX + LOGIN_IP_MAX + LOGIN_USER_MAX + LOGIN_WORD_MAX + 5 + LOGIN_UNREAD_MAX,
};

void login_write(stralloc *out, const struct login_message *m);
bool login_read(struct login_message *m, struct bytes datagram);   /* false: none of ours; slices of DATAGRAM */

/* The user (key form, completed with the first domain) that NAME stands for; false: it can be no user's name. */
bool login_user(stralloc *user, const struct conf *c, struct bytes name);

/* --- whose turn: among addresses in turn, within one address first come first served --- */
enum { LOGIN_QUEUE_MAX = 256 };

enum login_state { LOGIN_FREE, LOGIN_WAITING, LOGIN_RUNNING };

struct login_queue {
  uint64_t round, arrivals;
  struct login_ticket {
    enum login_state state;
    char address[IP_SLOT];
    uint64_t round, order;
  } ticket[LOGIN_QUEUE_MAX];
};

void login_queue_add(struct login_queue *q, size_t i, const char *address);
int login_queue_pick(struct login_queue *q);            /* becomes LOGIN_RUNNING; -1: nobody waits */
void login_queue_drop(struct login_queue *q, size_t i);
/* Who has to give way when all is full: the waiting one whose turn would come last, if that is later than a new one
 * from ADDRESS would have; else -1. */
int login_queue_last(const struct login_queue *q, const char *address);

#endif
