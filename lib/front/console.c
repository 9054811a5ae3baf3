#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "front/front.h"
#include "sys/fd.h"
#include "sys/report.h"

/* The whole server for as long as this program is in the foreground: the services as always, but at a level that shows
 * each conversation; their one pipe is read here and goes to the terminal (through log-filter) and to the log. */

static volatile sig_atomic_t interrupted;

static void interrupt(int number) { interrupted = number; }

struct console {
  int pipe, log, screen;       /* from the services; to multilog; to log-filter */
  pid_t filter, stopper;
};

/* Ctrl-C reaches every process of the foreground: log-filter must outlive it, for the last lines. */
static pid_t start_filter(int *to) {
  int pair[2];
  char *argv[] = {NULL, NULL};
  if (pipe2(pair, O_CLOEXEC))
    die_errno(EXIT_TEMPORARY, SY104E_system_call_failed, "action=pipe");
  pid_t pid = fork();
  if (pid < 0)
    die_errno(EXIT_TEMPORARY, SY104E_system_call_failed, "action=fork");
  if (!pid) {
    signal(SIGINT, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
    dup2(pair[0], 0);
    front_become("log-filter", argv);
  }
  close(pair[0]);
  *to = pair[1];
  return pid;
}

static void open_pipes(struct console *c) {
  c->pipe = front_open_pipe();
  if (mkfifo("run/console.pipe", 0600) && errno != EEXIST)
    die_errno(EXIT_TEMPORARY, SY102E_file_failed, "action=mkfifo path=%s", "run/console.pipe");
  c->log = open("run/console.pipe", O_RDWR | O_NONBLOCK | O_CLOEXEC);
  if (c->pipe < 0 || c->log < 0)
    die_errno(EXIT_TEMPORARY, SY102E_file_failed, "action=open path=%s", "run/console.pipe");
  fcntl(c->pipe, F_SETFL, O_NONBLOCK);
  c->filter = start_filter(&c->screen);
}

/* False: nothing was there.  What the log cannot take at once it loses: the screen goes on. */
static bool pump(struct console *c) {
  char buf[65536];
  ssize_t n = read(c->pipe, buf, sizeof buf);
  if (n <= 0)
    return false;
  fd_write_all(c->log, buf, (size_t)n);
  if (c->screen >= 0 && fd_write_all(c->screen, buf, (size_t)n)) {
    close(c->screen);
    c->screen = -1;
    interrupted = SIGPIPE;     /* the terminal is gone */
  }
  return true;
}

/* Another process stops the services, so that their last lines are shown meanwhile. */
static pid_t begin_stop(void) {
  pid_t pid = fork();
  if (!pid) {
    signal(SIGINT, SIG_IGN);
    _exit(front_stop());
  }
  return pid;
}

/* The stopper's exit code; -1: go on. */
static int bury(struct console *c) {
  int status;
  for (pid_t pid; (pid = waitpid(-1, &status, WNOHANG)) > 0;) {
    if (pid == c->stopper)
      return WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_TEMPORARY;
    interrupted = SIGCHLD;     /* svscan or the filter has ended: so do we */
  }
  return -1;
}

static int pump_until_stopped(struct console *c) {
  for (;;) {
    if (interrupted && !c->stopper)
      c->stopper = begin_stop();
    int code = bury(c);
    if (code >= 0)
      return code;
    struct pollfd p = {.fd = c->pipe, .events = POLLIN};
    if (poll(&p, 1, 200) > 0)
      pump(c);
  }
}

int front_console(void) {
  struct console c = {0};
  if (front_svscan()) {
    report(WZ209E_running_in_background, "pid=%ld", (long)front_svscan());
    return EXIT_PERMANENT;
  }
  if (!front_prepare())
    return EXIT_TEMPORARY;
  sigaction(SIGINT, &(struct sigaction){.sa_handler = interrupt}, NULL);
  sigaction(SIGTERM, &(struct sigaction){.sa_handler = interrupt}, NULL);
  sigaction(SIGHUP, &(struct sigaction){.sa_handler = interrupt}, NULL);
  open_pipes(&c);
  report(WZ307I_console, "level=%d", FRONT_LEVEL_CONSOLE);
  front_launch(true);
  int code = pump_until_stopped(&c);
  while (pump(&c))
    ;
  if (c.screen >= 0)
    close(c.screen);
  while (waitpid(c.filter, NULL, 0) < 0 && errno == EINTR)
    ;
  return code;
}
