#include "io/lines.h"

#include <errno.h>
#include <unistd.h>

bool lines_take(struct lines *l, bool rest, struct bytes *line) {
  char *s = l->buf + l->start, *end = memchr(s, '\n', l->have - l->start);
  size_t n = end ? (size_t)(end + 1 - s) : l->have - l->start;
  if (!n || (!end && !rest && n < sizeof l->buf))
    return false;
  *line = bytes_of(s, n);
  l->start += n;
  return true;
}

int lines_fill(struct lines *l) {
  ssize_t n;
  memmove(l->buf, l->buf + l->start, l->have - l->start);
  l->have -= l->start;
  l->start = 0;
  do
    n = read(l->fd, l->buf + l->have, sizeof l->buf - l->have);
  while (n < 0 && errno == EINTR);
  if (n > 0)
    l->have += (size_t)n;
  l->ended = n == 0;
  return n > 0 ? 1 : (int)n;
}

int lines_each(int fd, void (*each)(struct bytes line, void *data), void (*done)(void *data), void *data) {
  static struct lines l;
  struct bytes line;
  int more;
  l.fd = fd;
  l.start = l.have = 0;
  do {
    more = lines_fill(&l);
    while (lines_take(&l, more == 0, &line))
      each(line, data);
    if (more >= 0)
      done(data);
  } while (more > 0);
  return more;
}
