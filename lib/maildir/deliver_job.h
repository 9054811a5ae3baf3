/* deliver_job: a message of the spool to its local recipients, exactly once across crashes: the order of doc/queue.md,
 * "Local delivery", for one job of queue-run. */
#ifndef MAILDIR_DELIVER_JOB_H
#define MAILDIR_DELIVER_JOB_H

#include "catalogue/catalogue.h"
#include "conf/conf.h"
#include "maildir/deliver.h"
#include "queue/queue.h"

struct deliver_outcome {
  unsigned rcpt;
  char state;               /* as struct spool_result: 'd', 'f', 't' */
  const char *cause;        /* class, or "-" */
  stralloc reply;           /* done: the file's path; else "CODE STATUS TEXT (ID): what the system said" */
};

/* Delivers M, which was read from FD, to the recipients NUMBER[0..COUNT); placed, done and failed are in the file when it
 * returns.  OUTCOME has COUNT elements, zeroed; free each reply.  CONF NULL: none is in force, all wait. */
void deliver_job(int fd, struct queue_message *m, const unsigned short *number, size_t count, const struct conf *conf, struct deliver_outcome *outcome);

/* Return-Path and Delivered-To, which stand in front of each copy. */
void deliver_prefix(stralloc *out, struct bytes sender, struct bytes addr);
/* The quota of user ADDR (key form), bytes; 0: none. */
uint64_t deliver_quota(const struct conf *conf, struct bytes addr);
/* "CODE STATUS TEXT (ID): …" for REPLY fields. */
void deliver_words(stralloc *out, enum message_id id, const char *path, const char *reason);

#endif
