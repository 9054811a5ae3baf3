#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "io/serve_pool.h"
#include "pool/pool.h"
#include "sys/report.h"

enum { STEADY_MS = 10000, PAUSE_MAX = 60 };

static noreturn void become_program(const struct pool_options *o, int control) {
  char number[12];
  int null = open("/dev/null", O_RDWR);
  snprintf(number, sizeof number, "%d", control);
  if (null < 0 || dup2(null, 0) < 0 || dup2(null, 1) < 0 || fcntl(control, F_SETFD, 0) || setenv(SERVE_POOL_VARIABLE, number, 1))
    die_errno(EXIT_TEMPORARY, SY104E_system_call_failed, "action=descriptors");
  if (null > 2)
    close(null);
  execvp(o->program[0], o->program);
  die_errno(EXIT_TEMPORARY, TP105E_program_not_run, "path=%s", o->program[0]);
}

static void put_off(struct pool_template *t, int64_t now) {
  t->pause = t->pause ? t->pause * 2 : 1;
  if (t->pause > PAUSE_MAX)
    t->pause = PAUSE_MAX;
  t->retry = now + t->pause * 1000;
}

/* It holds no conversation, so nothing is lost with it; the workers go on. */
static int take_leave(struct pool_template *t) {
  int status = 0;
  close(t->control);
  t->control = -1;
  if (t->pid > 0) {
    kill(t->pid, SIGKILL);
    while (waitpid(t->pid, &status, 0) < 0 && errno == EINTR)
      ;
  }
  t->pid = 0;
  return status;
}

void pool_template_leave(struct pool_template *t) { take_leave(t); }

void pool_template_start(struct pool_template *t, const struct pool_options *o, int64_t now) {
  int pair[2];
  t->started = now;
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair)) {
    report_errno(SY104E_system_call_failed, "action=socketpair");
    put_off(t, now);
    return;
  }
  t->pid = fork();
  if (!t->pid)
    become_program(o, pair[1]);
  close(pair[1]);
  t->control = pair[0];
  fcntl(t->control, F_SETFL, O_NONBLOCK);
  if (t->pid < 0) {
    report_errno(SY104E_system_call_failed, "action=fork");
    pool_template_leave(t);
    put_off(t, now);
  }
}

/* Ended though nobody asked: at once again if it had been steady, else after a growing pause, so that a program that
 * cannot start is no loop. */
void pool_template_ended(struct pool_template *t, const struct pool_options *o, int64_t now) {
  int status = take_leave(t);
  if (now - t->started >= STEADY_MS)
    t->pause = 0;
  else
    put_off(t, now);
  if (WIFSIGNALED(status))
    report(TP203E_program_ended, "path=%s signal=%d again_in=%u", o->program[0], WTERMSIG(status), t->pause);
  else
    report(TP203E_program_ended, "path=%s exit=%d again_in=%u", o->program[0], WEXITSTATUS(status), t->pause);
}
