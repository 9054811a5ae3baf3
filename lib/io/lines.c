#include "io/lines.h"

#include <errno.h>
#include <unistd.h>

int lines_each(int fd, void (*each)(struct bytes line, void *data), void (*done)(void *data), void *data) {
  static char buf[LINES_MAX];
  size_t have = 0;
  for (;;) {
    ssize_t n = read(fd, buf + have, sizeof buf - have);
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0)
      return -1;
    have += (size_t)n;
    char *start = buf, *end;
    while ((end = memchr(start, '\n', have - (size_t)(start - buf)))) {
      each(bytes_of(start, (size_t)(end + 1 - start)), data);
      start = end + 1;
    }
    have -= (size_t)(start - buf);
    memmove(buf, start, have);
    if (have && (n == 0 || have == sizeof buf)) {
      each(bytes_of(buf, have), data);
      have = 0;
    }
    done(data);
    if (n == 0)
      return 0;
  }
}
