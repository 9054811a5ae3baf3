#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "auth/auth.h"
#include "base/sa.h"
#include "login/login.h"
#include "sys/fd.h"
#include "sys/report.h"

static enum message_id parse_answer(struct bytes answer, stralloc *address) {
  enum message_id id;
  if (answer.n < 6 || !message_find(answer.s, 6, &id) || (id != AU001I_login && !message_is_refusal(id)))
    return AU213E_auth_ended;
  if (address && answer.n > 7)
    sa_copyb(address, answer.s + 7, answer.n - 7);
  return id;
}

static enum message_id receive(int sock, int flags, stralloc *address) {
  char answer[LOGIN_USER_MAX + 8];
  ssize_t n = recv(sock, answer, sizeof answer, flags);
  return n > 0 ? parse_answer(bytes_of(answer, (size_t)n), address) : AU213E_auth_ended;
}

/* After the deadline the channel is shut first: whoever takes the conversation over later finds out before it speaks.
 * What was said before counts. */
static enum message_id await_answer(int sock, stralloc *address) {
  if (fd_wait(sock, POLLIN, AUTH_ANSWER_MS))
    return receive(sock, 0, address);
  shutdown(sock, SHUT_RDWR);
  enum message_id id = receive(sock, MSG_DONTWAIT, address);
  return id == AU213E_auth_ended ? AU212E_auth_silent : id;
}

static int send_question(int sock, const struct auth_question *q) {
  stralloc m = {0};
  int fds[3];
  size_t count = 0;
  if (q->in >= 0) {
    fds[count++] = q->in;
    fds[count++] = q->out;
  }
  if (q->socket >= 0)
    fds[count++] = q->socket;
  login_write(&m, &(struct login_message){bytes_str(q->kind), bytes_str(report_session_id()), q->ip, q->user, q->pass, q->unread});
  int result = fd_send(sock, m.s, m.len, fds, count);
  explicit_bzero(m.s, m.len);
  stralloc_free(&m);
  return result;
}

enum message_id auth_ask(const struct auth_question *q, int *channel, stralloc *address) {
  enum message_id id = AU211E_auth_down;
  int sock = fd_unix_connect("run/auth", SOCK_SEQPACKET);
  *channel = -1;
  if (sock < 0 || send_question(sock, q))
    report_errno(id, "path=run/auth");
  else
    id = await_answer(sock, address);
  if (id == AU212E_auth_silent || id == AU213E_auth_ended)
    report(id, "path=run/auth");
  if (id == AU001I_login && q->in >= 0)
    *channel = sock;
  else if (sock >= 0)
    close(sock);
  return id;
}
