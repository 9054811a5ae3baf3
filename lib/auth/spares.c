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
  int sock;
  int taken[2];              /* a pipe: each process that takes a job writes its pid */
  pid_t waiting[SPARES_WAITING];   /* 0: none */
  unsigned alive;
};

/* Says that it takes the conversation over; -1 where who asked has given up. */
static int take_over(const struct spares_job *job) {
  const char *id = message_of(AU001I_login)->id;
  return send(job->channel, id, 6, MSG_NOSIGNAL) == 6 ? 0 : -1;
}

/* The shared socket and the pipe are closed before a byte of the client's is read: a process that is broken into cannot
 * take another user's conversation. */
static int hold_one(struct spares *s, int (*talk)(const struct spares_job *job)) {
  static char datagram[LOGIN_MAX];
  int fds[3];
  size_t count = 3;
  struct spares_job job;
  pid_t self = getpid();
  ssize_t n = fd_recv(s->sock, datagram, sizeof datagram, fds, &count);
  if (n <= 0)
    return EXIT_DONE;
  if (write(s->taken[1], &self, sizeof self) < 0)
    return EXIT_TEMPORARY;
  close(s->taken[1]);
  close(s->sock);
  if (count != 3 || !login_read(&job.m, bytes_of(datagram, (size_t)n)))
    return EXIT_PERMANENT;
  job.in = fds[0];
  job.out = fds[1];
  job.channel = fds[2];
  return take_over(&job) ? EXIT_DONE : talk(&job);
}

static pid_t fork_one(struct spares *s, int (*talk)(const struct spares_job *job), const sigset_t *signals) {
  pid_t pid = fork();
  if (pid < 0) {
    report_errno(AU209E_no_session, "action=fork");
    return 0;
  }
  if (!pid) {
    sigprocmask(SIG_SETMASK, signals, NULL);
    close(s->taken[0]);
    _exit(hold_one(s, talk));
  }
  s->alive++;
  return pid;
}

static bool forget(struct spares *s, pid_t pid) {
  for (size_t i = 0; i < SPARES_WAITING; i++)
    if (s->waiting[i] == pid) {
      s->waiting[i] = 0;
      return true;
    }
  return false;
}

/* True: one ended before it had taken anything, which should not happen: the next fork can wait. */
static bool collect(struct spares *s) {
  pid_t pid;
  bool lost = false;
  while (read(s->taken[0], &pid, sizeof pid) == sizeof pid)
    forget(s, pid);
  while ((pid = waitpid(-1, NULL, WNOHANG)) > 0) {
    s->alive--;
    lost = forget(s, pid) || lost;
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

void auth_spares(int sock, int (*talk)(const struct spares_job *job)) {
  struct spares s = {.sock = sock};
  sigset_t signals;
  if (pipe2(s.taken, O_CLOEXEC | O_NONBLOCK))
    die_errno(EXIT_TEMPORARY, SY104E_system_call_failed, "action=pipe");
  prepare_signals(&signals);
  for (;;) {
    struct pollfd p[2] = {{.fd = sock}, {.fd = s.taken[0], .events = POLLIN}};
    for (size_t i = 0; i < SPARES_WAITING; i++)
      if (!s.waiting[i] && s.alive < SPARES_MAX)
        s.waiting[i] = fork_one(&s, talk, &signals);
    ppoll(p, 2, &(struct timespec){.tv_sec = LOOK_MS / 1000}, &signals);
    if (p[0].revents & (POLLHUP | POLLERR))
      return;
    if (collect(&s))
      poll(NULL, 0, LOOK_MS);
  }
}
