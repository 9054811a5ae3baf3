/* TLS and credentials of a connection. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "base/sa.h"
#include "remote/remote_private.h"
#include "sys/clock.h"
#include "sys/fd.h"

enum { TOKEN_FILE_MAX = 16384 };

static int handshake_ms(const struct remote *r) {
  long ms = conf_number(r->conf, SET_remote_command_timeout) * 1000;
  return ms < REMOTE_HANDSHAKE_MS ? (int)ms : REMOTE_HANDSHAKE_MS;
}

bool remote_secure(struct remote *r) {
  int sock = r->conn.in;
  int64_t begun = clock_ms();
  struct tls_wish wish = {.host = r->host, .name = r->security.name, .verify = r->security.level == ROUTE_TLS_VERIFY, .timeout_ms = handshake_ms(r)};
  if (tls_connect(&r->tls, sock, &wish))
    return false;
  conn_init(&r->conn, r->tls.plain, r->tls.plain, REMOTE_COMMANDS_MS);
  close(sock);
  remote_tell_text(r, EVENT_TLS, bytes_str(remote_tls_words(r)), clock_ms() - begun);
  return true;
}

const char *remote_tls_words(const struct remote *r) {
  static char words[sizeof r->tls.version + sizeof r->tls.cipher + TLS_PEER_REASON_MAX + 32];
  const struct tls_peer *t = &r->tls;
  if (!t->version[0])
    return "none";
  snprintf(words, sizeof words, "%s %s %s%s", t->version, t->cipher, t->fault == FAILURE_NONE ? "verified" : "not verified: ", t->fault == FAILURE_NONE ? "" : t->reason);
  return words;
}

void remote_forget(struct remote *r) {
  if (!r->secret)
    return;
  r->conn.pending = 0;       /* a secret that was not sent in time is not sent at all */
  explicit_bzero(r->conn.outbuf, sizeof r->conn.outbuf);
  r->secret = false;
}

/* --- credentials --- */

static void wipe(stralloc *sa) {
  if (sa->s)
    explicit_bzero(sa->s, sa->a);
  stralloc_free(sa);
}

/* Opened when they are needed and closed at once: the next child that reads a stranger's certificate must not find them in
 * its memory. */
static bool read_credentials(const char *key, stralloc *copy) {
  struct conf c;
  struct bytes value;
  int fd = open("run/conf/remote.cdb", O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    return false;
  bool found = false;
  errno = EBADMSG;
  if (!conf_open_secret(&c, fd))
    found = conf_get(&c, 'c', bytes_str(key), &value);
  if (found)
    sa_copyb(copy, value.s, value.n);
  conf_close(&c);
  return found;
}

/* run/token/NAME: the time at which it expires, and the token, each on a line. */
static enum failure_kind read_token(struct bytes name, stralloc *file, struct bytes *token) {
  char path[300];
  struct bytes rest, line;
  uint64_t expires;
  snprintf(path, sizeof path, "run/token/%.*s", (int)name.n, name.s);
  sa_need(file, TOKEN_FILE_MAX);
  if (fd_slurp(path, TOKEN_FILE_MAX, file))
    return FAILURE_TOKEN_MISSING;
  rest = bytes_sa(file);
  if (!bytes_cut(&rest, '\n', &line) || !bytes_u64(line, &expires) || !bytes_cut(&rest, '\n', token) || !token->n)
    return FAILURE_TOKEN_MISSING;
  return (int64_t)expires > clock_unix() ? FAILURE_NONE : FAILURE_TOKEN_EXPIRED;
}

static void say(struct remote *r, const struct client_credentials *k) {
  stralloc file = {0};
  struct client_credentials said = *k;
  enum failure_kind kind = k->token ? read_token(k->secret, &file, &said.secret) : FAILURE_NONE;
  if (kind == FAILURE_NONE)
    client_authenticate(&r->client, &said);
  else
    client_failed_because(&r->client, kind, k->secret);
  wipe(&file);
}

/* "password\0USER\0PASSWORD\0" or "token\0USER\0NAME\0" */
void remote_authenticate(struct remote *r) {
  stralloc copy = {0};
  struct bytes rest, kind;
  struct client_credentials k;
  if (!read_credentials(r->security.credentials, &copy)) {
    client_failed_because(&r->client, FAILURE_CREDENTIALS, bytes_str(strerror(errno)));
    return;
  }
  rest = bytes_sa(&copy);
  if (bytes_cut(&rest, 0, &kind) && bytes_cut(&rest, 0, &k.user) && bytes_cut(&rest, 0, &k.secret)) {
    k.token = bytes_eq(kind, bytes_str("token"));
    say(r, &k);
  } else
    client_failed_because(&r->client, FAILURE_CREDENTIALS, bytes_of("", 0));
  wipe(&copy);
}
