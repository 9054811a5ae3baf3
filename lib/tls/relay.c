/* Between a client's TLS and the clear text: two buffers, each filled only when it is empty, so that a slow reader stops the
 * writer and memory is bounded.  Every wait for the client to take something has a deadline.  For silence there is none: the
 * conversation behind the clear text has its own, and its end is this one's. */
#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "sys/clock.h"
#include "tls/child.h"

enum { PIECE = 16384, STALLED_MS = 300000, LAST_WORD_MS = 10000, LINGER_MS = 2000, LINGER_MAX = 65536 };

struct buffer {
  size_t from, to, most;         /* MOST: bytes that were ever in it */
  char s[PIECE];
};

struct relay {
  SSL *ssl;
  struct tls_wire *wire;
  int plain;
  bool client_ended, plain_ended, plain_shut, broken;
  bool wire_ready, plain_ready;    /* reading is worth a try: poll(2) said so, or there is more than fitted */
  short wire_events, plain_events;
  bool moved;                    /* something, in this round */
  size_t received;
  int64_t stalled_at;            /* since when the client takes nothing; 0: it does not have to */
  struct buffer up, down;        /* from the client; to it */
};

static void fill(struct buffer *b, size_t n) {
  b->from = 0;
  b->to = n;
  if (n > b->most)
    b->most = n;
}

/* What SSL_read or SSL_write need before they can go on; false: it will not. */
static bool wants(struct relay *r, int result) {
  int error = SSL_get_error(r->ssl, result);
  if (error == SSL_ERROR_WANT_READ)
    r->wire_events |= POLLIN;
  else if (error == SSL_ERROR_WANT_WRITE)
    r->wire_events |= POLLOUT;
  else
    return false;
  return true;
}

static void read_client(struct relay *r) {
  if (r->client_ended || r->up.from < r->up.to)
    return;
  if (!r->wire_ready) {
    r->wire_events |= POLLIN;
    return;
  }
  ERR_clear_error();
  int n = SSL_read(r->ssl, r->up.s, PIECE);
  r->wire_ready = n > 0 && SSL_has_pending(r->ssl);
  if (n > 0) {
    fill(&r->up, (size_t)n);
    r->received += (size_t)n;
    r->moved = true;
  } else if (!wants(r, n)) {
    r->client_ended = true;
    r->broken = SSL_get_error(r->ssl, n) != SSL_ERROR_ZERO_RETURN && !r->wire->closed;
  }
}

static void write_plain(struct relay *r) {
  struct buffer *b = &r->up;
  if (b->from < b->to) {
    ssize_t n = send(r->plain, b->s + b->from, b->to - b->from, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (n > 0) {
      b->from += (size_t)n;
      r->moved = true;
    } else if (n < 0 && errno == EAGAIN)
      r->plain_events |= POLLOUT;
    else if (n < 0 && errno != EINTR)
      b->from = b->to;           /* nobody listens any more; what it still says is read below */
  }
  if (r->client_ended && b->from == b->to && !r->plain_shut) {
    shutdown(r->plain, SHUT_WR);
    r->plain_shut = true;
  }
}

static void read_plain(struct relay *r) {
  if (r->plain_ended || r->down.from < r->down.to)
    return;
  if (!r->plain_ready) {
    r->plain_events |= POLLIN;
    return;
  }
  ssize_t n = recv(r->plain, r->down.s, PIECE, MSG_DONTWAIT);
  r->plain_ready = n == PIECE;
  if (n > 0) {
    fill(&r->down, (size_t)n);
    r->moved = true;
  } else if (n < 0 && (errno == EAGAIN || errno == EINTR))
    r->plain_events |= POLLIN;
  else
    r->plain_ended = true;
}

static void write_client(struct relay *r) {
  struct buffer *b = &r->down;
  if (b->from == b->to)
    return;
  ERR_clear_error();
  int n = SSL_write(r->ssl, b->s + b->from, (int)(b->to - b->from));
  if (n > 0) {
    b->from += (size_t)n;
    r->moved = true;
  } else if (!wants(r, n))
    r->broken = true;
}

static bool is_over(const struct relay *r) { return r->broken || (r->plain_ended && r->down.from == r->down.to); }

/* False: the client has taken nothing for too long. */
static bool wait_for_more(struct relay *r) {
  struct pollfd p[2] = {{.fd = r->wire_events ? r->wire->fd : -1, .events = r->wire_events}, {.fd = r->plain_events ? r->plain : -1, .events = r->plain_events}};
  int64_t left = -1;
  if (r->down.from < r->down.to) {
    if (!r->stalled_at)
      r->stalled_at = clock_ms();
    left = r->stalled_at + (r->plain_ended ? LAST_WORD_MS : STALLED_MS) - clock_ms();
    if (left <= 0)
      return false;
  }
  int n = poll(p, 2, (int)left);
  if (n > 0) {
    r->wire_ready |= p[0].revents & ~POLLOUT;
    r->plain_ready |= p[1].revents & ~POLLOUT;
  }
  return n >= 0 || errno == EINTR;
}

static void relay_all(struct relay *r) {
  while (!is_over(r)) {
    r->wire_events = r->plain_events = 0;
    r->moved = false;
    read_client(r);
    write_plain(r);
    read_plain(r);
    write_client(r);
    if (r->moved)
      r->stalled_at = 0;
    else if (!is_over(r) && !wait_for_more(r))
      break;
  }
}

/* The kernel resets a connection that is closed with input unread, and the reset can overtake our last words: what the
 * client still sends is awaited for a moment. */
static void linger(struct relay *r) {
  char waste[4096];
  size_t seen = 0;
  int64_t end = clock_ms() + LINGER_MS;
  shutdown(r->wire->fd, SHUT_WR);
  while (!r->wire->closed && seen < LINGER_MAX) {
    struct pollfd p = {.fd = r->wire->fd, .events = POLLIN};
    int64_t left = end - clock_ms();
    if (left <= 0 || poll(&p, 1, (int)left) <= 0)
      return;
    ssize_t n = recv(r->wire->fd, waste, sizeof waste, MSG_DONTWAIT);
    if (n <= 0)
      return;
    seen += (size_t)n;
  }
}

static void say_goodbye(struct relay *r) {
  int64_t end = clock_ms() + LAST_WORD_MS;
  ERR_clear_error();
  for (int n; (n = SSL_shutdown(r->ssl)) < 0 && SSL_get_error(r->ssl, n) == SSL_ERROR_WANT_WRITE;) {
    struct pollfd p = {.fd = r->wire->fd, .events = POLLOUT};
    int64_t left = end - clock_ms();
    if (left <= 0 || poll(&p, 1, (int)left) <= 0)
      return;
  }
  if (!r->client_ended)
    linger(r);
}

size_t tls_relay(SSL *ssl, struct tls_wire *wire, int plain, bool *left) {
  static struct relay r;
  memset(&r, 0, offsetof(struct relay, up));
  r.up.from = r.up.to = r.up.most = r.down.from = r.down.to = r.down.most = 0;
  r.ssl = ssl;
  r.wire = wire;
  r.plain = plain;
  r.wire_ready = SSL_has_pending(ssl);
  relay_all(&r);
  *left = r.client_ended;
  close(plain);
  if (!r.broken)
    say_goodbye(&r);
  explicit_bzero(r.up.s, r.up.most);
  explicit_bzero(r.down.s, r.down.most);
  return r.received;
}
