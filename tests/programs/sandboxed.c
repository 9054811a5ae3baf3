/* sandboxed HOME: enters each program's sandbox in HOME ("none": no sandbox), does what it should not.  A line for each: PROGRAM ACT
 * could, denied (an error), ended (a call that is not in the list ends the process), or signal-N, by which it ended. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sandbox/table.h"
#include "sys/report.h"

static const struct sandbox *const all[] = {
  NULL,
  &sandbox_smtp_recv, &sandbox_pop3_serve, &sandbox_pop3_session, &sandbox_queue_put, &sandbox_auth_check, &sandbox_auth_serve, &sandbox_local_deliver,
  &sandbox_remote_send, &sandbox_bounce_make, &sandbox_tls_keys, &sandbox_tls_door, &sandbox_tls_child, &sandbox_tls_connect,
};

static int ready[2];

static int do_nothing(void) { return 0; }
static int do_exec(void) { return execl("/bin/true", "true", (char *)NULL); }
static int do_inet(void) { return socket(AF_INET, SOCK_STREAM, 0); }
static int do_chmod(void) { return chmod("conf", 0777); }
static int do_ptrace(void) { return (int)ptrace(PTRACE_TRACEME, 0, 0, 0); }
static int do_secret(void) { return open("run/secrets/auth/1.cdb", O_RDONLY); }
static int do_key(void) { return open("conf/tls/example.pem", O_RDONLY); }
static int do_mailbox(void) { return open("mail/example.test/taro/new", O_RDONLY | O_DIRECTORY); }
static int do_incoming(void) { return open("spool/incoming/01ng000000000000000000", O_WRONLY); }

static int do_abort(void) { abort(); }
static int do_wait(void) { return write(ready[1], "", 1) == 1 ? poll(NULL, 0, 5000) : -1; }

static const struct { const char *name; int (*act)(void); } acts[] = {
  {"nothing", do_nothing}, {"exec", do_exec}, {"inet", do_inet}, {"chmod", do_chmod}, {"ptrace", do_ptrace}, {"secret", do_secret}, {"key", do_key}, {"mailbox", do_mailbox},
  {"incoming", do_incoming}, {"abort", do_abort}, {"bus", do_wait},
};

/* In a process of its own, as it may end it. */
static void try(const struct sandbox *s, size_t act) {
  int status;
  pid_t pid = fork();
  if (!pid) {
    if (s)
      sandbox_enter(s);
    int result = acts[act].act();
    _exit(result >= 0 ? 0 : errno == EACCES || errno == EPERM ? 1 : 2);
  }
  if (acts[act].act == do_wait && read(ready[0], &(char){0}, 1) == 1)
    kill(pid, SIGBUS);
  waitpid(pid, &status, 0);
  static const char *const words[] = {"could", "denied", "failed"};
  printf("%s %s ", s ? s->name : "none", acts[act].name);
  if (WIFSIGNALED(status) && WTERMSIG(status) != SIGSYS)
    printf("signal-%d\n", WTERMSIG(status));
  else
    puts(WIFSIGNALED(status) ? "ended" : words[WEXITSTATUS(status) % 3]);
}

int main(int argc, char **argv) {
  report_init("sandboxed");
  if (argc != 2 || chdir(argv[1]) || pipe(ready))
    return 100;
  setvbuf(stdout, NULL, _IOLBF, 0);
  for (size_t i = 0; i < sizeof all / sizeof *all; i++)
    for (size_t act = 0; act < sizeof acts / sizeof *acts; act++)
      try(all[i], act);
  return 0;
}
