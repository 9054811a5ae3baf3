#include "io/serve_pool.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "sys/fd.h"
#include "sys/report.h"

extern char **environ;

/* --- a worker --- */

struct worker {
  char **inherited;                              /* the template's environment */
  char text[SERVE_ENVIRONMENT_MAX + 1];
  char **environment;                            /* room for SERVE_VARIABLES_MAX and all that is inherited */
};

static size_t count_variables(char **list) {
  size_t n = 0;
  while (list[n])
    n++;
  return n;
}

static bool same_name(const char *a, const char *b) {
  size_t n = strcspn(a, "=");
  return !strncmp(a, b, n) && (b[n] == '=' || !b[n]);
}

static bool is_named(const char *variable, char **list, size_t n) {
  for (size_t i = 0; i < n; i++)
    if (same_name(variable, list[i]))
      return true;
  return false;
}

/* The connection's variables, then the inherited ones that they do not replace: built anew from the same memory for
 * each conversation, so nothing of the one before is left. */
static void take_environment(struct worker *w, size_t length) {
  size_t n = 0, own;
  w->text[length] = 0;
  for (char *s = w->text; s < w->text + length && n < SERVE_VARIABLES_MAX; s += strlen(s) + 1)
    w->environment[n++] = s;
  own = n;
  for (char **v = w->inherited; *v; v++)
    if (!is_named(*v, w->environment, own))
      w->environment[n++] = *v;
  w->environment[n] = NULL;
  environ = w->environment;
}

/* The next connection's descriptor; -1: the pool has gone, or wants this worker no more. */
static int next_connection(struct worker *w, int pool) {
  for (;;) {
    int fd;
    size_t count = 1;
    ssize_t n = fd_recv(pool, w->text, SERVE_ENVIRONMENT_MAX, &fd, &count);
    if (n <= 0)
      return -1;
    if (count == 1) {
      take_environment(w, (size_t)n);
      return fd;
    }
  }
}

static int work(int pool, conversation *talk, enum serve_mode mode) {
  struct worker w = {.inherited = environ};
  w.environment = calloc(count_variables(environ) + SERVE_VARIABLES_MAX + 1, sizeof *w.environment);
  if (!w.environment)
    return EXIT_TEMPORARY;
  for (int done = 1;; done++) {
    int fd = next_connection(&w, pool);
    if (fd < 0)
      return EXIT_DONE;
    report_read_level();
    int code = serve_conversation(talk, fd, fd);
    close(fd);
    if (code || mode == SERVE_ONE || done == SERVE_CONVERSATIONS_MAX)
      return code;
    alarm(0);
    if (fd_send(pool, "d", 1, NULL, 0))
      return EXIT_DONE;
  }
}

/* --- the template --- */

static void wake(int number) { (void)number; }

static void bury(int control) {
  int status;
  pid_t pid;
  while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
    char line[48];
    if (WIFSIGNALED(status))
      fd_send(control, line, (size_t)snprintf(line, sizeof line, "%ld %d", (long)pid, WTERMSIG(status)), NULL, 0);
  }
}

/* A fork that fails for want of processes or memory is tried again: the connection, if one is already on its way to
 * the worker, waits. */
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

/* In a worker: its socket; in the template: -1 when the pool has gone. */
static int socket_of_child(int control, const sigset_t *open_mask) {
  for (;;) {
    struct pollfd p = {.fd = control, .events = POLLIN};
    int ready = ppoll(&p, 1, NULL, open_mask);
    bury(control);
    if (ready <= 0)
      continue;
    int fd;
    char byte;
    size_t count = 1;
    if (fd_recv(control, &byte, 1, &fd, &count) <= 0)
      return -1;
    if (count == 1 && !fork_patiently(control))
      return fd;
    if (count == 1)
      close(fd);
  }
}

int serve_pool(int control, conversation *talk, enum serve_mode mode) {
  sigset_t blocked, open_mask;
  fcntl(control, F_SETFD, FD_CLOEXEC);
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGCHLD);
  sigprocmask(SIG_BLOCK, &blocked, &open_mask);
  sigaction(SIGCHLD, &(struct sigaction){.sa_handler = wake}, NULL);
  int fd = socket_of_child(control, &open_mask);
  if (fd < 0)
    return EXIT_DONE;
  close(control);
  signal(SIGCHLD, SIG_DFL);
  sigprocmask(SIG_SETMASK, &open_mask, NULL);
  return work(fd, talk, mode);
}
