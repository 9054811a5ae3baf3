/* The template of pop3-session: started once, it forks the processes that wait for a conversation (no exec a session). */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "auth/auth.h"
#include "auth/spawn.h"
#include "base/sa.h"
#include "sys/clock.h"
#include "sys/fd.h"
#include "sys/report.h"

extern char **environ;

static void put_off(struct auth_pool *p) {
  int64_t ms = 1000 << (p->failures < 6 ? p->failures : 6);
  p->failures++;
  p->not_before = clock_ms() + ms;
}

static int spawn(struct auth_pool *p, int other_end) {
  stralloc path = {0};
  static char worker[] = "--worker";
  int result = auth_beside(&path, "pop3-session");
  if (!result) {
    char *argv[] = {path.s, worker, NULL};
    result = auth_spawn(&p->child, argv, environ, other_end, -1);
  }
  stralloc_free(&path);
  return result;
}

void auth_pool_start(struct auth_pool *p) {
  int ends[2];
  if (p->sock >= 0 || clock_ms() < p->not_before)
    return;
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends)) {
    report_errno(AU209E_no_session, "action=socketpair");
    put_off(p);
    return;
  }
  int result = spawn(p, ends[1]);
  close(ends[1]);
  fcntl(ends[0], F_SETFL, O_NONBLOCK);
  p->sock = result ? -1 : ends[0];
  if (!result)
    return;
  report_errno(AU209E_no_session, "path=%s", p->child.program);
  close(ends[0]);
  put_off(p);
}

void auth_pool_ended(struct auth_pool *p) {
  int status = auth_wait(&p->child);
  report(AU209E_no_session, "path=%s status=%d", p->child.program, status);
  close(p->sock);
  p->sock = -1;
  put_off(p);
}

int auth_pool_hand(struct auth_pool *p, const stralloc *message, const int fds[3]) {
  if (p->sock < 0) {
    errno = EAGAIN;
    return -1;
  }
  int result = fd_send(p->sock, message->s, message->len, fds, 3);
  if (!result)
    p->failures = 0;
  return result;
}
