/* merge: the lines of several logs in the order of their stamps, once or for as long as they grow.
 *
 *   struct merge m = {.since = …};  merge_add(&m, "log/smtp"); merge_add(&m, "log/queue");
 *   while (merge_next(&m, &line)) …
 *
 * Each log is read from its beginning and in its own order; a line without a stamp comes behind the one before it.  A file
 * that cannot be read is reported, and left out. */
#ifndef IO_MERGE_H
#define IO_MERGE_H

#include "base/bytes.h"

struct merge_log;

struct merge {
  int64_t since;                   /* old files of multilog's that end before this time (Unix) are passed over; 0: none */
  bool follow;                     /* at the end wait for more; a log that was rotated goes on in its new file */
  void (*before_wait)(void *data); /* called before more is read, which may wait; or NULL */
  void *data;
  bool failed;                     /* something could not be read */
  struct merge_log **log;
  size_t count;
};

void merge_add(struct merge *m, const char *path);         /* a log file, or a directory of multilog's; PATH stays the caller's */
void merge_add_stream(struct merge *m, int fd);            /* to its end, also where the others are followed */
void merge_skip(struct merge *m);                          /* what is there: only what comes from now on is read */
bool merge_next(struct merge *m, struct bytes *line);      /* with its newline; good until the next call; false: the end */
void merge_free(struct merge *m);

#endif
