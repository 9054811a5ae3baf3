/* logs: log files as multilog leaves them. */
#ifndef IO_LOGS_H
#define IO_LOGS_H

#include <stralloc.h>

/* A home's folders that have every line once, NULL behind the last; log/error has copies of their errors. */
extern const char *const logs_folders[];

/* Calls EACH with the descriptor of PATH, or where that is a directory of multilog's with those of its files, the oldest
 * first; -1 (with errno) where one cannot be opened.  EACH closes it, or keeps it. */
void logs_open(const char *path, void (*each)(int fd, const char *path, void *data), void *data);

#endif
