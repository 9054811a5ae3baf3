#include "pool/kept.h"
#include "pool/pool.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "io/serve_pool.h"
#include "sys/clock.h"
#include "sys/fd.h"
#include "sys/report.h"

enum {
  EVENTS = 64,
  ACCEPTS = 16,              /* in a row, then the workers' news are read */
  IDLE_MS = 10000,           /* a spare worker that was not needed that long is let go */
  CROWDED_MS = 5,            /* the template has as many requests as its socket holds */
  STARVED_MS = 1000,         /* the kernel has no descriptor for us */
  CRASHES = 3, CRASHES_MS = 60000,
};

enum tag { TAG_LISTENER = 0x10000000, TAG_CONTROL };

struct worker {
  int fd;                    /* -1: this place is empty */
  bool busy;
  bool outdated;             /* of a template that was replaced */
  int64_t since;             /* idle since */
  char ip[PEER_IP];          /* whom it serves, or has served */
};

struct pool {
  const struct pool_options *o;
  int listener, epoll;
  bool accepting;            /* what epoll was told about the listener */
  int64_t not_before;        /* no accept until then */
  struct pool_template template;
  struct worker *worker;     /* LIMIT places */
  unsigned *idle, idle_count;    /* places; the last one is used next, the first was not needed for longest */
  struct kept kept;              /* idle as well, each for one address only */
  unsigned *empty, empty_count;
  unsigned busy;
  int64_t crash[CRASHES];
  unsigned crashes;
  stralloc environment;      /* of the connection in hand, and where it comes from */
  char ip[PEER_IP];
};

static void watch(struct pool *p, int operation, int fd, uint32_t events, uint32_t tag) {
  struct epoll_event e = {.events = events, .data.u32 = tag};
  if (epoll_ctl(p->epoll, operation, fd, &e))
    die_errno(EXIT_TEMPORARY, SY104E_system_call_failed, "action=epoll_ctl");
}

/* --- workers --- */

static void forget_idle(struct pool *p, unsigned place) {
  for (unsigned i = 0; i < p->idle_count; i++)
    if (p->idle[i] == place) {
      memmove(p->idle + i, p->idle + i + 1, (--p->idle_count - i) * sizeof *p->idle);
      return;
    }
}

static void worker_close(struct pool *p, unsigned place) {
  struct worker *w = &p->worker[place];
  close(w->fd);    /* epoll forgets it, an idle worker ends */
  w->fd = -1;
  if (w->busy)
    p->busy--;
  else if (!kept_forget(&p->kept, place))
    forget_idle(p, place);
  p->empty[p->empty_count++] = place;
}

/* The socket is good before the worker behind it exists: what is sent waits for the fork. */
static bool worker_new(struct pool *p, int64_t now) {
  int pair[2];
  if (!p->empty_count && p->kept.count)
    worker_close(p, (unsigned)kept_oldest(&p->kept));
  if (p->template.control < 0 || !p->empty_count)
    return false;
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair)) {
    report_errno(SY104E_system_call_failed, "action=socketpair");
    p->not_before = now + STARVED_MS;
    return false;
  }
  int failed = fd_send(p->template.control, "f", 1, &pair[1], 1);
  close(pair[1]);
  if (failed) {
    close(pair[0]);
    p->not_before = now + CROWDED_MS;
    return false;
  }
  unsigned place = p->empty[--p->empty_count];
  p->worker[place] = (struct worker){.fd = pair[0], .since = now};
  p->idle[p->idle_count++] = place;
  fcntl(pair[0], F_SETFL, O_NONBLOCK);
  watch(p, EPOLL_CTL_ADD, pair[0], EPOLLIN, place);
  return true;
}

static void refill(struct pool *p, int64_t now) {
  while (p->idle_count < POOL_SPARE && p->empty_count && now >= p->not_before)
    if (!worker_new(p, now))
      return;
}

/* Spares beyond POOL_SPARE, that a rush called for and nobody needs now, and those whose client has not come again. */
static void shrink(struct pool *p, int64_t now) {
  while (kept_is_stale(&p->kept, now))
    worker_close(p, (unsigned)kept_oldest(&p->kept));
  while (p->idle_count > POOL_SPARE && now - p->worker[p->idle[0]].since >= IDLE_MS)
    worker_close(p, p->idle[0]);
}

static void keep(struct pool *p, unsigned place, int64_t now) {
  if (p->kept.count == KEPT_MAX)
    worker_close(p, (unsigned)kept_oldest(&p->kept));
  kept_add(&p->kept, place, p->worker[place].ip, now);
}

static void worker_speaks(struct pool *p, unsigned place, int64_t now) {
  struct worker *w = &p->worker[place];
  char byte;
  if (w->fd < 0)
    return;          /* closed by an earlier event of the same round */
  ssize_t n = recv(w->fd, &byte, 1, MSG_DONTWAIT);
  if (n < 0 && (errno == EAGAIN || errno == EINTR))
    return;
  if (n != 1 || !w->busy || w->outdated || (byte == SERVE_SAME && !*w->ip)) {
    worker_close(p, place);
    return;
  }
  w->busy = false;
  w->since = now;
  p->busy--;
  if (byte == SERVE_SAME)
    keep(p, place, now);
  else
    p->idle[p->idle_count++] = place;
}

/* --- the template --- */

static void start_template(struct pool *p, int64_t now) {
  pool_template_start(&p->template, p->o, now);
  if (p->template.control >= 0)
    watch(p, EPOLL_CTL_ADD, p->template.control, EPOLLIN, TAG_CONTROL);
}

/* Each exec has a fresh address layout: who tries addresses by crashing workers begins again each time. */
static void replace_template(struct pool *p, int64_t now) {
  report(TP202E_crashes_repeated, "path=%s count=%d", p->o->program[0], CRASHES);
  p->crashes = 0;
  pool_template_leave(&p->template);
  while (p->idle_count)
    worker_close(p, p->idle[0]);
  while (p->kept.count)
    worker_close(p, (unsigned)kept_oldest(&p->kept));
  for (unsigned i = 0; i < p->o->limit; i++)
    p->worker[i].outdated = true;
  start_template(p, now);
}

static void worker_was_killed(struct pool *p, const char *pid, int number, int64_t now) {
  if (number == SIGKILL || number == SIGTERM) {
    report(TP204W_worker_killed, "path=%s pid=%s signal=%d", p->o->program[0], pid, number);
    return;
  }
  report(TP201E_worker_crashed, "path=%s pid=%s signal=%d", p->o->program[0], pid, number);
  memmove(p->crash, p->crash + 1, sizeof p->crash - sizeof *p->crash);
  p->crash[CRASHES - 1] = now;
  if (++p->crashes >= CRASHES && now - p->crash[0] < CRASHES_MS)
    replace_template(p, now);
}

static void template_speaks(struct pool *p, int64_t now) {
  char line[64], pid[24];
  int number;
  ssize_t n = recv(p->template.control, line, sizeof line - 1, MSG_DONTWAIT);
  if (n < 0 && (errno == EAGAIN || errno == EINTR))
    return;
  if (n <= 0) {
    pool_template_ended(&p->template, p->o, now);
    return;
  }
  line[n] = 0;
  if (sscanf(line, "%20s %d", pid, &number) == 2)
    worker_was_killed(p, pid, number, now);
}

/* --- connections --- */

/* The place of the worker whose turn it is, -1: none. */
static int pick(const struct pool *p) {
  int place = *p->ip ? kept_find(&p->kept, p->ip) : -1;
  return place >= 0 ? place : p->idle_count ? (int)p->idle[p->idle_count - 1] : -1;
}

static bool hand_over(struct pool *p, int fd) {
  for (int place; (place = pick(p)) >= 0;) {
    struct worker *w = &p->worker[place];
    if (fd_send(w->fd, p->environment.s, p->environment.len, &fd, 1)) {
      worker_close(p, (unsigned)place);      /* killed while idle: the next one takes it */
      continue;
    }
    if (!kept_forget(&p->kept, (unsigned)place))
      p->idle_count--;
    memcpy(w->ip, p->ip, sizeof w->ip);
    w->busy = true;
    p->busy++;
    return true;
  }
  return false;
}

static bool accept_one(struct pool *p, int64_t now) {
  struct sockaddr_storage from = {0};
  socklen_t n = sizeof from;
  int fd = accept4(p->listener, (struct sockaddr *)&from, &n, SOCK_CLOEXEC);
  if (fd < 0) {
    if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
      report_errno(SY104E_system_call_failed, "action=accept");
      p->not_before = now + STARVED_MS;
    }
    return errno == EINTR || errno == ECONNABORTED;
  }
  if (p->o->banner)
    send(fd, p->o->banner, strlen(p->o->banner), MSG_DONTWAIT | MSG_NOSIGNAL);
  if (pool_environment(&p->environment, p->ip, p->o, fd, &from) && !hand_over(p, fd) && worker_new(p, now))
    hand_over(p, fd);
  close(fd);
  return true;
}

static bool may_accept(const struct pool *p, int64_t now) {
  return p->busy < p->o->limit && now >= p->not_before && (p->idle_count || p->template.control >= 0);
}

static void accept_some(struct pool *p, int64_t now) {
  for (int i = 0; i < ACCEPTS && may_accept(p, now); i++)
    if ((!p->idle_count && !worker_new(p, now)) || !accept_one(p, now))
      return;
}

/* --- the loop --- */

static void handle(struct pool *p, uint32_t tag, int64_t now) {
  if (tag == TAG_LISTENER)
    accept_some(p, now);
  else if (tag != TAG_CONTROL)
    worker_speaks(p, tag, now);
  else if (p->template.control >= 0)
    template_speaks(p, now);
}

static void tidy(struct pool *p, int64_t now) {
  if (p->template.control < 0 && now >= p->template.retry)
    start_template(p, now);
  refill(p, now);
  shrink(p, now);
  bool want = may_accept(p, now);
  if (want != p->accepting)
    watch(p, EPOLL_CTL_MOD, p->listener, want ? EPOLLIN : 0, TAG_LISTENER);
  p->accepting = want;
}

static int patience(const struct pool *p, int64_t now) {
  int64_t until = INT64_MAX;
  if (p->not_before > now)
    until = p->not_before;
  if (p->template.control < 0 && p->template.retry < until)
    until = p->template.retry;
  if ((p->idle_count > POOL_SPARE || p->kept.count) && now + 1000 < until)
    until = now + 1000;
  return until == INT64_MAX ? -1 : until < now ? 0 : (int)(until - now);
}

static noreturn void loop(struct pool *p) {
  struct epoll_event e[EVENTS];
  for (;;) {
    int64_t now = clock_ms();
    tidy(p, now);
    int n = epoll_wait(p->epoll, e, EVENTS, patience(p, now));
    now = clock_ms();
    for (int i = 0; i < n; i++)
      handle(p, e[i].data.u32, now);
  }
}

static void allow_descriptors(unsigned n) {
  struct rlimit r;
  if (getrlimit(RLIMIT_NOFILE, &r) || r.rlim_cur >= n)
    return;
  r.rlim_cur = r.rlim_max < n ? r.rlim_max : n;
  setrlimit(RLIMIT_NOFILE, &r);
}

noreturn void pool_run(const struct pool_options *o, int listener) {
  struct pool p = {.o = o, .listener = listener, .template = {.control = -1}};
  p.worker = calloc(o->limit, sizeof *p.worker);
  p.idle = calloc(o->limit, sizeof *p.idle);
  p.empty = calloc(o->limit, sizeof *p.empty);
  if (!p.worker || !p.idle || !p.empty)
    out_of_memory();
  for (unsigned i = o->limit; i--; p.worker[i].fd = -1)
    p.empty[p.empty_count++] = i;
  allow_descriptors(o->limit + 32);
  p.epoll = epoll_create1(EPOLL_CLOEXEC);
  if (p.epoll < 0)
    die_errno(EXIT_TEMPORARY, SY104E_system_call_failed, "action=epoll_create1");
  watch(&p, EPOLL_CTL_ADD, listener, 0, TAG_LISTENER);
  loop(&p);
}
