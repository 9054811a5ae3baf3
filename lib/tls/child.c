#include "tls/child.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/sa.h"
#include "sandbox/sandbox.h"
#include "starttls/starttls.h"
#include "sys/clock.h"
#include "sys/fd.h"
#include "sys/report.h"
#include "tls/foreign.h"
#include "tls/names.h"

static void close_others(int from) {
  close_range((unsigned)from + 1, ~0U, 0);
  if (from > 3)
    close_range(3, (unsigned)from - 1, 0);
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

/* True: it ended well.  No key is left here when it begins to relay. */
static bool serve_connection(SSL *ssl, struct tls_wire *wire, const struct tls_job *job) {
  if (!strcmp(job->request.kind, "starttls") && !answer(job, &(struct starttls_answer){.id = TL101I_tls_ready}))
    return false;
  send_at_once(job->sock);
  BIO *bio = tls_wire_bio(wire);
  SSL_set_bio(ssl, bio, bio);
  shake_hands(ssl, wire, job);
  tls_foreign_end();
  tls_ticket_forget();
  bool ticket = SSL_get_num_tickets(ssl) > 0, left;
  tell_established(ssl, job);
  bool silent = !tls_relay(ssl, wire, job->plain, &left);
  if (silent && ticket && left)
    report(TL216W_left_after_handshake, "ip=%s version=%s", *job->request.ip ? job->request.ip : NULL, SSL_get_version(ssl));
  return !silent && !wire->failed;
}

/* False: there is no more. */
static bool next_job(int from, struct tls_job *job) {
  static struct tls_task task;
  int fds[FD_PASS_MAX];
  size_t count = FD_PASS_MAX;
  ssize_t n = fd_recv(from, &task, sizeof task, fds, &count);
  if (n != sizeof task || count != 4)
    return false;
  *job = (struct tls_job){.sock = fds[0], .plain = fds[1], .channel = fds[2], .sign = fds[3], .request = task.request};
  tls_ticket_take(&task.tickets);
  explicit_bzero(&task, sizeof task);
  return true;
}

noreturn void tls_child(struct tls_names *names, int from) {
  struct tls_job job;
  bool good = true;
  close_others(from);
  sandbox_enter(&sandbox_tls_child);
  tls_ticket_forget();
  while (good && next_job(from, &job)) {
    struct tls_wire wire = {.fd = job.sock};
    SSL *ssl = tls_names_begin(names);
    report_session(job.request.sid);
    tls_foreign_channel(job.sign, from);
    good = serve_connection(ssl, &wire, &job);
    SSL_free(ssl);
    ERR_clear_error();
    tls_reason_forget();
    close(job.sock);
    good = good && send(from, &(char){TLS_DONE}, 1, MSG_DONTWAIT | MSG_NOSIGNAL) == 1;
  }
  _exit(EXIT_DONE);
}
