/* names: which messages are in the spool, whoever works on it meanwhile. */
#ifndef SPOOL_NAMES_H
#define SPOOL_NAMES_H

#include "queue/queue.h"

struct spool_name {
  char id[QUEUE_ID_MAX];
  bool incoming;             /* it was in spool/incoming when that was read */
};

struct spool_names {
  struct spool_name *name;   /* by ID, so by age; each once */
  size_t count, room;
  size_t damaged;            /* files in spool/damaged */
};

/* 0, or -1 with errno and *PATH, the directory that cannot be read. */
int spool_names(struct spool_names *l, const char **path);
const struct spool_name *spool_names_find(const struct spool_names *l, const char *id);   /* NULL: none */
void spool_names_free(struct spool_names *l);
/* The file of N, wherever it is by now; -1 with errno: ENOENT where the message has left.  PATH is where it was found. */
int spool_open(const struct spool_name *n, int flags, stralloc *path);

#endif
