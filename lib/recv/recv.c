#include "recv/recv.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/big.h"
#include "control/generation.h"
#include "control/mark.h"
#include "recv/part.h"
#include "sys/clock.h"
#include "sys/fd.h"
#include "sys/report.h"

enum { PATIENCE_SPOILT_MS = 10000, LAST_WORD_MS = 2000, DRAIN_MAX = 1 << 20 };

static void put_replies(struct recv *r) {
  recv_tell_replies(bytes_sa(&r->smtp.out));
  conn_put(&r->io, bytes_sa(&r->smtp.out));
  r->smtp.out.len = 0;
}

/* Input that stays unread when the socket is closed makes the kernel send a reset, which can overtake our last reply:
 * after a refusal what the client still sends is read for a moment and thrown away. */
static void drain(struct recv *r) {
  size_t seen = 0;
  shutdown(r->io.out, SHUT_WR);
  for (ssize_t n = 1; n > 0 && seen < DRAIN_MAX; seen += n > 0 ? (size_t)n : 0) {
    conn_consume(&r->io, conn_unread(&r->io).n);
    n = conn_fill(&r->io);
  }
}

static void say_last_word(struct recv *r, bool refused) {
  put_replies(r);
  r->io.deadline = clock_ms() + LAST_WORD_MS;
  if (!conn_flush(&r->io) && refused)
    drain(r);
}

static void client_left(struct recv *r) {
  if (smtp_server_in_data(&r->smtp))
    recv_tell_refused(r, SM319W_client_left, bytes_str("DATA"));
}

static int patience_ms(const struct recv *r) {
  int64_t ms = (int64_t)conf_number(r->conf, SET_command_timeout) * 1000;
  if (smtp_server_is_impatient(&r->smtp) && ms > PATIENCE_SPOILT_MS)
    ms = PATIENCE_SPOILT_MS;
  return ms < INT_MAX ? (int)ms : INT_MAX;
}

/* All that was read has been used: a password that was in it is in nobody's memory then. */
static void forget_passwords(struct recv *r) {
  if (r->smtp.secretive)
    explicit_bzero(r->io.inbuf, r->io.end);
}

/* False: the client has gone. */
static bool feed(struct recv *r) {
  put_replies(r);
  r->io.timeout_ms = patience_ms(r);
  forget_passwords(r);
  conn_consume(&r->io, conn_unread(&r->io).n);
  ssize_t n = conn_fill(&r->io);
  if (n > 0)
    smtp_server_feed(&r->smtp, conn_unread(&r->io));
  else if (n < 0 && errno == ETIMEDOUT)
    smtp_server_end(&r->smtp, clock_ms() >= r->io.deadline ? SM316W_conversation_timeout : SM315W_command_timeout);
  else
    client_left(r);
  return n > 0 || (n < 0 && errno == ETIMEDOUT);
}

/* The reason for the end, for the log. */
static const char *talk(struct recv *r) {
  for (;;)
    switch (smtp_server_next(&r->smtp)) {
    case SERVER_FEED:
      if (!feed(r))
        return "client left";
      break;
    case SERVER_HANDSHAKE:
      put_replies(r);
      if (recv_handshake(r))
        return message_of(r->tls.id)->id;
      break;
    case SERVER_TLS: recv_tls(r); break;
    case SERVER_AUTH: recv_auth(r); break;
    case SERVER_MAIL: recv_mail(r); break;
    case SERVER_RCPT: recv_rcpt(r); break;
    case SERVER_BEGIN: recv_begin(r); break;
    case SERVER_DATA: recv_data(r); break;
    case SERVER_END: recv_end(r); break;
    case SERVER_DROP: recv_drop(r); break;
    case SERVER_FORGET: recv_forget(r); break;
    case SERVER_REFUSED: recv_tell_refused(r, r->smtp.id, r->smtp.shown); break;
    case SERVER_COMMAND: recv_tell_command(r); break;
    case SERVER_CLOSE:
      say_last_word(r, message_is_refusal(r->smtp.id));
      return message_of(r->smtp.id)->id;
    }
}

static void find_hostname(struct recv *r) {
  struct bytes name = conf_text(r->conf, SET_hostname), domain = {"localhost", 9};
  if (!name.n) {
    conf_get(r->conf, 'd', bytes_str(""), &domain);
    sa_copys(&r->hostname, "mail.");
    sa_catb(&r->hostname, domain.s, domain.n);
  } else
    sa_copyb(&r->hostname, name.s, name.n);
}

static void find_client(struct recv *r) {
  bool any_sender;
  struct bytes prefix;
  r->client = (struct relay_client){.user = {"", 0}, .pop_mark_age = -1};
  r->client.has_ip = ip_parse(&r->client.ip, bytes_str(r->peer->ip));
  r->listed = r->client.has_ip && relay_is_listed(r->conf, &r->client.ip, &any_sender, &prefix);
}

static void begin(struct recv *r) {
  struct smtp_server_limits limits;
  recv_limits(r, &limits);
  smtp_server_init(&r->smtp, &limits);
  r->io.deadline = r->started + conf_number(r->conf, SET_conversation_timeout) * 1000;
  report(SM120I_conversation_begun, "ip=%s port=%s host=%s local=%s:%s listed=%s tls=%s", r->peer->ip, r->peer->port, host_of(r),
         r->peer->local_ip, r->peer->local_port, r->listed ? "yes" : "no", r->tls.on ? r->tls.version : NULL);
  if (*r->peer->ip && fd_wait(r->io.in, POLLIN, 0))
    report(SM125I_early_talker, "ip=%s", r->peer->ip);
}

static void end(struct recv *r, const char *cause) {
  recv_drop(r);
  report_message(NULL);
  report(SM121I_conversation_ended, "ip=%s cause=%s messages=%u ms=%lld", r->peer->ip, cause, r->smtp.messages, (long long)(clock_ms() - r->started));
  recv_forget(r);
  forget_passwords(r);
  smtp_server_free(&r->smtp);
}

/* No conversation: ID is said instead of the greeting, as a 421, which is all that a client understands there; where TLS
 * comes first it understands nothing before. */
static void turn_away(struct recv *r, enum message_id id) {
  const struct message *m = message_of(id);
  if (r->how & RECV_TLS && !r->tls.on)
    return;
  sa_catf(&r->smtp.out, "421 %s %s (%s)\r\n", m->status, m->text, m->id);
  say_last_word(r, true);
  stralloc_free(&r->smtp.out);
}

/* The port is for users who authenticate, and they cannot any more. */
static void hold(struct recv *r) {
  if (is_submission(r) && !conf_number(r->conf, SET_smtp_auth)) {
    report(SM332W_submission_off, "ip=%s host=%s", r->peer->ip, host_of(r));
    turn_away(r, SM332W_submission_off);
    return;
  }
  begin(r);
  end(r, talk(r));
}

static void converse(struct recv *r) {
  int slot = r->client.has_ip ? mark_connection("smtp", &r->client.ip, (unsigned)conf_number(r->conf, SET_connections_per_address)) : -2;
  if (slot == -1) {
    report(SM317E_too_many_connections, "ip=%s host=%s", r->peer->ip, host_of(r));
    turn_away(r, SM317E_too_many_connections);
    return;
  }
  if (!(r->how & RECV_TLS) || !recv_tls_first(r))
    hold(r);
  if (slot >= 0)
    close(slot);
}

static void free_all(struct recv *r) {
  stralloc *const owned[] = {&r->hostname, &r->to, &r->user, &r->held, &r->mid};
  for (size_t i = 0; i < sizeof owned / sizeof *owned; i++)
    stralloc_free(owned[i]);
  starttls_end(&r->tls);
}

int recv_conversation(unsigned how, int in, int out, const struct peer *peer) {
  static struct recv r BIG;
  memset(&r, 0, offsetof(struct recv, io));
  r.how = how;
  r.peer = peer;
  r.tls.plain = r.tls.channel = -1;
  r.started = clock_ms();
  conn_init(&r.io, in, out, LAST_WORD_MS);
  r.conf = generation_conf();
  if (r.conf) {
    find_hostname(&r);
    find_client(&r);
    converse(&r);
  } else
    turn_away(&r, CF301E_no_generation);
  bool passwords = r.conf && recv_auth_is_wanted(&r);
  free_all(&r);
  return passwords ? EXIT_STOP : EXIT_DONE;
}
