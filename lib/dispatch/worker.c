/* The workers: forked by their templates when needed, kept for the next job, ended when idle for long, killed when they
 * hang. */
#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "dispatch/dispatch.h"
#include "sys/clock.h"
#include "sys/fd.h"
#include "sys/report.h"

/* Beyond these a worker hangs: the programs have shorter deadlines of their own for everything. */
static const int64_t patience_ms[JOB_CLASSES] = {15 * 60000, 3 * 3600000, 15 * 60000};
enum { IDLE_MS = 60000, TEMPLATE_S = 5 };

void worker_launch(struct dispatch *d, char **argv) {
  static const struct launch programs[JOB_CLASSES] = {{.program = "local-deliver", .role = ROLE_MAIL}, {.program = "remote-send", .role = ROLE_REMOTE}, {.program = "bounce-make", .role = ROLE_QUEUE}};
  const struct timeval patience = {.tv_sec = TEMPLATE_S};
  for (int i = 0; i < JOB_CLASSES; i++)
    d->program[i] = programs[i];
  launch(ROLE_QUEUE, d->program, JOB_CLASSES, argv);
  for (int i = 0; i < JOB_CLASSES; i++)
    setsockopt(d->program[i].fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
}

static unsigned number_of(const struct dispatch *d, const struct worker *w) { return (unsigned)(w - d->worker); }

/* The socket is good before the worker behind it exists: what is sent waits for the fork. */
static struct worker *start(struct dispatch *d, struct worker *w, enum job_class class) {
  int pair[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair)) {
    report_errno(SY104E_system_call_failed, "action=socketpair");
    return NULL;
  }
  *w = (struct worker){.there = true, .sock = pair[0], .class = class, .since = clock_ms()};
  int failed = template_fork(d->program[class].fd, number_of(d, w), pair[1]);
  if (failed)
    report_errno(QU208E_worker_not_started, "worker=%s", d->program[class].program);
  close(pair[1]);
  if (!failed)
    return w;
  close(pair[0]);
  w->there = false;
  return NULL;
}

struct worker *worker_get(struct dispatch *d, enum job_class class, const char *destination) {
  struct worker *idle = NULL, *vacant = NULL;
  unsigned count = 0;
  for (struct worker *w = d->worker; w < d->worker + WORKERS_MAX; w++) {
    if (!w->there) {
      vacant = vacant ? vacant : w;
      continue;
    }
    count += w->class == class;
    if (w->class != class || !worker_is_idle(w))
      continue;
    idle = w;
    if (!strcmp(w->last, destination))
      return w;
  }
  /* A remote worker may hold a connection to elsewhere: a new one is better while there is room. */
  if (idle && (class != JOB_REMOTE || !vacant || count >= d->schedule.limits.class_max[class]))
    return idle;
  return vacant ? start(d, vacant, class) : NULL;
}

static void end(struct worker *w) {
  close(w->sock);   /* it sees the end of its jobs and exits */
  *w = (struct worker){0};
}

void worker_read(struct dispatch *d, struct worker *w) {
  static char answer[SPOOL_ANSWER_MAX];
  size_t none = 0;
  ssize_t n = fd_recv(w->sock, answer, sizeof answer, NULL, &none);
  if (n > 0 && !worker_is_idle(w)) {
    if (w->notice)
      notices_answered(d, w, bytes_of(answer, (size_t)n));
    else
      job_answered(d, w, bytes_of(answer, (size_t)n));
    w->entry = NULL;
    w->since = clock_ms();
    return;
  }
  if (w->notice)
    notices_lost(d, w);
  else if (w->entry)
    job_lost(d, w);
  end(w);
}

void worker_template(struct dispatch *d, enum job_class class) {
  pid_t pid;
  int number;
  if (!template_read(d->program[class].fd, &pid, &number))
    die(EXIT_TEMPORARY, SY108E_template_ended, "program=%s", d->program[class].program);
  if (pid)
    report(SY109E_worker_crashed, "worker=%s worker_pid=%d signal=%d", d->program[class].program, (int)pid, number);
}

static void check_one(struct dispatch *d, struct worker *w, int64_t now) {
  if (worker_is_idle(w) && now - w->since > IDLE_MS)
    end(w);
  else if (!worker_is_idle(w) && now - w->since > patience_ms[w->class]) {
    report(QU209E_worker_hangs, "worker=%s qid=%s", d->program[w->class].program, w->job.id);
    template_kill(d->program[w->class].fd, number_of(d, w));   /* its socket's end is read next, and its job is taken back */
    w->since = now;
  }
}

void worker_check(struct dispatch *d) {
  int64_t now = clock_ms();
  for (struct worker *w = d->worker; w < d->worker + WORKERS_MAX; w++)
    if (w->there)
      check_one(d, w, now);
}

void worker_end_all(struct dispatch *d) {
  for (struct worker *w = d->worker; w < d->worker + WORKERS_MAX; w++)
    if (w->there)
      end(w);
}
