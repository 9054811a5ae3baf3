#include "auth/spares.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sys/fd.h"
#include "sys/report.h"

enum { LOOK_MS = 1000 };   /* also how often a failed fork is tried again */

struct spares {
  const struct spares_plan *plan;
  int sock;
  int taken[2];              /* a pipe: each process that takes its only job writes its pid */
  pid_t waiting[SPARES_WAITING_MAX];   /* 0: none */
  unsigned alive;
};

/* The shared socket and the pipe are closed before a byte of the client's is read: a process that is broken into cannot
 * take another user's conversation. */
static int leave(struct spares *s) {
  pid_t self = getpid();
  int result = write(s->taken[1], &self, sizeof self) < 0 ? -1 : 0;
  close(s->taken[1]);
  close(s->sock);
  return result;
}

static int do_jobs(struct spares *s) {
  static char datagram[LOGIN_MAX];
  for (unsigned done = 1;; done++) {
    struct spares_job job;
    size_t count = SPARES_FDS;
    ssize_t n = fd_recv(s->sock, datagram, sizeof datagram, job.fd, &count);
    if (n <= 0)
      return EXIT_STOP;
    if (s->plan->jobs == 1 && leave(s))
      return EXIT_TEMPORARY;
    if (count != s->plan->fds || !login_read(&job.m, bytes_of(datagram, (size_t)n)))
      return EXIT_PERMANENT;
    int code = s->plan->talk(&job);
    explicit_bzero(datagram, (size_t)n);
    if (code || done == s->plan->jobs)
      return code ? code : EXIT_STOP;
  }
}

static pid_t fork_one(struct spares *s, const sigset_t *signals) {
  pid_t pid = fork();
  if (pid < 0) {
    report_errno(SY104E_system_call_failed, "action=fork");
    return 0;
  }
  if (!pid) {
    sigprocmask(SIG_SETMASK, signals, NULL);
    close(s->taken[0]);
    _exit(do_jobs(s));
  }
  s->alive++;
  return pid;
}

static bool forget(struct spares *s, pid_t pid) {
  for (size_t i = 0; i < s->plan->waiting; i++)
    if (s->waiting[i] == pid) {
      s->waiting[i] = 0;
      return true;
    }
  return false;
}

/* True: one that waited ended without being asked to, which should not happen: the next fork can wait. */
static bool collect(struct spares *s) {
  pid_t pid;
  int status;
  bool lost = false;
  while (read(s->taken[0], &pid, sizeof pid) == sizeof pid)
    forget(s, pid);
  while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
    s->alive--;
    bool asked = WIFEXITED(status) && WEXITSTATUS(status) == EXIT_STOP;
    lost = (forget(s, pid) && !asked) || lost;
  }
  return lost;
}

static void on_child(int signal_number) { (void)signal_number; }

static void prepare_signals(sigset_t *before) {
  sigset_t child;
  struct sigaction action = {.sa_handler = on_child};
  sigaction(SIGCHLD, &action, NULL);
  sigemptyset(&child);
  sigaddset(&child, SIGCHLD);
  sigprocmask(SIG_BLOCK, &child, before);
}

void auth_spares(int sock, const struct spares_plan *plan) {
  struct spares s = {.sock = sock, .plan = plan};
  sigset_t signals;
  if (pipe2(s.taken, O_CLOEXEC | O_NONBLOCK))
    die_errno(EXIT_TEMPORARY, SY104E_system_call_failed, "action=pipe");
  prepare_signals(&signals);
  for (;;) {
    struct pollfd p[2] = {{.fd = sock}, {.fd = s.taken[0], .events = POLLIN}};
    for (size_t i = 0; i < plan->waiting; i++)
      if (!s.waiting[i] && s.alive < SPARES_MAX)
        s.waiting[i] = fork_one(&s, &signals);
    ppoll(p, 2, &(struct timespec){.tv_sec = LOOK_MS / 1000}, &signals);
    if (p[0].revents & (POLLHUP | POLLERR))
      return;
    if (collect(&s))
      poll(NULL, 0, LOOK_MS);
  }
}
