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

/* All is ready before tls-serve is woken by the connection, so it finds the request there. */
static int connect_and_send(struct starttls *t, int sock, int other_end, const char *kind, const char *ip) {
  struct starttls_request r;
  stralloc m = {0};
  snprintf(r.kind, sizeof r.kind, "%s", kind);
  snprintf(r.sid, sizeof r.sid, "%s", report_session_id());
  snprintf(r.ip, sizeof r.ip, "%s", ip);
  starttls_request_write(&m, &r);
  t->channel = fd_unix_connect(STARTTLS_SOCKET, SOCK_SEQPACKET);
  int result = t->channel < 0 ? -1 : fd_send(t->channel, m.s, m.len, (int[]){sock, other_end}, 2);
  int saved = errno;
  stralloc_free(&m);
  errno = saved;
  return result;
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
  int pair[2] = {-1, -1};
  *t = (struct starttls){.plain = -1, .channel = -1};
  snprintf(t->ip, sizeof t->ip, "%s", ip);
  bool sent = !socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) && !connect_and_send(t, sock, pair[1], kind, ip);
  t->plain = pair[0];
  if (!sent)
    report_errno(TL211E_tls_down, "path=%s", STARTTLS_SOCKET);
  if (pair[1] >= 0)
    close(pair[1]);
  if (!sent)
    return fail(t, TL211E_tls_down);
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
