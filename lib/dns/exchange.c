#include "dns/exchange.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

#include "net/net.h"
#include "sys/clock.h"
#include "sys/fd.h"
#include "sys/random.h"

enum { PACKET_MAX = 65535, PORT_TRIES = 10, FIRST_PORT = 1024 };

/* A port nobody can guess: an answer must find it (RFC 5452 4.5).  Where none of a few is free the kernel chooses. */
static void bind_random(int fd, bool v6) {
  static const struct ip any4, any6 = {.v6 = true};
  struct net_address a;
  for (int i = 0; i < PORT_TRIES; i++) {
    net_address(&a, v6 ? &any6 : &any4, (uint16_t)(FIRST_PORT + random_below(65536 - FIRST_PORT)));
    if (!bind(fd, (struct sockaddr *)&a.sa, a.length))
      return;
  }
}

/* Connected, so that the kernel takes this server's packets only and tells when its port is closed. */
static int udp_socket(const struct dns_server *s) {
  struct net_address to;
  net_address(&to, &s->ip, s->port);
  int fd = socket(to.sa.ss_family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0)
    return -1;
  bind_random(fd, s->ip.v6);
  if (!connect(fd, (struct sockaddr *)&to.sa, to.length))
    return fd;
  int saved = errno;
  close(fd);
  errno = saved;
  return -1;
}

/* What does not answer the question is forged or late: it is passed over until the time is up. */
static int wait_answer(int fd, struct bytes question, stralloc *answer, int64_t end) {
  for (;;) {
    int64_t left = end - clock_ms();
    if (!fd_wait(fd, POLLIN, left > 0 ? (int)left : 0))
      return -1;
    ssize_t n = recv(fd, answer->s, PACKET_MAX, 0);
    if (n < 0 && errno != EINTR && errno != EAGAIN)
      return -1;
    if (n <= 0)
      continue;
    answer->len = (size_t)n;
    if (dnsmsg_answers(bytes_sa(answer), question))
      return 0;
    answer->len = 0;
  }
}

static int close_with(int fd, int result) {
  int saved = errno;
  close(fd);
  errno = saved;
  return result;
}

int dns_exchange_udp(const struct dns_server *s, struct bytes question, stralloc *answer, int timeout_ms) {
  int64_t end = clock_ms() + timeout_ms;
  int fd = udp_socket(s);
  answer->len = 0;
  if (fd < 0)
    return -1;
  sa_need(answer, PACKET_MAX);
  if (send(fd, question.s, question.n, MSG_NOSIGNAL) < 0)
    return close_with(fd, -1);
  return close_with(fd, wait_answer(fd, question, answer, end));
}

static int read_exactly(int fd, char *to, size_t n, int64_t end) {
  while (n) {
    int64_t left = end - clock_ms();
    if (!fd_wait(fd, POLLIN, left > 0 ? (int)left : 0))
      return -1;
    ssize_t k = recv(fd, to, n, MSG_DONTWAIT);
    if (k == 0)
      errno = ECONNRESET;
    if (k == 0 || (k < 0 && errno != EINTR && errno != EAGAIN))
      return -1;
    if (k > 0) {
      to += k;
      n -= (size_t)k;
    }
  }
  return 0;
}

static int ask_tcp(int fd, struct bytes question, stralloc *answer, int64_t end) {
  char framed[2 + 512], length[2] = {(char)(question.n >> 8), (char)question.n};
  if (question.n > sizeof framed - 2) {
    errno = EMSGSIZE;
    return -1;
  }
  memcpy(framed, length, 2);
  memcpy(framed + 2, question.s, question.n);
  if (send(fd, framed, question.n + 2, MSG_NOSIGNAL) != (ssize_t)(question.n + 2) || read_exactly(fd, length, 2, end))
    return -1;
  size_t n = (size_t)(unsigned char)length[0] << 8 | (unsigned char)length[1];
  sa_need(answer, n + 1);
  if (read_exactly(fd, answer->s, n, end))
    return -1;
  answer->len = n;
  if (dnsmsg_answers(bytes_sa(answer), question))
    return 0;
  errno = EBADMSG;
  return -1;
}

int dns_exchange_tcp(const struct dns_server *s, struct bytes question, stralloc *answer, int timeout_ms) {
  int64_t end = clock_ms() + timeout_ms;
  answer->len = 0;
  int fd = net_connect(&s->ip, s->port, NULL, timeout_ms);
  return fd < 0 ? -1 : close_with(fd, ask_tcp(fd, question, answer, end));
}
