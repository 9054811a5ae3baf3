/* The checkpassword interface: http://cr.yp.to/checkpwd/interface.html; for our own auth-check a shorter way. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "auth/auth.h"
#include "auth/spawn.h"
#include "base/sa.h"
#include "login/login.h"
#include "sys/clock.h"
#include "sys/fd.h"
#include "sys/report.h"

enum { WORDS_MAX = 16, INPUT_MAX = LOGIN_USER_MAX + LOGIN_WORD_MAX + 32 };

static size_t put(char *to, struct bytes b) {
  memcpy(to, b.s, b.n);
  to[b.n] = 0;
  return b.n + 1;
}

/* The pipe holds it all (PIPE_BUF is 4096): nobody waits here, even if the program never reads. */
static int input_pipe(struct bytes user, struct bytes pass) {
  char input[INPUT_MAX], stamp[24];
  int ends[2];
  if (pipe2(ends, O_CLOEXEC))
    return -1;
  snprintf(stamp, sizeof stamp, "%lld", (long long)clock_unix());
  size_t n = put(input, user);
  n += put(input + n, pass);
  n += put(input + n, bytes_str(stamp));
  ssize_t written = write(ends[1], input, n);
  explicit_bzero(input, sizeof input);
  close(ends[1]);
  if (written == (ssize_t)n)
    return ends[0];
  close(ends[0]);
  return -1;
}

/* COMMAND cut at blanks, each word 0-terminated in TEXT; how many there are. */
static size_t split_command(stralloc *text, struct bytes command, size_t at[WORDS_MAX]) {
  struct bytes rest = bytes_trim(command), word;
  size_t count = 0;
  while (count < WORDS_MAX && bytes_cut(&rest, ' ', &word))
    if (word.n) {
      at[count++] = text->len;
      sa_catb(text, word.s, word.n);
      sa_0(text);
    }
  return count;
}

static char *variable(const char *name, struct bytes value) {
  stralloc v = {0};
  sa_copys(&v, name);
  sa_catb(&v, value.s, value.n);
  sa_0(&v);
  return v.s;
}

static struct bytes inherited(const char *name, const char *otherwise) {
  const char *value = getenv(name);
  return bytes_str(value ? value : otherwise);
}

/* Its environment is what we say, no more. */
static int start(struct auth_child *c, char *argv[], const struct login_message *who, int input) {
  char *envp[] = {
    variable("PATH=", inherited("PATH", "/usr/local/bin:/usr/bin:/bin")),
    variable("OUTPUT_LEVEL=", inherited("OUTPUT_LEVEL", "")),
    variable("WIZ98_HOME=", bytes_str(".")),
    variable("WIZ98_SID=", who->sid),
    who->ip.n ? variable("TCPREMOTEIP=", who->ip) : NULL,
    NULL,
  };
  int result = auth_spawn(c, argv, envp, -1, input);
  for (size_t i = 0; envp[i]; i++)
    free(envp[i]);
  return result;
}

/* A program that is satisfied runs its argument `true`, and that ends with 0. */
static int run_program(struct auth_child *c, struct bytes command, const struct login_message *who) {
  static char satisfied[] = "true";
  stralloc text = {0};
  size_t at[WORDS_MAX], count = split_command(&text, command, at);
  char *argv[WORDS_MAX + 2] = {NULL};
  int input = count ? input_pipe(who->user, who->word) : -1;
  int result = -1;
  for (size_t i = 0; i < count; i++)
    argv[i] = text.s + at[i];
  argv[count] = satisfied;
  if (input >= 0) {
    result = start(c, argv, who, input);
    close(input);
  }
  stralloc_free(&text);
  return result;
}

/* --- a process that waits: it answers with one byte --- */

static int ask_waiting(struct auth_child *c, int checkers, const struct login_message *who) {
  int ends[2];
  stralloc m = {0};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends))
    return -1;
  login_write(&m, &(struct login_message){.kind = bytes_str("check"), .sid = who->sid, .ip = who->ip, .user = who->user, .word = who->word});
  int result = fd_send(checkers, m.s, m.len, &ends[1], 1);
  explicit_bzero(m.s, m.len);
  stralloc_free(&m);
  close(ends[1]);
  if (result)
    close(ends[0]);
  *c = (struct auth_child){.fd = ends[0], .program = "auth-check"};
  return result;
}

static enum message_id answer_of(struct auth_child *c) {
  char byte = 0;
  ssize_t n = recv(c->fd, &byte, 1, MSG_DONTWAIT);
  close(c->fd);
  c->fd = -1;
  return n != 1 ? AU203E_check_failed : byte == '+' ? AU001I_login : byte == '-' ? AU201W_login_refused : AU203E_check_failed;
}

/* --- either --- */

bool auth_check_is_own(struct bytes command) { return !bytes_trim(command).n; }

int auth_check_start(struct auth_child *c, int checkers, struct bytes command, const struct login_message *who) {
  return auth_check_is_own(command) ? ask_waiting(c, checkers, who) : run_program(c, command, who);
}

/* A process of the template has an alarm set. */
void auth_check_kill(struct auth_child *c) {
  if (c->pid)
    kill(c->pid, SIGKILL);
}

enum message_id auth_check_end(struct auth_child *c, bool killed) {
  int status = c->pid ? auth_wait(c) : 0;
  int code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  enum message_id id = !c->pid ? answer_of(c) : !code ? AU001I_login : code == 1 || code == 100 ? AU201W_login_refused : AU203E_check_failed;
  if (id == AU203E_check_failed && !killed)
    report(id, "path=%s code=%d signal=%d", c->program, code, WIFSIGNALED(status) ? WTERMSIG(status) : 0);
  return id;
}
