/* notice: what bounce-make does: a message of the queue is read, who is told of it is found, what is known of the attempts is
 * gathered, and the text (lib/bounce) goes into the spool.
 *
 *   notice.c     one notice about one message
 *   known.c      what stands beside the message: run/dest, addresses reached before, transcripts
 *   operator.c   notices to the postmaster about the server itself (lib/trouble)
 *   job.c        jobs of queue-run */
#ifndef NOTICE_H
#define NOTICE_H

#include "bounce/bounce.h"
#include "conf/conf.h"
#include "spool/spool.h"

enum { NOTICE_TRANSCRIPTS = 10 };       /* recipients whose last attempt is shown */

struct notice {
  const struct conf *conf;
  struct queue_message m;               /* the original */
  struct queue_message out;             /* what is written about it */
  struct bounce b;
  unsigned short rcpt[QUEUE_RCPT_MAX];  /* those whose failure the sender wants to hear of */
  struct bounce_attempt attempt[QUEUE_RCPT_MAX];
  stralloc to, host, postmaster, original, text;
  struct notice_kept { stralloc host, text[2]; } kept[NOTICE_TRANSCRIPTS];   /* what attempt points to, and reached */
  stralloc reached;                     /* addresses delivered to before */
};

/* Chooses those of RCPT[0..COUNT) that the sender is told of, and the reader.  False: nobody is told (reported where a bounce
 * is dropped for it). */
bool notice_prepare(struct notice *n, enum bounce_kind kind, const unsigned short *rcpt, size_t count, int fd);
void notice_write(struct notice *n);    /* N->text, from what is prepared */
int notice_store(struct notice *n);     /* 0, or -1 with errno: into the spool, and reported; its name comes from its parent's, so it is made once */
void notice_free(struct notice *n);

/* Steps of these, for operator.c */
bool notice_to_postmaster(struct notice *n);   /* false with errno: there is nobody */
int notice_put(struct notice *n);              /* N->text as message N->out.id; there already: nothing is done */

/* known.c: fills N->attempt, and what N->m does not know itself */
void notice_find_known(struct notice *n);

/* operator.c */
const char *notice_of_trouble(struct notice *n, const struct spool_job *job);   /* NULL: done; else why not */

/* job.c */
int notice_work(void);                  /* the worker of queue-run, until that has gone: exit code */

#endif
