#include "starttls/starttls.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/sa.h"
#include "starttls/message.h"
#include "sys/fd.h"
#include "sys/report.h"

enum { SLACK_MS = 2000 };    /* so that the other side's deadline comes first, and its reason */

bool starttls_is_offered(void) {
  struct stat st;
  return !stat(STARTTLS_SOCKET, &st);
}

void starttls_end(struct starttls *t) {
  if (t->plain >= 0)
    close(t->plain);
  if (t->channel >= 0)
    close(t->channel);
  t->plain = t->channel = -1;
}

static int fail(struct starttls *t, enum message_id id) {
  starttls_end(t);
  t->id = id;
  return -1;
}

static int send_request(const int fds[3], const char *kind, const char *ip) {
  struct starttls_request r;
  stralloc m = {0};
  snprintf(r.kind, sizeof r.kind, "%s", kind);
  snprintf(r.sid, sizeof r.sid, "%s", report_session_id());
  snprintf(r.ip, sizeof r.ip, "%s", ip);
  starttls_request_write(&m, &r);
  int to = fd_unix_connect(STARTTLS_SOCKET, SOCK_DGRAM);
  int result = to < 0 ? -1 : fd_send(to, m.s, m.len, fds, 3);
  int saved = errno;
  stralloc_free(&m);
  if (to >= 0)
    close(to);
  errno = saved == EAGAIN ? ETIMEDOUT : saved;
  return result;
}

/* The ends that are ours go into T; false: nobody takes the request (errno). */
static bool hand_over(struct starttls *t, int sock, const char *kind, const char *ip) {
  int plain[2] = {-1, -1}, channel[2] = {-1, -1};
  bool sent = !socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, plain) && !socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, channel) &&
              !send_request((int[]){sock, plain[1], channel[1]}, kind, ip);
  int saved = errno;
  t->plain = plain[0];
  t->channel = channel[0];
  if (plain[1] >= 0)
    close(plain[1]);
  if (channel[1] >= 0)
    close(channel[1]);
  errno = saved;
  return sent;
}

/* After the deadline the channel is shut first: whoever takes the connection over later finds out before it reads a byte.
 * What was said before counts. */
static ssize_t await(int channel, char *to, size_t room, int ms) {
  if (fd_wait(channel, POLLIN, ms))
    return recv(channel, to, room, 0);
  shutdown(channel, SHUT_RDWR);
  ssize_t n = recv(channel, to, room, MSG_DONTWAIT);
  errno = ETIMEDOUT;
  return n ? n : -1;
}

/* The next answer; false: there was none, and why was reported. */
static bool next(struct starttls *t, struct starttls_answer *a, char text[STARTTLS_ANSWER_MAX], int ms) {
  ssize_t n = await(t->channel, text, STARTTLS_ANSWER_MAX, ms);
  if (n > 0 && starttls_answer_read(a, bytes_of(text, (size_t)n)))
    return true;
  a->id = n < 0 && errno == ETIMEDOUT ? TL212E_tls_silent : TL213E_tls_ended;
  report(a->id, "path=%s", STARTTLS_SOCKET);
  return false;
}

static int refused(struct starttls *t, const struct starttls_answer *a, const char *ip) {
  const struct bytes reason = a->word[0];
  report(a->id, "ip=%s reason=%.*s", *ip ? ip : NULL, reason.n ? (int)reason.n : 1, reason.n ? reason.s : "-");
  return fail(t, a->id);
}

int starttls_begin(struct starttls *t, int sock, const char *kind, const char *ip) {
  struct starttls_answer a;
  char text[STARTTLS_ANSWER_MAX];
  *t = (struct starttls){.plain = -1, .channel = -1};
  snprintf(t->ip, sizeof t->ip, "%s", ip);
  if (!hand_over(t, sock, kind, ip)) {
    report_errno(TL211E_tls_down, "path=%s", STARTTLS_SOCKET);
    return fail(t, TL211E_tls_down);
  }
  t->id = TL101I_tls_ready;
  if (!strcmp(kind, "tls"))
    return 0;                /* nobody waits for a word of ours before the handshake */
  if (!next(t, &a, text, STARTTLS_READY_MS))
    return fail(t, a.id);
  t->id = a.id;
  return a.id == TL101I_tls_ready ? 0 : refused(t, &a, ip);
}

static void copy(char *to, size_t room, struct bytes from) { snprintf(to, room, "%.*s", (int)from.n, from.n ? from.s : ""); }

int starttls_finish(struct starttls *t) {
  struct starttls_answer a;
  char text[STARTTLS_ANSWER_MAX];
  if (!next(t, &a, text, STARTTLS_HANDSHAKE_MS + SLACK_MS))
    return fail(t, a.id);
  if (a.id != TL102I_tls_established)
    return refused(t, &a, t->ip);
  t->id = a.id;
  t->on = true;
  copy(t->version, sizeof t->version, a.word[0]);
  copy(t->cipher, sizeof t->cipher, a.word[1]);
  copy(t->name, sizeof t->name, a.word[2]);
  t->resumed = bytes_eq(a.word[3], bytes_str("resumed"));
  close(t->channel);
  t->channel = -1;
  report(TL102I_tls_established, "ip=%s version=%s cipher=%s name=%s resumed=%s", *t->ip ? t->ip : NULL, t->version, t->cipher, *t->name ? t->name : NULL, t->resumed ? "yes" : "no");
  return 0;
}
