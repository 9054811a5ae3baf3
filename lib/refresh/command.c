#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "refresh/refresh.h"
#include "sys/clock.h"
#include "token/token.h"

enum { OUT, ERR, PROCESS, POLLS, ARGS_MAX = 1000 };

extern char **environ;

static void set_attributes(posix_spawnattr_t *a) {
  sigset_t all, none;
  sigfillset(&all);
  sigemptyset(&none);
  posix_spawnattr_init(a);
  posix_spawnattr_setsigdefault(a, &all);
  posix_spawnattr_setsigmask(a, &none);
  posix_spawnattr_setpgroup(a, 0);
  posix_spawnattr_setflags(a, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);
}

/* 0 or errno. */
static int start(pid_t *pid, struct bytes words, int out, int err) {
  char *argv[ARGS_MAX + 1] = {0};
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  struct bytes word;
  for (int n = 0; n < ARGS_MAX && words.n && bytes_cut(&words, 0, &word); n++)
    argv[n] = (char *)word.s;    /* \0 stands behind it */
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, out, 1);
  posix_spawn_file_actions_adddup2(&actions, err, 2);
  set_attributes(&attributes);
  int error = posix_spawn(pid, argv[0], &actions, &attributes, argv, environ);
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  return error;
}

/* --- what it prints --- */

/* False: its end. */
static bool take(int fd, stralloc *to, size_t max) {
  sa_need(to, max + 1 - to->len);
  ssize_t n = read(fd, to->s + to->len, max + 1 - to->len);
  if (n > 0)
    to->len += (size_t)n;
  return n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR));
}

/* Only the last line is kept: it says why. */
static bool take_words(int fd, stralloc *to) {
  char piece[1024];
  ssize_t n = read(fd, piece, sizeof piece);
  for (ssize_t i = 0; i < n; i++) {
    char c = piece[i];
    if (to->len && to->s[to->len - 1] == '\n' && c != '\n')
      to->len = 0;
    if (to->len < REFRESH_WORDS_MAX || c == '\n')
      sa_catc(to, c == '\n' ? c : c >= ' ' && c <= '~' ? c : '?');
  }
  return n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR));
}

static void watch(struct command *c, struct pollfd p[POLLS]) {
  int64_t end = clock_ms() + REFRESH_COMMAND_MS;
  bool ended = false;
  while (!ended || p[OUT].fd >= 0) {
    int64_t left = end - clock_ms();
    int n = left > 0 ? poll(p, POLLS, ended ? 0 : (int)left) : 0;
    if (n <= 0 && ended)         /* somebody it left behind holds the pipe */
      return;
    if (left <= 0) {
      c->end = COMMAND_LATE;
      return;
    }
    if (p[OUT].revents && !take(p[OUT].fd, &c->output, TOKEN_OUTPUT_MAX))
      p[OUT].fd = -1;
    if (p[ERR].revents && !take_words(p[ERR].fd, &c->words))
      p[ERR].fd = -1;
    if (c->output.len > TOKEN_OUTPUT_MAX) {
      c->end = COMMAND_LONG;
      return;
    }
    if (p[PROCESS].revents) {
      ended = true;
      p[PROCESS].fd = -1;
    }
  }
  while (p[ERR].fd >= 0 && take_words(p[ERR].fd, &c->words) && poll(&p[ERR], 1, 0) > 0)
    ;
}

/* --- */

static void finish(struct command *c, pid_t pid) {
  int status = 0;
  kill(-pid, SIGKILL);
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
    ;
  if (c->end == COMMAND_EXITED && WIFSIGNALED(status)) {
    c->end = COMMAND_KILLED;
    c->code = WTERMSIG(status);
  } else if (c->end == COMMAND_EXITED)
    c->code = WEXITSTATUS(status);
  while (c->words.len && c->words.s[c->words.len - 1] == '\n')
    c->words.len--;
}

static void not_started(struct command *c, int error) {
  c->end = COMMAND_NOT_STARTED;
  c->code = error;
}

static void run_between(struct command *c, struct bytes argv, const int out[2], const int err[2]) {
  pid_t pid;
  int error = start(&pid, argv, out[1], err[1]);
  close(out[1]);
  close(err[1]);
  if (error) {
    not_started(c, error);
    return;
  }
  struct pollfd p[POLLS] = {{.fd = out[0], .events = POLLIN}, {.fd = err[0], .events = POLLIN}, {.fd = pidfd_open(pid, 0), .events = POLLIN}};
  fcntl(out[0], F_SETFL, O_NONBLOCK);
  fcntl(err[0], F_SETFL, O_NONBLOCK);
  int process = p[PROCESS].fd;
  if (process >= 0)
    watch(c, p);
  else
    not_started(c, errno);
  finish(c, pid);
  if (process >= 0)
    close(process);
}

void command_run(struct command *c, struct bytes argv) {
  int out[2], err[2];
  sa_copys(&c->output, "");
  sa_copys(&c->words, "");
  if (pipe2(out, O_CLOEXEC)) {
    not_started(c, errno);
    return;
  }
  if (!pipe2(err, O_CLOEXEC)) {
    run_between(c, argv, out, err);
    close(err[0]);
  } else {
    not_started(c, errno);
    close(out[1]);
  }
  close(out[0]);
}

void command_free(struct command *c) {
  if (c->output.s)
    explicit_bzero(c->output.s, c->output.a);
  stralloc_free(&c->output);
  stralloc_free(&c->words);
}
