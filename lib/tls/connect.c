#include "tls/connect_private.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/err.h>
#include <poll.h>
#include <signal.h>
#include <stdnoreturn.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "sandbox/sandbox.h"
#include "sys/clock.h"
#include "sys/fd.h"
#include "tls/child.h"
#include "tls/tls.h"

enum { GRACE_MS = 2000 };          /* for the child to say that time is over */

/* --- the child --- */

/* Whose identity does not matter may have an old key; below TLS 1.2 nobody is spoken to (RFC 8996). */
static SSL *prepare(SSL_CTX *ctx, struct tls_wire *wire, const struct tls_wish *w, struct tls_peer *p) {
  trust_prepare(ctx);
  if (!w->verify)
    SSL_CTX_set_security_level(ctx, 1);
  SSL *ssl = SSL_new(ctx);
  if (!ssl || !certificate_prepare(ssl, w, p)) {
    connect_reason(p, "libssl: %s", ERR_reason_error_string(ERR_peek_error()));
    return NULL;
  }
  BIO *bio = tls_wire_bio(wire);
  SSL_set_bio(ssl, bio, bio);
  return ssl;
}

static void say_failed(struct tls_peer *p, const struct tls_wire *wire) {
  const char *words = ERR_reason_error_string(ERR_peek_last_error());
  if (p->fault != FAILURE_NONE && !wire->failed && !wire->closed)   /* a certificate's fault is told already */
    return;
  p->fault = FAILURE_TLS_HANDSHAKE;
  if (wire->failed)
    connect_reason(p, "%s", strerror(wire->failed));
  else if (wire->closed || !words)
    connect_reason(p, "the other server closed the connection during the handshake");
  else
    connect_reason(p, "%s", words);
}

static bool shake_hands(SSL *ssl, const struct tls_wire *wire, int timeout_ms, struct tls_peer *p) {
  int64_t end = clock_ms() + timeout_ms;
  for (int n; (n = SSL_connect(ssl)) != 1;) {
    int error = SSL_get_error(ssl, n);
    if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) {
      say_failed(p, wire);
      return false;
    }
    int64_t left = end - clock_ms();
    if (left <= 0 || !fd_wait(wire->fd, error == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT, (int)left)) {
      p->fault = FAILURE_TLS_HANDSHAKE;
      connect_reason(p, "no answer in the handshake within %d s", timeout_ms / 1000);
      return false;
    }
  }
  return true;
}

/* What the caller had open (the queue's socket, messages, the log but descriptor 2) is not for this child. */
static void keep_only(int *sock, int *plain, int *result) {
  int *fds[] = {sock, plain, result};
  for (int i = 0; i < 3; i++)
    *fds[i] = fcntl(*fds[i], F_DUPFD_CLOEXEC, 100);
  for (int i = 0; i < 3; i++)
    *fds[i] = dup2(*fds[i], 3 + i);
  close_range(6, ~0u, 0);
  close(0);
  close(1);
}

static noreturn void be_child(SSL_CTX *ctx, int sock, int plain, int result, const struct tls_wish *w) {
  static struct tls_wire wire;
  bool left;
  struct tls_peer p = {.plain = -1, .fault = FAILURE_NONE};
  keep_only(&sock, &plain, &result);
  sandbox_enter(&sandbox_tls_connect);
  wire.fd = sock;
  SSL *ssl = prepare(ctx, &wire, w, &p);
  if (!ssl)
    p.fault = FAILURE_TLS_HANDSHAKE;
  else if (shake_hands(ssl, &wire, w->timeout_ms, &p)) {
    p.plain = 0;
    snprintf(p.version, sizeof p.version, "%s", SSL_get_version(ssl));
    snprintf(p.cipher, sizeof p.cipher, "%s", SSL_get_cipher_name(ssl));
  }
  send(result, &p, sizeof p, MSG_NOSIGNAL);
  close(result);
  if (p.plain == 0)
    tls_relay(ssl, &wire, plain, &left);
  _exit(0);
}

/* --- the caller --- */

/* Made once, before anything of a stranger is read; what depends on the system's certificates each child reads anew. */
static SSL_CTX *context(void) {
  static SSL_CTX *ctx;
  if (ctx)
    return ctx;
  tls_start_library(true);
  if ((ctx = SSL_CTX_new(TLS_client_method()))) {
    SSL_CTX_set_security_level(ctx, 2);
    SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION);
    SSL_CTX_set_options(ctx, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_IGNORE_UNEXPECTED_EOF);
    SSL_CTX_set_mode(ctx, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
    signal(SIGCHLD, SIG_IGN);
  }
  return ctx;
}

static int failed(struct tls_peer *p, const char *what) {
  p->fault = FAILURE_TLS_HANDSHAKE;
  connect_reason(p, "%s: %s", what, strerror(errno));
  return -1;
}

static bool is_text(const char *s, size_t room) {
  for (size_t i = 0; i < room; i++) {
    if (!s[i])
      return true;
    if (s[i] < ' ' || s[i] > '~')
      return false;
  }
  return false;
}

/* The child has read what a stranger wrote: nothing of its answer is believed without a look. */
static bool is_sound(const struct tls_peer *p) {
  bool fault = p->fault == FAILURE_NONE || (p->fault >= FAILURE_TLS_HANDSHAKE && p->fault <= FAILURE_TLS_CERTIFICATE);
  return fault && is_text(p->version, sizeof p->version) && is_text(p->cipher, sizeof p->cipher) && is_text(p->reason, sizeof p->reason);
}

static int hear(struct tls_peer *p, int result, int timeout_ms) {
  ssize_t n = -1;
  if (!fd_wait(result, POLLIN, timeout_ms) || (n = recv(result, p, sizeof *p, 0)) != (ssize_t)sizeof *p || !is_sound(p)) {
    *p = (struct tls_peer){.plain = -1};
    errno = n < 0 ? errno : EPROTO;
    return failed(p, "the child that does the handshake ended");
  }
  return p->plain == 0 && p->version[0] ? 0 : -1;
}

int tls_connect(struct tls_peer *p, int sock, const struct tls_wish *w) {
  int plain[2], result[2];
  *p = (struct tls_peer){.plain = -1};
  SSL_CTX *ctx = context();
  if (!ctx) {
    errno = ENOMEM;
    return failed(p, "libssl");
  }
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, plain))
    return failed(p, "socketpair");
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, result)) {
    close(plain[0]);
    close(plain[1]);
    return failed(p, "socketpair");
  }
  pid_t pid = fork();
  if (!pid)
    be_child(ctx, sock, plain[1], result[1], w);
  close(plain[1]);
  close(result[1]);
  int done = pid < 0 ? failed(p, "fork") : hear(p, result[0], w->timeout_ms + GRACE_MS);
  close(result[0]);
  p->plain = done ? -1 : plain[0];
  if (done)
    close(plain[0]);
  return done;
}
