/* client_private: what the files of the client engine share. */
#ifndef SMTP_CLIENT_PRIVATE_H
#define SMTP_CLIENT_PRIVATE_H

#include "smtp/client.h"

enum client_phase {
  PHASE_GREETING, PHASE_EHLO, PHASE_HELO,   /* the reply to … is awaited */
  PHASE_STARTTLS,      /* … */
  PHASE_HANDSHAKE,     /* the driver's */
  PHASE_LOGIN,         /* credentials are asked for */
  PHASE_AUTH,          /* the reply to AUTH, or to an answer */
  PHASE_IDLE,          /* between transactions: recipients that are open begin one */
  PHASE_CHECK,         /* recipients that cannot be asked for get their results */
  PHASE_ENVELOPE,      /* RSET, MAIL, RCPT, DATA */
  PHASE_BODY,          /* the message is being sent */
  PHASE_FINAL,         /* … its reply is awaited */
  PHASE_DROP,          /* DATA was taken though every recipient was refused: an empty message's reply, not looked at */
  PHASE_QUIT,
  PHASE_CLOSED
};

enum { RCPT_ASKED, RCPT_OK, RCPT_LATER, RCPT_REPORTED };   /* client.state; LATER: too many for one transaction */
enum { SETTLE_NONE, SETTLE_ONE, SETTLE_OK, SETTLE_ALL };   /* client.settle: cursor's, those accepted, all of the round */

static inline size_t step_mail(const struct client *c) { return c->lead; }
static inline size_t step_data(const struct client *c) { return step_mail(c) + 1 + c->round_count; }

/* commands */
void client_parse_extensions(struct client_extensions *x, struct bytes text);
void client_put_step(struct client *c, size_t step);               /* appends the command to c->out */
void client_put_hello(struct client *c, const char *verb);
enum failure_kind client_local_failure(const struct client *c, const struct client_rcpt *r);

/* TLS and AUTH */
void client_after_hello(struct client *c);                          /* the peer's extensions are known */
void client_on_starttls(struct client *c);
void client_on_auth(struct client *c);
void client_wipe(struct client *c);
void client_blank_echo(struct client *c);                            /* what the reply repeats of our secrets */

/* replies */
void client_reply(struct client *c);                                /* c->reply is whole */
void client_fail(struct client *c, enum failure_kind kind, int error);   /* the conversation is over */
struct failure client_failure(struct client *c, enum failure_kind kind, int error);

#endif
