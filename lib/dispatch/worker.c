/* The workers: started when needed, kept for the next job, ended when idle for long, killed when they hang. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "dispatch/dispatch.h"
#include "sys/clock.h"
#include "sys/fd.h"
#include "sys/report.h"

static const char *const program[JOB_CLASSES] = {"local-deliver", "remote-send", "bounce-make"};
/* Beyond these a worker hangs: the programs have shorter deadlines of their own for everything. */
static const int64_t patience_ms[JOB_CLASSES] = {15 * 60000, 3 * 3600000, 15 * 60000};
enum { IDLE_MS = 60000 };

static int spawn(struct dispatch *d, struct worker *w, int child) {
  extern char **environ;
  char path[sizeof d->programs + 20], *argv[] = {(char *)(uintptr_t)program[w->class], (char[]){"--worker"}, NULL};
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  sigset_t none;
  sigemptyset(&none);
  snprintf(path, sizeof path, "%s/%s", d->programs, program[w->class]);
  posix_spawn_file_actions_init(&actions);
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
  posix_spawn_file_actions_adddup2(&actions, child, 0);
  posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
  int error = posix_spawn(&w->pid, path, &actions, &attributes, argv, environ);
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  return error;
}

static struct worker *start(struct dispatch *d, struct worker *w, enum job_class class) {
  int pair[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair)) {
    report_errno(SY104E_system_call_failed, "action=socketpair");
    return NULL;
  }
  *w = (struct worker){.sock = pair[0], .class = class, .since = clock_ms()};
  int error = spawn(d, w, pair[1]);
  close(pair[1]);
  if (!error)
    return w;
  close(pair[0]);
  w->pid = 0;
  errno = error;
  report_errno(QU208E_worker_not_started, "worker=%s/%s", d->programs, program[class]);
  return NULL;
}

struct worker *worker_get(struct dispatch *d, enum job_class class, const char *destination) {
  struct worker *idle = NULL, *vacant = NULL;
  unsigned count = 0;
  for (struct worker *w = d->worker; w < d->worker + WORKERS_MAX; w++) {
    if (!w->pid) {
      vacant = vacant ? vacant : w;
      continue;
    }
    count += w->class == class;
    if (w->class != class || w->entry)
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
  close(w->sock);   /* it sees the end of its jobs and exits; its pid is reaped by worker_check */
  *w = (struct worker){0};
}

void worker_read(struct dispatch *d, struct worker *w) {
  static char answer[65536];
  size_t none = 0;
  ssize_t n = fd_recv(w->sock, answer, sizeof answer, NULL, &none);
  if (n > 0 && w->entry) {
    job_answered(d, w, bytes_of(answer, (size_t)n));
    w->entry = NULL;
    w->since = clock_ms();
    return;
  }
  if (w->entry)
    job_lost(d, w);
  end(w);
}

static void check_one(struct worker *w, int64_t now) {
  if (!w->entry && now - w->since > IDLE_MS)
    end(w);
  else if (w->entry && now - w->since > patience_ms[w->class]) {
    report(QU209E_worker_hangs, "worker=%s pid=%d qid=%s", program[w->class], (int)w->pid, w->entry->id);
    kill(w->pid, SIGKILL);   /* its socket's end is read next, and its job is taken back */
    w->since = now;
  }
}

void worker_check(struct dispatch *d) {
  int64_t now = clock_ms();
  for (struct worker *w = d->worker; w < d->worker + WORKERS_MAX; w++)
    if (w->pid)
      check_one(w, now);
  while (waitpid(-1, NULL, WNOHANG) > 0)
    ;
}

void worker_end_all(struct dispatch *d) {
  for (struct worker *w = d->worker; w < d->worker + WORKERS_MAX; w++)
    if (w->pid)
      end(w);
}
