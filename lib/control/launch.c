#include "control/launch.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sys/fd.h"
#include "sys/report.h"

/* FD:PROCESS for each need, blanks between: in the environment of a service that has executed itself anew. */
static const char variable[] = "WIZ98_LAUNCH";

enum { TEXT_MAX = 200 };

static void beside(stralloc *path, const char *program) {
  char self[4096];
  ssize_t n = readlink("/proc/self/exe", self, sizeof self);
  if (n < 0)
    die_errno(EXIT_TEMPORARY, SY102E_file_failed, "action=readlink path=/proc/self/exe");
  if (program)
    while (n && self[n - 1] != '/')
      n--;
  sa_copyb(path, self, (size_t)n);
  sa_cats(path, program ? program : "");
  sa_cstr(path);
}

/* --- having them --- */

static noreturn void become_template(const struct launch *l, int control) {
  static char option[] = "--template";
  stralloc path = {0};
  sigset_t none;
  int null = open("/dev/null", O_RDWR | O_CLOEXEC);
  beside(&path, l->program);
  if (null < 0 || dup2(control, 0) < 0 || dup2(null, 1) < 0 || setenv("WIZ98_HOME", ".", 1))
    die_errno(EXIT_TEMPORARY, SY104E_system_call_failed, "action=descriptors");
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  role_become(l->role);
  execv(path.s, (char *[]){path.s, option, NULL});
  die_errno(EXIT_TEMPORARY, SY106E_template_not_started, "path=%s", path.s);
}

static void start_template(struct launch *l) {
  int pair[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair))
    die_errno(EXIT_TEMPORARY, SY104E_system_call_failed, "action=socketpair");
  pid_t pid = fork();
  if (!pid)
    become_template(l, pair[1]);
  close(pair[1]);
  l->fd = pair[0];
  l->process = pid < 0 ? -1 : pidfd_open(pid, 0);
  if (l->process < 0)
    die_errno(EXIT_TEMPORARY, SY106E_template_not_started, "path=%s", l->program);
}

static void start_listener(struct launch *l) {
  l->process = -1;
  l->fd = fd_unix_listen(l->listen, SOCK_SEQPACKET, role_in_force() ? 0666 : 0600);
  if (l->fd < 0 && errno == EADDRINUSE)
    die(EXIT_TEMPORARY, SY107E_socket_in_use, "path=%s", l->listen);
  if (l->fd < 0)
    die_errno(EXIT_TEMPORARY, SY102E_file_failed, "action=listen path=%s", l->listen);
}

/* --- from one execution to the next --- */

static void hold_open(int fd, bool open) {
  if (fd >= 0 && fcntl(fd, F_SETFD, open ? 0 : FD_CLOEXEC))
    die_errno(EXIT_TEMPORARY, SY104E_system_call_failed, "action=fcntl");
}

static noreturn void execute_anew(enum role role, struct launch *need, size_t count, char **argv) {
  char text[TEXT_MAX] = "";
  stralloc path = {0};
  int n = 0;
  for (size_t i = 0; i < count; i++) {
    hold_open(need[i].fd, true);
    hold_open(need[i].process, true);
    n += snprintf(text + n, sizeof text - (size_t)n, " %d:%d", need[i].fd, need[i].process);
  }
  beside(&path, NULL);
  if (setenv(variable, text, 1))
    out_of_memory();
  role_become(role);
  execv(path.s, argv);
  die_errno(EXIT_TEMPORARY, SY102E_file_failed, "action=execute path=%s", path.s);
}

/* False: the variable was not ours. */
static bool take_over(struct launch *need, size_t count, const char *text) {
  struct stat st;
  for (size_t i = 0; i < count; i++) {
    int used;
    if (sscanf(text, " %d:%d%n", &need[i].fd, &need[i].process, &used) != 2 || fstat(need[i].fd, &st) || !S_ISSOCK(st.st_mode))
      return false;
    text += used;
    hold_open(need[i].fd, false);
    hold_open(need[i].process, false);
  }
  return true;
}

void launch(enum role role, struct launch *need, size_t count, char **argv) {
  const char *text = getenv(variable);
  if (text && geteuid() && take_over(need, count, text)) {
    unsetenv(variable);
    return;
  }
  unsetenv(variable);
  for (size_t i = 0; i < count; i++)     /* sockets first: where one is taken already, nothing else begins */
    if (!need[i].program)
      start_listener(&need[i]);
  for (size_t i = 0; i < count; i++)
    if (need[i].program)
      start_template(&need[i]);
  if (role_in_force())
    execute_anew(role, need, count, argv);
  role_become(role);
}
