/* intake: a message of a local program on its way into the spool, for queue-put and sendmail: sender, recipients, bytes in
 * any pieces, commit.  Each step is true, or false with FAULT set; then only intake_abandon is left. */
#ifndef INTAKE_H
#define INTAKE_H

#include "catalogue/catalogue.h"
#include "conf/conf.h"
#include "queue/text.h"
#include "spool/spool.h"

enum { INTAKE_HEADER_MAX = 1 << 20 };

struct intake {
  const struct conf *conf;
  struct queue_message m;
  const char *user;             /* who submits, for the Received field */
  stralloc name;                /* full name for a From that is missing */
  bool complete;                /* add Date, Message-ID and From where they are missing */
  bool quiet;                   /* that it is queued is for the log alone, not for who called the command */
  enum message_id fault;
  bool temporary;               /* the fault may pass */
  /* private */
  struct text_filter text;
  stralloc header;              /* held back until it is whole */
  bool body, begun;
  stralloc mid;                 /* the message's Message-ID, for the log */
  struct spool_new s;
};

void intake_init(struct intake *i, const struct conf *c, const char *user);    /* zeroes it */
bool intake_sender(struct intake *i, const char *addr);       /* "" and "<>": null; a name without @ gets the first domain */
bool intake_recipient(struct intake *i, const char *addr);
bool intake_feed(struct intake *i, struct bytes piece);
bool intake_commit(struct intake *i);                         /* durable; m.id is its ID */
void intake_abandon(struct intake *i);
void intake_free(struct intake *i);
void intake_user(char name[64], unsigned uid);                /* from /etc/passwd, "uid:N" where it is not there */

#endif
