/* select: the messages that an operator means.  What is NULL or 0 does not narrow. */
#ifndef QUEUE_SELECT_H
#define QUEUE_SELECT_H

#include "queue/queue.h"

struct queue_selection {
  const char *sender;                 /* "": the null sender */
  const char *recipient, *domain;     /* somebody to whom the message still has to go; also the address before aliases */
  int64_t before;                     /* received then or earlier */
};

bool queue_is_pending(const struct queue_rcpt *r);     /* neither delivered nor given up */
bool queue_selects(const struct queue_selection *s, const struct queue_message *m);

#endif
