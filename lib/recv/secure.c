#include <errno.h>
#include <sys/socket.h>

#include "recv/part.h"
#include "sys/report.h"

/* A password is taken under TLS, or from the networks that the operator named; never on a port that is for other servers,
 * unless the operator wants it there. */
bool recv_auth_is_wanted(const struct recv *r) {
  return conf_number(r->conf, SET_smtp_auth) && (is_submission(r) || conf_number(r->conf, SET_auth_on_smtp_port));
}

static bool auth_is_safe(const struct recv *r) {
  bool pipeline = r->peer->socket < 0 && !*r->peer->ip;     /* on this machine */
  return r->tls.on || pipeline || (r->client.has_ip && relay_clear_text_allowed(r->conf, &r->client.ip));
}

void recv_limits(const struct recv *r, struct smtp_server_limits *limits) {
  bool starttls = !r->tls.on && r->peer->socket >= 0 && starttls_is_offered();
  *limits = (struct smtp_server_limits){
      .hostname = bytes_sa(&r->hostname),
      .size_max = (uint64_t)conf_number(r->conf, SET_message_size_max),
      .recipients_max = (unsigned)conf_number(r->conf, SET_recipients_max),
      .errors_max = (unsigned)conf_number(r->conf, SET_errors_max),
      .hops_max = (unsigned)conf_number(r->conf, SET_hops_max),
      .lenient = r->listed,
      .tell = report_is_on(SM122I_command),
      .starttls = starttls,
      .auth = recv_auth_is_wanted(r) && auth_is_safe(r),
      .auth_after_tls = recv_auth_is_wanted(r) && starttls,
      .auth_required = is_submission(r),
  };
}

/* The plain end of the pair takes the place of the connection, from its first byte on. */
static void go_on_in_the_clear(struct recv *r) {
  r->io.in = r->io.out = r->tls.plain;
  r->io.pos = r->io.end = r->io.pending = 0;
}

int recv_tls_first(struct recv *r) {
  if (starttls_begin(&r->tls, r->peer->socket, "tls", r->peer->ip) || starttls_finish(&r->tls))
    return -1;
  go_on_in_the_clear(r);
  return 0;
}

/* The engine has refused what it had in hand; what has arrived since waits in the kernel. */
static bool something_waits(const struct recv *r) {
  char byte;
  return recv(r->io.in, &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0;
}

/* Looked at before and behind: tls-serve needs a moment to take the connection over. */
void recv_tls(struct recv *r) {
  enum message_id id = SM112I_tls_go_ahead;
  if (something_waits(r))
    id = SM320E_data_before_tls;
  else if (starttls_begin(&r->tls, r->peer->socket, "starttls", r->peer->ip))
    id = SM321W_tls_unavailable;
  else if (something_waits(r)) {
    starttls_end(&r->tls);
    id = SM320E_data_before_tls;
  }
  if (message_is_refusal(id))
    recv_tell_refused(r, id, bytes_str("STARTTLS"));
  smtp_server_answer(&r->smtp, id, bytes_str(""));
}

/* What came was in the clear: the client, which did not begin TLS, is told so in the clear. */
static int not_tls(struct recv *r) {
  if (r->tls.id != TL206W_not_tls)
    return -1;
  smtp_server_end(&r->smtp, SM333W_no_tls_came);
  return 0;
}

int recv_handshake(struct recv *r) {
  struct smtp_server_limits limits;
  if (conn_flush(&r->io))
    return -1;
  if (starttls_finish(&r->tls))
    return not_tls(r);
  go_on_in_the_clear(r);
  r->user.len = 0;
  r->client.user = bytes_str("");
  recv_limits(r, &limits);
  smtp_server_secured(&r->smtp, &limits);
  return 0;
}
