#include "sys/template.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "sys/fd.h"
#include "sys/report.h"

enum { LINE_MAX_ = 48, NO_NUMBER = TEMPLATE_NUMBERS };

struct template {
  int control;
  pid_t pid[TEMPLATE_NUMBERS + 1];     /* of a number's worker, 0: none; the last place is of those without a number */
  sigset_t before;
};

static void wake(int number) { (void)number; }

static void forget(struct template *t, pid_t pid) {
  for (unsigned i = 0; i < TEMPLATE_NUMBERS; i++)
    if (t->pid[i] == pid)
      t->pid[i] = 0;
}

static void bury(struct template *t) {
  int status;
  pid_t pid;
  while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
    char line[LINE_MAX_];
    forget(t, pid);
    if (WIFSIGNALED(status))
      fd_send(t->control, line, (size_t)snprintf(line, sizeof line, "%ld %d", (long)pid, WTERMSIG(status)), NULL, 0);
  }
}

/* A fork that fails for want of processes or memory is tried again: what is already on its way to the worker waits. */
static pid_t fork_patiently(struct template *t) {
  pid_t pid;
  bool said = false;
  while ((pid = fork()) < 0) {
    if (!said)
      report_errno(SY104E_system_call_failed, "action=fork");
    said = true;
    nanosleep(&(struct timespec){.tv_nsec = 200000000}, NULL);
    bury(t);
  }
  return pid;
}

static unsigned number_in(const char *line) {
  unsigned number;
  return sscanf(line + 1, "%u", &number) == 1 && number < TEMPLATE_NUMBERS ? number : NO_NUMBER;
}

/* True in the worker. */
static bool obey(struct template *t, const char *line, int fd) {
  unsigned number = number_in(line);
  if (line[0] == 'k' && number < TEMPLATE_NUMBERS && t->pid[number])
    kill(t->pid[number], SIGKILL);
  if (line[0] == 'f' && fd >= 0) {
    pid_t pid = fork_patiently(t);
    if (!pid)
      return true;
    t->pid[number] = pid;
  }
  if (fd >= 0)
    close(fd);
  return false;
}

static int live(struct template *t) {
  for (;;) {
    struct pollfd p = {.fd = t->control, .events = POLLIN};
    int ready = ppoll(&p, 1, NULL, &t->before);
    bury(t);
    if (ready <= 0)
      continue;
    int fd = -1;
    size_t count = 1;
    char line[LINE_MAX_];
    ssize_t n = fd_recv(t->control, line, sizeof line - 1, &fd, &count);
    if (n <= 0)
      return -1;
    line[n] = 0;
    if (obey(t, line, count ? fd : -1))
      return fd;
  }
}

int template_wait(int control) {
  static struct template t;
  sigset_t blocked;
  t.control = control;
  fcntl(control, F_SETFD, FD_CLOEXEC);
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGCHLD);
  sigprocmask(SIG_BLOCK, &blocked, &t.before);
  sigaction(SIGCHLD, &(struct sigaction){.sa_handler = wake}, NULL);
  int fd = live(&t);
  if (fd < 0)
    return -1;
  close(control);
  signal(SIGCHLD, SIG_DFL);
  sigprocmask(SIG_SETMASK, &t.before, NULL);
  return fd;
}

bool template_worker(void) {
  int fd = template_wait(0);
  if (fd < 0)
    return false;
  if (dup2(fd, 0) < 0)
    die_errno(EXIT_TEMPORARY, SY104E_system_call_failed, "action=descriptors");
  close(fd);
  return true;
}

/* --- the service's side --- */

static int say(int control, char verb, unsigned number, int fd) {
  char line[LINE_MAX_];
  int n = snprintf(line, sizeof line, "%c %u", verb, number);
  return fd_send(control, line, (size_t)n, &fd, fd >= 0 ? 1 : 0);
}

int template_fork(int control, unsigned number, int fd) { return say(control, 'f', number, fd); }
int template_kill(int control, unsigned number) { return say(control, 'k', number, -1); }

bool template_read(int control, pid_t *pid, int *signal_number) {
  char line[LINE_MAX_];
  long number = 0;
  ssize_t n = recv(control, line, sizeof line - 1, MSG_DONTWAIT);
  *pid = 0;
  *signal_number = 0;
  if (n < 0 && (errno == EAGAIN || errno == EINTR))
    return true;
  if (n <= 0)
    return false;
  line[n] = 0;
  if (sscanf(line, "%ld %d", &number, signal_number) == 2)
    *pid = (pid_t)number;
  return true;
}
