#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "front/front.h"
#include "front/supervision.h"
#include "sys/clock.h"
#include "sys/report.h"

/* The server for as long as this process lives, under whatever watches it: systemd's unit, a container, a terminal.  The
 * same start as in the background; then it waits for svscan's end, or for a signal that asks it to stop. */

enum { START_S = 20, STOP_MS = 60000, STEP_MS = 100 };

/* sd_notify(3)'s protocol: one datagram to the socket that NOTIFY_SOCKET names; @ stands for the \0 of an abstract name. */
static void tell_manager(const char *path, const char *state) {
  struct sockaddr_un a = {.sun_family = AF_UNIX};
  size_t n = path ? strlen(path) : 0;
  if ((!n || n >= sizeof a.sun_path) || (*path != '/' && *path != '@'))
    return;
  memcpy(a.sun_path, path, n);
  if (*path == '@')
    *a.sun_path = 0;
  int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0 || sendto(fd, state, strlen(state), MSG_NOSIGNAL, (struct sockaddr *)&a, (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n)) < 0)
    report_errno(WZ331W_manager_not_told, "path=%s", path);
  if (fd >= 0)
    close(fd);
}

/* Taken out of the environment: only this process speaks to the manager, no service. */
static char *take_manager(void) {
  const char *path = getenv("NOTIFY_SOCKET");
  char *copy = path ? strdup(path) : NULL;
  unsetenv("NOTIFY_SOCKET");
  return copy;
}

static void block(sigset_t *set) {
  static const int numbers[] = {SIGTERM, SIGINT, SIGHUP, SIGCHLD};
  sigemptyset(set);
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
    sigaddset(set, numbers[i]);
  signal(SIGCHLD, SIG_DFL);
  sigprocmask(SIG_BLOCK, set, NULL);
}

/* The signal that asks for the end, or 0: svscan has ended, with *STATUS. */
static int wait_for_end(const sigset_t *set, int *status) {
  for (;;) {
    int number;
    if (waitpid(-1, status, WNOHANG) > 0)
      return 0;
    if (!sigwait(set, &number) && number != SIGCHLD)
      return number;
  }
}

/* "wiz98 stop" ends svscan first: this process goes when that command has done the rest, or in its place if it does not. */
static int follow_stop(void) {
  for (int64_t end = clock_ms() + STOP_MS; supervision_remembered() && clock_ms() < end;)
    nanosleep(&(struct timespec){.tv_nsec = STEP_MS * 1000000}, NULL);
  return supervision_remembered() ? front_stop() : EXIT_DONE;
}

int front_foreground(void) {
  sigset_t set;
  int status;
  static char *manager;              /* for as long as the process lives */
  manager = take_manager();
  if (front_svscan()) {
    report(WZ332E_running_elsewhere, "pid=%ld", (long)front_svscan());
    return EXIT_PERMANENT;
  }
  if (!front_prepare())
    return EXIT_TEMPORARY;
  block(&set);
  front_launch(false);
  int late = front_await(START_S);
  front_status(false);
  fflush(stdout);
  tell_manager(manager, late ? "READY=1\nSTATUS=A service does not answer: wiz98 status" : "READY=1\nSTATUS=All services answer");
  if (wait_for_end(&set, &status)) {
    tell_manager(manager, "STOPPING=1");
    return front_stop();
  }
  if (WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM)
    return follow_stop();
  report(WZ333E_supervision_ended, "status=%d", status);
  front_stop();
  return EXIT_TEMPORARY;
}
