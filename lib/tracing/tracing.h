/* tracing: the parts of mail-trace: logs read again and again (lib/story says why), and what is still in the queue. */
#ifndef TRACING_H
#define TRACING_H

#include "story/story.h"

struct tracing {
  struct story_search search;
  struct story_view view;
  bool json, looks_into_spool;
  int *fd;                     /* the log's files, open: those that are rotated meanwhile stay */
  const char **path;
  size_t files, room;
  int result;                  /* exit code: EXIT_TEMPORARY once a file could not be read (reported) */
};

void tracing_add(struct tracing *t, const char *path);     /* a log file, or a directory of multilog's */
void tracing_add_stream(struct tracing *t);                /* standard input: copied to a nameless file where it is no file */
void tracing_search(struct tracing *t, struct stories *out);
void tracing_look(struct tracing *t, struct stories *st);  /* which of them are in the queue: place and queue are filled */

#endif
