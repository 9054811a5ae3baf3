#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "front/front.h"
#include "gather/gather.h"
#include "sys/clock.h"
#include "sys/report.h"

enum { ARGUMENTS = 16 };

static noreturn void become(bool beside, int out, const char *const argv[]) {
  char *copy[ARGUMENTS] = {0};
  int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
  for (size_t i = 0; argv[i] && i + 1 < ARGUMENTS; i++)
    copy[i] = (char *)(uintptr_t)argv[i];
  if (null < 0 || dup2(null, 0) < 0 || dup2(out, 1) < 0 || dup2(out, 2) < 0 || setenv("LC_ALL", "C", 1))
    _exit(EXIT_TEMPORARY);
  if (beside)
    front_become(argv[0], copy);
  execvp(argv[0], copy);
  _exit(127);
}

/* The first half of what is too much goes. */
static void keep_end(stralloc *out, size_t start) {
  size_t n = out->len - start, keep = GATHER_PART_MAX / 2;
  if (n <= GATHER_PART_MAX)
    return;
  memmove(out->s + start, out->s + out->len - keep, keep);
  out->len = start + keep;
}

/* Until its end, or the deadline. */
static void read_all(stralloc *out, int fd, int64_t deadline) {
  size_t start = out->len;
  ssize_t n = 1;
  while (n > 0) {
    int64_t left = deadline - clock_ms();
    struct pollfd p = {.fd = fd, .events = POLLIN};
    if (left <= 0 || poll(&p, 1, (int)left) <= 0)
      return;
    sa_need(out, 65536);
    n = read(fd, out->s + out->len, 65536);
    out->len += n > 0 ? (size_t)n : 0;
    keep_end(out, start);
  }
}

/* Killed where it goes on although its output has ended, or has not: nothing here waits longer. */
static void end(stralloc *out, pid_t pid, bool late) {
  int status = 0;
  if (late)
    kill(-pid, SIGKILL);
  waitpid(pid, &status, 0);
  if (late)
    sa_cats(out, "(it took too long)\n");
  else if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
    sa_cats(out, "(there is no such program)\n");
  else if (WIFEXITED(status) && WEXITSTATUS(status))
    sa_catf(out, "(exit code %d)\n", WEXITSTATUS(status));
  else if (WIFSIGNALED(status))
    sa_catf(out, "(ended by signal %d)\n", WTERMSIG(status));
}

void gather_run(stralloc *out, bool beside, int seconds, const char *const argv[]) {
  int pair[2];
  int64_t deadline = clock_ms() + seconds * 1000;
  if (pipe2(pair, O_CLOEXEC))
    die_errno(EXIT_TEMPORARY, SY104E_system_call_failed, "action=pipe");
  pid_t pid = fork();
  if (pid < 0)
    die_errno(EXIT_TEMPORARY, SY104E_system_call_failed, "action=fork");
  if (!pid) {
    setpgid(0, 0);
    become(beside, pair[1], argv);
  }
  setpgid(pid, pid);
  close(pair[1]);
  read_all(out, pair[0], deadline);
  close(pair[0]);
  end(out, pid, clock_ms() >= deadline);
}
