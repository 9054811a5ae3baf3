/* When a message is due: its mtime or, where a receiver owns the file (doc/security.md), the attribute user.wiz98.due. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "spool/spool.h"

static const char attribute[] = "user.wiz98.due";

void spool_set_due(int fd, int64_t when) {
  const struct timespec t[2] = {{.tv_nsec = UTIME_OMIT}, {.tv_sec = (time_t)when}};
  char text[24];
  struct stat st;
  if (!futimens(fd, t)) {
    if (!fstat(fd, &st) && st.st_uid != geteuid())   /* root, for queue-run */
      fremovexattr(fd, attribute);
    return;
  }
  int n = snprintf(text, sizeof text, "%lld", (long long)when);
  fsetxattr(fd, attribute, text, (size_t)n, 0);
}

int64_t spool_due(const char *path, const struct stat *st) {
  char text[24] = "";
  if (st->st_uid == geteuid() || lgetxattr(path, attribute, text, sizeof text - 1) <= 0)
    return st->st_mtime;
  return strtoll(text, NULL, 10);
}
