/* part: what the files of recv share; nobody else includes it. */
#ifndef RECV_PART_H
#define RECV_PART_H

#include "conf/conf.h"
#include "io/conn.h"
#include "io/serve.h"
#include "relay/relay.h"
#include "smtp/server.h"
#include "spool/spool.h"

struct recv {
  const struct peer *peer;
  const struct conf *conf;
  struct relay_client client;
  bool listed;
  struct smtp_server smtp;
  struct queue_message message;      /* the envelope that gathers; its file once DATA was said */
  struct spool_new spool;
  bool spooling;                     /* spool is open */
  int write_errno;                   /* the first failure of spool_write, 0: none */
  stralloc hostname;
  stralloc to;                       /* the last accepted recipient as given, for the Received line */
  int64_t started, mail_started;     /* clock_ms() */
  struct conn io;
};

/* For the log: NULL (written as "-") where it is unknown. */
static inline const char *host_of(const struct recv *r) { return *r->peer->host ? r->peer->host : NULL; }

/* rcpt.c: answers the question SERVER_RCPT. */
void recv_rcpt(struct recv *r);

/* message.c: from DATA to the answer. */
void recv_begin(struct recv *r);
void recv_data(struct recv *r);
void recv_end(struct recv *r);
void recv_drop(struct recv *r);
void recv_forget(struct recv *r);

/* tell.c: the log. */
void recv_tell_refused(struct recv *r, enum message_id id, struct bytes command);
void recv_tell_command(struct recv *r);
void recv_tell_replies(struct bytes out);
void recv_tell_data(struct bytes chunk);

#endif
