/* part: what the files of recv share; nobody else includes it. */
#ifndef RECV_PART_H
#define RECV_PART_H

#include "conf/conf.h"
#include "control/sent.h"
#include "io/conn.h"
#include "io/serve.h"
#include "recv/recv.h"
#include "relay/relay.h"
#include "smtp/server.h"
#include "spool/spool.h"
#include "starttls/starttls.h"

struct recv {
  unsigned how;
  const struct peer *peer;
  const struct conf *conf;
  struct relay_client client;
  bool listed;
  struct starttls tls;
  stralloc user;                     /* authenticated as; "" if not */
  struct sent sent;                  /* what that user has sent within the hour, as of MAIL */
  struct smtp_server smtp;
  struct queue_message message;      /* the envelope that gathers; its file once DATA was said */
  bool spooling;                     /* spool is open */
  int write_errno;                   /* the first failure of spool_write, 0: none */
  stralloc held;                     /* submission: the beginning of a line of the header section */
  uint64_t passed;                   /* submission: bytes of the message in the spool */
  bool completed;                    /* submission: what was missing has been added */
  stralloc mid;                      /* the Message-ID that was added, "" where the message has its own */
  stralloc hostname;
  stralloc to;                       /* the last accepted recipient as given, for the Received line */
  int64_t started, mail_started;     /* clock_ms() */
  /* last, because of their buffers: a conversation that puts nothing into them touches no page of them */
  struct conn io;
  struct spool_new spool;
};

/* For the log: NULL (written as "-") where it is unknown. */
static inline const char *host_of(const struct recv *r) { return *r->peer->host ? r->peer->host : NULL; }

static inline bool is_submission(const struct recv *r) { return r->how & RECV_SUBMISSION; }

/* secure.c: what is offered; TLS. */
bool recv_auth_is_wanted(const struct recv *r);     /* on this port, under TLS at least */
void recv_limits(const struct recv *r, struct smtp_server_limits *limits);
int recv_tls_first(struct recv *r);         /* 0; -1: there will be no conversation (reported) */
void recv_tls(struct recv *r);              /* answers the question SERVER_TLS */
int recv_handshake(struct recv *r);         /* 0: go on, if only with the last word; -1: the conversation is over (reported) */

/* user.c: the questions SERVER_AUTH and SERVER_MAIL; what a user may send within an hour. */
void recv_auth(struct recv *r);
void recv_mail(struct recv *r);
enum message_id recv_recipients(struct recv *r, struct bytes to);   /* SM105I: one more is within the limit */
enum message_id recv_take(struct recv *r);                          /* counts the message; SM106I: within the limits */

/* rcpt.c: answers the question SERVER_RCPT. */
void recv_rcpt(struct recv *r);

/* complete.c: a message from one of our users, with what its header lacks. */
void recv_complete_begin(struct recv *r);
void recv_complete(struct recv *r, struct bytes chunk);
void recv_complete_end(struct recv *r);

/* message.c: from DATA to the answer. */
void recv_begin(struct recv *r);
void recv_data(struct recv *r);
void recv_put(struct recv *r, struct bytes b);    /* into the spool; a failure is remembered */
void recv_end(struct recv *r);
void recv_drop(struct recv *r);
void recv_forget(struct recv *r);

/* tell.c: the log. */
void recv_tell_refused(struct recv *r, enum message_id id, struct bytes command);
void recv_tell_command(struct recv *r);
void recv_tell_replies(struct bytes out);
void recv_tell_data(struct bytes chunk);

#endif
