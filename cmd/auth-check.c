/* auth-check checks a user's password against our own users: a checkpassword program.
 *
 *   auth-check PROGRAM [ARGUMENT…] 3<INPUT
 *   auth-check --template            the template that auth-serve starts: keeps processes waiting on descriptor 0
 *
 * INPUT is "user \0 password \0 timestamp \0", at most 1,024 bytes.  Where the password is right PROGRAM is run with USER
 * in its environment; else the exit code is 1 (refused), 2 (called wrongly) or 111 (could not be checked). */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "auth/auth.h"
#include "auth/spares.h"
#include "base/sa.h"
#include "control/home.h"
#include "sandbox/sandbox.h"
#include "sys/report.h"
#include "verify/verify.h"

enum { INPUT_MAX = 1024, CODE_REFUSED = 1, CODE_MISUSE = 2 };

static char input[INPUT_MAX + 1];

static size_t read_input(void) {
  size_t n = 0;
  ssize_t k;
  while ((k = read(3, input + n, sizeof input - n)) != 0) {
    if (k < 0 && errno == EINTR)
      continue;
    if (k < 0)
      die_errno(CODE_MISUSE, AU301E_checkpassword_misuse, "action=read");
    n += (size_t)k;
    if (n > INPUT_MAX)
      die(CODE_MISUSE, AU301E_checkpassword_misuse, "bytes=%zu", n);
  }
  close(3);
  return n;
}

static void split_input(size_t n, const char **user, const char **pass) {
  struct bytes rest = bytes_of(input, n), u, p, stamp;
  if (!bytes_cut(&rest, 0, &u) || !bytes_cut(&rest, 0, &p) || !bytes_cut(&rest, 0, &stamp) || !rest.s)
    die(CODE_MISUSE, AU301E_checkpassword_misuse, "bytes=%zu", n);
  *user = u.s;
  *pass = p.s;
}

/* --- for auth-serve: many logins a process, until one is refused --- */

enum { JOBS = 200 };

/* What a stranger sent and what a user sends next never meet in one process: after a refusal it ends.  The alarm ends it
 * where the hash takes too long. */
static int check_job(const struct spares_job *job) {
  static char sid[LOGIN_SID_MAX + 1], user[LOGIN_USER_MAX + 1], pass[LOGIN_WORD_MAX + 1];
  static stralloc address;
  snprintf(sid, sizeof sid, "%.*s", (int)job->m.sid.n, job->m.sid.s);
  snprintf(user, sizeof user, "%.*s", (int)job->m.user.n, job->m.user.s);
  snprintf(pass, sizeof pass, "%.*s", (int)job->m.word.n, job->m.word.s);
  report_session(sid);
  alarm(AUTH_CHECK_MS / 1000);
  enum message_id id = verify_password(&address, user, pass);
  explicit_bzero(pass, sizeof pass);
  bool told = write(job->fd[0], id == AU001I_login ? "+" : id == AU201W_login_refused ? "-" : "?", 1) == 1;
  close(job->fd[0]);
  alarm(0);
  return told && id == AU001I_login ? EXIT_DONE : EXIT_STOP;
}

static int keep_waiting(void) {
  long processors = sysconf(_SC_NPROCESSORS_ONLN);
  unsigned waiting = processors < 1 ? 1 : processors > SPARES_WAITING_MAX ? SPARES_WAITING_MAX : (unsigned)processors;
  verify_prepare();
  sandbox_enter(&sandbox_auth_check);
  auth_spares(0, &(struct spares_plan){.waiting = waiting, .jobs = JOBS, .fds = 1, .talk = check_job});
  return EXIT_DONE;
}

int main(int argc, char **argv) {
  const char *user, *pass, *sid = getenv("WIZ98_SID");
  static stralloc address;
  report_init("auth-check");
  report_session(sid);
  home_enter(NULL);
  if (argc < 2)
    die(CODE_MISUSE, AU301E_checkpassword_misuse, "usage=%s", "auth-check PROGRAM [ARGUMENT...]");
  if (!strcmp(argv[1], "--template"))
    return keep_waiting();
  split_input(read_input(), &user, &pass);
  enum message_id id = verify_password(&address, user, pass);
  explicit_bzero(input, sizeof input);
  if (id != AU001I_login)
    return id == AU201W_login_refused ? CODE_REFUSED : EXIT_TEMPORARY;
  setenv("USER", sa_cstr(&address), 1);
  if (argc == 2 && !strcmp(argv[1], "true"))   /* what auth-serve asks for: one exec less a login */
    return EXIT_DONE;
  execvp(argv[1], argv + 1);
  die_errno(EXIT_TEMPORARY, AU302E_program_not_run, "path=%s", argv[1]);
}
