/* dest: what is known of a destination that did not answer: one file each, run/dest/NAME, written by queue-run, joined by
 * queue-list.  It speaks for every message that waits for that destination, so none of them has to be written. */
#ifndef QUEUE_DEST_H
#define QUEUE_DEST_H

#include "base/bytes.h"
#include "base/sa.h"
#include "queue/queue.h"

struct queue_dest {
  int64_t until;              /* not tried before */
  unsigned attempts;          /* failures in a row */
  char qid[QUEUE_ID_MAX];     /* the message whose attempt failed last; "" where it is not known */
  stralloc cause, reply;      /* class and words of that failure */
};

void queue_dest_file(stralloc *path, struct bytes destination);      /* "run/dest/NAME", 0-terminated; NAME: %XX for what a file name must not hold */
void queue_dest_name(stralloc *destination, struct bytes file);      /* back from NAME */
void queue_dest_write(stralloc *out, const struct queue_dest *d);
bool queue_dest_read(struct queue_dest *d, struct bytes text);       /* D is zeroed first */
void queue_dest_free(struct queue_dest *d);

#endif
