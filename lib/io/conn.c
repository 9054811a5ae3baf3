#include "io/conn.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "sys/clock.h"
#include "sys/fd.h"

void conn_init(struct conn *c, int in, int out, int timeout_ms) {
  c->in = in;
  c->out = out;
  c->timeout_ms = timeout_ms;
  c->deadline = 0;
  c->failed = 0;
  c->in_max = CONN_IN;
  c->pos = c->end = c->pending = 0;
}

/* Waiting before each read or write makes blocking descriptors obey the deadline: a conversation's descriptors may be
 * shared with other processes, so O_NONBLOCK is not ours to set. */
static int wait_for(struct conn *c, int fd, short events) {
  int64_t ms = c->timeout_ms;
  if (c->deadline && c->deadline - clock_ms() < ms)
    ms = c->deadline - clock_ms();
  return fd_wait(fd, events, ms < 0 ? 0 : (int)ms) ? 0 : -1;
}

ssize_t conn_fill(struct conn *c) {
  if (conn_flush(c))
    return -1;
  if (c->pos) {
    memmove(c->inbuf, c->inbuf + c->pos, c->end - c->pos);
    c->end -= c->pos;
    c->pos = 0;
  }
  if (c->end >= c->in_max) {
    errno = ENOBUFS;
    return -1;
  }
  ssize_t n;
  do {
    if (wait_for(c, c->in, POLLIN))
      return -1;
    n = read(c->in, c->inbuf + c->end, c->in_max - c->end);
  } while (n < 0 && (errno == EINTR || errno == EAGAIN));
  if (n > 0)
    c->end += (size_t)n;
  return n;
}

/* A socket takes what it has room for and never lets us sleep: one packet, one wake-up of the other side.  Elsewhere
 * poll(2) says writable where there is room for some bytes, not for all, and a blocking write of more would sleep beyond
 * the deadline: so it is at most what PIPE_BUF promises, after a wait. */
static ssize_t write_some(struct conn *c, const char *s, size_t n) {
  ssize_t k = send(c->out, s, n, MSG_DONTWAIT | MSG_NOSIGNAL);
  if (k < 0 && errno == ENOTSOCK)
    return wait_for(c, c->out, POLLOUT) ? -1 : write(c->out, s, n < 4096 ? n : 4096);
  if (k < 0 && errno == EAGAIN)
    return wait_for(c, c->out, POLLOUT) ? -1 : 0;
  return k;
}

static int write_waiting(struct conn *c, const char *s, size_t n) {
  while (n) {
    ssize_t k = write_some(c, s, n);
    if (k < 0 && errno != EINTR && errno != EAGAIN)
      return -1;
    if (k > 0) {
      s += k;
      n -= (size_t)k;
    }
  }
  return 0;
}

int conn_flush(struct conn *c) {
  if (!c->failed && c->pending && write_waiting(c, c->outbuf, c->pending))
    c->failed = errno ? errno : EIO;
  c->pending = 0;   /* after a failure nobody knows how much got through: none of it may be sent again */
  if (!c->failed)
    return 0;
  errno = c->failed;
  return -1;
}

void conn_put(struct conn *c, struct bytes b) {
  while (b.n) {
    if (c->pending == CONN_OUT && conn_flush(c))
      return;
    size_t k = CONN_OUT - c->pending < b.n ? CONN_OUT - c->pending : b.n;
    memcpy(c->outbuf + c->pending, b.s, k);
    c->pending += k;
    b = bytes_of(b.s + k, b.n - k);
  }
}
