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

enum { LINE_BYTES = 48 };

static void wake(int number) { (void)number; }

static void bury(int control) {
  int status;
  pid_t pid;
  while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
    char line[LINE_BYTES];
    if (WIFSIGNALED(status))
      fd_send(control, line, (size_t)snprintf(line, sizeof line, "%ld %d", (long)pid, WTERMSIG(status)), NULL, 0);
  }
}

/* A fork that fails for want of processes or memory is tried again: what is already on its way to the worker waits. */
static pid_t fork_patiently(int control) {
  pid_t pid;
  bool said = false;
  while ((pid = fork()) < 0) {
    if (!said)
      report_errno(SY104E_system_call_failed, "action=fork");
    said = true;
    nanosleep(&(struct timespec){.tv_nsec = 200000000}, NULL);
    bury(control);
  }
  return pid;
}

/* In a worker: its socket; in the template: -1 when the service has gone. */
static int live(int control, const sigset_t *before) {
  for (;;) {
    struct pollfd p = {.fd = control, .events = POLLIN};
    int ready = ppoll(&p, 1, NULL, before);
    bury(control);
    if (ready <= 0)
      continue;
    int fd;
    size_t count = 1;
    char byte;
    if (fd_recv(control, &byte, 1, &fd, &count) <= 0)
      return -1;
    if (count && !fork_patiently(control))
      return fd;
    if (count)
      close(fd);
  }
}

int template_wait(int control) {
  sigset_t blocked, before;
  fcntl(control, F_SETFD, FD_CLOEXEC);
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGCHLD);
  sigprocmask(SIG_BLOCK, &blocked, &before);
  sigaction(SIGCHLD, &(struct sigaction){.sa_handler = wake}, NULL);
  int fd = live(control, &before);
  if (fd < 0)
    return -1;
  close(control);
  signal(SIGCHLD, SIG_DFL);
  sigprocmask(SIG_SETMASK, &before, NULL);
  return fd;
}

/* --- the service's side --- */

int template_fork(int control, int fd) { return fd_send(control, "f", 1, &fd, 1); }

bool template_read(int control, pid_t *pid, int *signal_number) {
  char line[LINE_BYTES];
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
