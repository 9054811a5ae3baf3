#include "tls/child.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/sa.h"
#include "starttls/starttls.h"
#include "sys/clock.h"
#include "sys/report.h"
#include "tls/foreign.h"
#include "tls/names.h"

static int by_number(const void *a, const void *b) { return *(const int *)a - *(const int *)b; }

static void close_others(const struct tls_job *job) {
  int keep[] = {2, job->sock, job->plain, job->channel, job->sign};
  enum { N = sizeof keep / sizeof *keep };
  qsort(keep, N, sizeof *keep, by_number);
  for (int i = 0; i < N; i++) {
    unsigned first = (unsigned)keep[i] + 1, last = i + 1 < N ? (unsigned)keep[i + 1] - 1 : ~0U;
    if (first <= last)
      close_range(first, last, 0);
  }
}

/* False: who asked has gone. */
static bool answer(const struct tls_job *job, const struct starttls_answer *a) {
  stralloc m = {0};
  starttls_answer_write(&m, a);
  bool sent = send(job->channel, m.s, m.len, MSG_DONTWAIT | MSG_NOSIGNAL) > 0;
  stralloc_free(&m);
  return sent;
}

static noreturn void refuse(const struct tls_job *job, enum message_id id, const char *text) {
  answer(job, &(struct starttls_answer){.id = id, .word = {bytes_str(text)}});
  _exit(EXIT_DONE);
}

/* --- the handshake --- */

/* Waits for what SSL_accept wants; false: the time is over, or who asked has gone. */
static bool wait_for_client(SSL *ssl, int r, const struct tls_job *job, int64_t end) {
  short events = SSL_get_error(ssl, r) == SSL_ERROR_WANT_WRITE ? POLLOUT : POLLIN;
  struct pollfd p[2] = {{.fd = job->sock, .events = events}, {.fd = job->channel}};
  int64_t left = end - clock_ms();
  int n = left > 0 ? poll(p, 2, (int)left) : 0;
  if (n > 0 && p[1].revents)
    _exit(EXIT_DONE);
  return n > 0 || (n < 0 && errno == EINTR);
}

static void shake_hands(SSL *ssl, const struct tls_wire *wire, const struct tls_job *job) {
  int64_t end = clock_ms() + STARTTLS_HANDSHAKE_MS;
  char text[TLS_REASON_MAX];
  int r;
  ERR_clear_error();
  while ((r = SSL_accept(ssl)) != 1) {
    int error = SSL_get_error(ssl, r);
    if ((error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) || tls_is_other(wire)) {
      enum message_id id = tls_reason(ssl, r, wire, text);
      refuse(job, id, text);
    }
    if (!wait_for_client(ssl, r, job, end))
      refuse(job, TL208W_handshake_timed_out, wire->received ? "in the middle" : "the client said nothing");
  }
}

/* The name goes into header lines: nothing but what a host name has. */
static struct bytes name_of(const SSL *ssl) {
  static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
  const char *name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
  return name && !name[strspn(name, letters)] ? bytes_str(name) : (struct bytes){"", 0};
}

static void tell_established(SSL *ssl, const struct tls_job *job) {
  const struct starttls_answer a = {
    .id = TL102I_tls_established,
    .word = {bytes_str(SSL_get_version(ssl)), bytes_str(SSL_get_cipher_name(ssl)), name_of(ssl), bytes_str(SSL_session_reused(ssl) ? "resumed" : "full")},
  };
  if (!answer(job, &a))
    _exit(EXIT_DONE);
  close(job->channel);
}

/* Small writes go out at once: a ticket or a reply must not wait until the client has acknowledged what came before it. */
static void send_at_once(int sock) {
  const int on = 1;
  setsockopt(sock, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

/* Of the keys that this process was forked with none is left when it begins to relay. */
noreturn void tls_child(SSL *ssl, const struct tls_job *job) {
  static struct tls_wire wire;
  wire.fd = job->sock;
  close_others(job);
  tls_foreign_channel(job->sign);
  report_session(job->request.sid);
  if (!answer(job, &(struct starttls_answer){.id = TL101I_tls_ready}))
    _exit(EXIT_DONE);
  send_at_once(job->sock);
  BIO *bio = tls_wire_bio(&wire);
  SSL_set_bio(ssl, bio, bio);
  shake_hands(ssl, &wire, job);
  tls_foreign_end();
  tls_ticket_forget();
  bool ticket = SSL_get_num_tickets(ssl) > 0;
  tell_established(ssl, job);
  if (!tls_relay(ssl, &wire, job->plain) && ticket && wire.closed)
    report(TL216W_left_after_handshake, "ip=%s version=%s", *job->request.ip ? job->request.ip : NULL, SSL_get_version(ssl));
  _exit(EXIT_DONE);
}
