#include "auth/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

static void set_actions(posix_spawn_file_actions_t *actions, int as0, int as3) {
  posix_spawn_file_actions_init(actions);
  if (as0 >= 0)
    posix_spawn_file_actions_adddup2(actions, as0, 0);
  else
    posix_spawn_file_actions_addopen(actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(actions, 1, "/dev/null", O_WRONLY, 0);
  if (as3 >= 0)
    posix_spawn_file_actions_adddup2(actions, as3, 3);
}

static void set_attributes(posix_spawnattr_t *attributes) {
  sigset_t all, none;
  sigfillset(&all);
  sigemptyset(&none);
  posix_spawnattr_init(attributes);
  posix_spawnattr_setsigdefault(attributes, &all);
  posix_spawnattr_setsigmask(attributes, &none);
  posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
}

int auth_spawn(struct auth_child *c, char *const argv[], char *const envp[], int as0, int as3) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  set_actions(&actions, as0, as3);
  set_attributes(&attributes);
  snprintf(c->program, sizeof c->program, "%s", argv[0]);
  int error = posix_spawnp(&c->pid, argv[0], &actions, &attributes, argv, envp);
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  if (error) {
    errno = error;
    return -1;
  }
  c->fd = pidfd_open(c->pid, 0);
  if (c->fd >= 0)
    return 0;
  error = errno;
  kill(c->pid, SIGKILL);
  waitpid(c->pid, NULL, 0);
  errno = error;
  return -1;
}

int auth_wait(struct auth_child *c) {
  int status = 0;
  pid_t got;
  do
    got = waitpid(c->pid, &status, 0);
  while (got < 0 && errno == EINTR);
  close(c->fd);
  c->fd = -1;
  return got == c->pid ? status : -1;
}
