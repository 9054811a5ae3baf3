#include "auth/sessions.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/sa.h"
#include "sys/clock.h"
#include "sys/fd.h"

enum { LOOK_MS = 1000 };

static bool is_empty(const struct session *p) { return !p->user.len; }

/* Its process ends when it finds that nobody is left at the other end. */
static void dismiss(struct session *p) {
  close(p->fd);
  stralloc_free(&p->user);
  stralloc_free(&p->box);
  *p = (struct session){0};
}

static void enter(struct session *p, bool idle) {
  p->idle = idle;
  p->since = clock_ms();
}

static struct session *find(struct sessions *s, const struct login_message *m) {
  for (size_t i = 0; i < SESSIONS_MAX; i++) {
    struct session *p = &s->known[i];
    if (!is_empty(p) && p->idle && bytes_eq(bytes_sa(&p->user), m->user) && bytes_eq(bytes_sa(&p->box), m->word))
      return p;
  }
  return NULL;
}

/* Who gives way: idle ones before busy ones, the oldest first. */
static bool goes_before(const struct session *a, const struct session *b) {
  return a->idle != b->idle ? a->idle : a->since < b->since;
}

static struct session *place(struct sessions *s) {
  struct session *worst = &s->known[0];
  for (size_t i = 0; i < SESSIONS_MAX; i++) {
    if (is_empty(&s->known[i]))
      return &s->known[i];
    if (goes_before(&s->known[i], worst))
      worst = &s->known[i];
  }
  dismiss(worst);
  return worst;
}

static bool hand_again(struct sessions *s, const struct login_message *m, const stralloc *datagram, const int fd[3]) {
  for (struct session *p; (p = find(s, m));) {
    if (!fd_send(p->fd, datagram->s, datagram->len, fd, 3)) {
      enter(p, false);
      return true;
    }
    dismiss(p);              /* it has died */
  }
  return false;
}

static int hand_fresh(struct sessions *s, const struct login_message *m, const stralloc *datagram, const int fd[3]) {
  int pair[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair))
    return -1;
  int result = fd_send(s->fresh, datagram->s, datagram->len, (int[]){fd[0], fd[1], fd[2], pair[1]}, 4), error = errno;
  close(pair[1]);
  if (result)
    close(pair[0]);
  else {
    struct session *p = place(s);
    p->fd = pair[0];
    sa_copyb(&p->user, m->user.s, m->user.n);
    sa_copyb(&p->box, m->word.s, m->word.n);
    enter(p, false);
  }
  errno = error;
  return result;
}

int sessions_hand(struct sessions *s, const struct login_message *m, const int fd[3]) {
  stralloc datagram = {0};
  login_write(&datagram, m);
  int result = hand_again(s, m, &datagram, fd) ? 0 : hand_fresh(s, m, &datagram, fd);
  stralloc_free(&datagram);
  return result;
}

void sessions_watch(const struct sessions *s, struct pollfd *p) {
  for (size_t i = 0; i < SESSIONS_MAX; i++)
    p[i] = (struct pollfd){.fd = is_empty(&s->known[i]) ? -1 : s->known[i].fd, .events = POLLIN};
}

void sessions_event(struct sessions *s, size_t i) {
  struct session *p = &s->known[i];
  char word;
  if (is_empty(p))
    return;
  ssize_t n = recv(p->fd, &word, 1, MSG_DONTWAIT);
  if (n == 1 && !p->idle)
    enter(p, true);
  else if (n >= 0 || (errno != EAGAIN && errno != EINTR))
    dismiss(p);
}

int64_t sessions_tick(struct sessions *s, int64_t now, int64_t far) {
  int64_t next = far;
  for (size_t i = 0; i < SESSIONS_MAX; i++) {
    struct session *p = &s->known[i];
    int64_t end = p->since + SESSIONS_IDLE_MS;
    if (is_empty(p) || !p->idle)
      continue;
    if (end <= now)
      dismiss(p);
    else if (end < next)
      next = end;
  }
  return next;
}

/* --- the process's side --- */

bool sessions_next(int again, bool (*may_wait)(void), struct login_message *m, int fd[3]) {
  static char datagram[LOGIN_MAX];
  size_t count = 3;
  if (!may_wait() || fd_send(again, "d", 1, NULL, 0))
    return false;
  while (!fd_wait(again, POLLIN, LOOK_MS))
    if (!may_wait())
      return false;
  ssize_t n = fd_recv(again, datagram, sizeof datagram, fd, &count);
  return n > 0 && count == 3 && login_read(m, bytes_of(datagram, (size_t)n));
}
