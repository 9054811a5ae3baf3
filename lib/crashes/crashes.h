/* crashes: the records of crashes in crash/ (sys/crash.h has what is in them), read, shown, cleared.  The working directory is the home. */
#ifndef CRASHES_H
#define CRASHES_H

#include <stdbool.h>

#include "base/sa.h"
#include "catalogue/catalogue.h"

struct crash {
  char id[40];                 /* "20261124T125019Z-1234": the time, the process */
  int64_t time;
  uint32_t nanoseconds;
  stralloc line;               /* of the log, without its stamp */
};

struct crashes {
  struct crash *crash;         /* the oldest first */
  size_t count;
};

void crashes_read(struct crashes *c);                           /* what cannot be read is reported and left out */
void crashes_free(struct crashes *c);
const struct crash *crashes_find(const struct crashes *c, const char *id);   /* "last": the newest; NULL */

/* Appended, with newlines. */
void crashes_put_line(stralloc *out, const struct crash *c);
void crashes_put_json(stralloc *out, const struct crash *c, enum language lang);
void crashes_put(stralloc *out, const struct crash *c, enum language lang);   /* all, with file:line by addr2line */

/* Removes them; what multilog has open it is asked to finish first.  How many files went; -1: reported. */
int crashes_clear(void);

#endif
