/* client: our side of an SMTP conversation (RFC 5321, pipelined as RFC 2920 says) as a pure engine: replies go in,
 * commands and results come out.  It holds no descriptor and knows no time; whoever drives it does this:
 *
 *   client_init(&c, &options); client_begin(&c, &envelope);
 *   for (;;) switch (client_next(&c)) {
 *     case CLIENT_SEND:   send all of c.out
 *     case CLIENT_FEED:   client_feed(&c, bytes, &used) with what the peer sends, or client_lost(&c, errno)
 *     case CLIENT_BODY:   send the message through smtp/encode.h with its end, then client_body_sent(&c); or client_lost
 *     case CLIENT_TLS:    do the handshake, then client_secured(&c, verified), or client_failed_because(&c, FAILURE_TLS_…, why)
 *     case CLIENT_AUTH:   client_authenticate(&c, &credentials), or client_failed_because(&c, FAILURE_TOKEN_…, why)
 *     case CLIENT_RESULT: c.result says how it went for recipient c.result.rcpt
 *     case CLIENT_READY:  every recipient has its result; client_begin the next message, or client_quit
 *     case CLIENT_CLOSED: close the connection.  Recipients without a result (not done) may be tried at another host;
 *                         c.failure says what happened (FAILURE_NONE after QUIT)
 *   }
 *
 * A recipient gets a result where the peer decided: refused at RCPT, at MAIL, at DATA, accepted or refused after the
 * message, or lost while or after the message was sent (then nobody knows, and another host must not be tried at once).
 * Where the conversation fails before that (greeting, EHLO, TLS, AUTH, 421, connection), there is none.
 *
 * TLS (RFC 3207): where it is wanted and offered, CLIENT_TLS comes after the peer's go-ahead; whatever was said before is
 * forgotten, EHLO is said anew.  Bytes behind the go-ahead end the conversation.  AUTH (RFC 4954): asked for after TLS, and
 * only on a verified connection; PLAIN, else LOGIN for a password, XOAUTH2 for a token. */
#ifndef SMTP_CLIENT_H
#define SMTP_CLIENT_H

#include <stdbool.h>
#include <stdint.h>

#include "classify/classify.h"
#include "smtp/reply.h"

enum { CLIENT_COMMAND_MAX = 512 };    /* RFC 5321 4.5.3.1.4: what is longer is no initial response of AUTH (RFC 4954 4) */
enum { CLIENT_PIPELINE_MAX = 100 };   /* commands without reply: the peer's replies must fit into the socket's buffers */

struct client_rcpt {
  struct bytes addr, original; /* original: what led to it (an alias), for the log; NULL or empty: nothing did */
  struct bytes orcpt;          /* "" where none was given; xtext as it came */
  unsigned notify;             /* NOTIFY_ bits of queue/queue.h, 0: not given */
  bool done;                   /* set when its result was given */
};

struct client_envelope {
  struct bytes sender;         /* "" is the null sender */
  uint64_t size;               /* as in SIZE= (encode_scan) */
  bool eightbit;               /* BODY=8BITMIME where the peer has it; without it the message is sent as it is */
  bool utf8_header;            /* needs SMTPUTF8 whatever the addresses are */
  char ret;                    /* 'F', 'H' or 0 */
  struct bytes envid;
  struct client_rcpt *rcpt;
  size_t count;
};

enum client_tls { CLIENT_TLS_NONE, CLIENT_TLS_MAY, CLIENT_TLS_REQUIRED };

struct client_options {
  struct bytes helo;           /* our name in EHLO */
  bool no_pipelining;
  enum client_tls tls;
  bool secured, verified;      /* TLS was there before the greeting */
  bool auth;                   /* there are credentials for this host */
  bool rehearsal;              /* RSET stands in the place of DATA: a recipient that is accepted has its result at RCPT */
};

struct client_credentials {
  struct bytes user, secret;
  bool token;                  /* SECRET is an access token (RFC 6750) */
};

struct client_extensions {
  bool pipelining, eightbitmime, smtputf8, dsn, size, starttls;
  bool auth_plain, auth_login, auth_xoauth2;
  uint64_t size_max;           /* 0: no limit told */
  uint64_t rcpt_max;           /* LIMITS RCPTMAX (RFC 9422), 0: none told */
};

struct client_result {
  size_t rcpt;
  bool accepted;               /* the peer took the message over; words of its reply in failure.text */
  struct failure failure;      /* slices good until the next call */
};

enum client_event { CLIENT_SEND, CLIENT_FEED, CLIENT_BODY, CLIENT_TLS, CLIENT_AUTH, CLIENT_RESULT, CLIENT_READY, CLIENT_CLOSED };

struct client {
  stralloc out;                       /* CLIENT_SEND */
  const char *shown;                  /* CLIENT_SEND: what a log may say in the place of OUT, which holds a secret; else NULL */
  struct client_result result;        /* CLIENT_RESULT */
  struct failure failure;             /* CLIENT_CLOSED */
  bool stale;                         /* CLIENT_CLOSED: a connection kept from an earlier message was dead already */
  enum stage stage;                   /* what is waited for, for deadlines */
  struct client_extensions ext;
  struct reply reply;                 /* the last one, for logs */
  bool secured, verified, authenticated;
  bool tls_refused;                   /* STARTTLS was, and it goes on in the clear; its reply is REPLY */
  /* of the engine */
  struct client_options options;
  struct client_envelope *env;
  int phase;
  bool out_given, reply_given, body_cut;
  bool lead;                          /* this transaction begins with RSET: one came before it */
  bool aborted;                       /* MAIL was refused: the replies still to come mean nothing */
  unsigned transactions;
  size_t *round;                      /* the recipients of this transaction, as indices of env->rcpt */
  unsigned char *state;               /* … and what became of each */
  size_t round_count, accepted;
  size_t sent, replied;               /* steps: RSET (where lead), MAIL, each RCPT, DATA */
  size_t cursor;
  int settle;                         /* who is still to get the result below */
  bool settle_accepted;
  struct failure settle_failure;
  stralloc words;
  stralloc answer[2];                 /* of AUTH, in base64, to say and to know again in a reply: wiped when it ends */
  unsigned answers, answered;
  bool token, cancelled;
  stralloc detail;                    /* what the peer says of a refused token */
};

void client_init(struct client *c, const struct client_options *o);   /* the greeting is awaited */
void client_free(struct client *c);
/* ENV must live until CLIENT_READY or CLIENT_CLOSED; recipients that are done are left out. */
void client_begin(struct client *c, struct client_envelope *env);
enum client_event client_next(struct client *c);
void client_feed(struct client *c, struct bytes in, size_t *used);    /* at most one reply; call client_next after it */
void client_body_sent(struct client *c);
void client_body_cut(struct client *c);    /* the peer spoke, or stopped reading, before the end: its refusal is awaited */
void client_lost(struct client *c, int error);         /* 0: the peer closed; else errno */
void client_failed(struct client *c, enum failure_kind why, int error);  /* in CLIENT_BODY: FAILURE_FILE, FAILURE_BARE_CR */
void client_failed_because(struct client *c, enum failure_kind why, struct bytes text);      /* TEXT is copied */
void client_secured(struct client *c, bool verified);                    /* in CLIENT_TLS */
void client_authenticate(struct client *c, const struct client_credentials *k);   /* in CLIENT_AUTH; nothing of K is kept */
void client_quit(struct client *c);

#endif
