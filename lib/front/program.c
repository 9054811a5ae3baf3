#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "front/front.h"
#include "sys/fd.h"
#include "sys/report.h"

void front_tell_home(void) {
  char home[4096];
  if (!getcwd(home, sizeof home) || setenv("WIZ98_HOME", home, 1))
    die_errno(EXIT_TEMPORARY, SY104E_system_call_failed, "action=getcwd");
}

void front_beside(stralloc *path, const char *name) {
  char self[4096];
  ssize_t n = readlink("/proc/self/exe", self, sizeof self);
  if (n < 0)
    die_errno(EXIT_TEMPORARY, SY102E_file_failed, "action=readlink path=/proc/self/exe");
  while (n && self[n - 1] != '/')
    n--;
  sa_copyb(path, self, (size_t)n);
  sa_cats(path, name);
  sa_cstr(path);
}

bool front_has(const char *program) {
  stralloc path = {0};
  front_beside(&path, program);
  bool there = !access(path.s, X_OK);
  stralloc_free(&path);
  return there;
}

noreturn void front_become(const char *program, char **argv) {
  stralloc path = {0};
  front_beside(&path, program);
  argv[0] = path.s;
  execv(path.s, argv);
  die_errno(EXIT_TEMPORARY, WZ102E_program_missing, "path=%s", path.s);
}

/* What INPUT holds goes through a pipe, never through the arguments, which everybody can see. */
static int pipe_with(const char *input) {
  int pair[2];
  if (pipe2(pair, O_CLOEXEC))
    die_errno(EXIT_TEMPORARY, SY104E_system_call_failed, "action=pipe");
  fcntl(pair[1], F_SETFL, O_NONBLOCK);
  if (fd_write_all(pair[1], input, strlen(input)))
    die_errno(EXIT_TEMPORARY, SY104E_system_call_failed, "action=write");
  close(pair[1]);
  return pair[0];
}

static int wait_code(pid_t pid) {
  int status;
  while (waitpid(pid, &status, 0) < 0)
    if (errno != EINTR)
      die_errno(EXIT_TEMPORARY, SY104E_system_call_failed, "action=waitpid");
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int front_run(const char *const argv[], const char *input, int out) {
  int in = input ? pipe_with(input) : -1;
  char *copy[16] = {0};
  for (size_t i = 0; argv[i] && i < 15; i++)
    copy[i] = (char *)(uintptr_t)argv[i];
  pid_t pid = fork();
  if (pid < 0)
    die_errno(EXIT_TEMPORARY, SY104E_system_call_failed, "action=fork");
  if (!pid) {
    if (in >= 0)
      dup2(in, 0);
    if (out >= 0)
      dup2(out, 1);
    front_become(argv[0], copy);
  }
  if (in >= 0)
    close(in);
  return wait_code(pid);
}
