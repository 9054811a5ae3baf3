/* POP3 up to the login: what strangers talk to. */
#include <poll.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "auth/auth.h"
#include "base/big.h"
#include "base/sa.h"
#include "control/generation.h"
#include "control/mark.h"
#include "io/conn.h"
#include "pop3/pop3.h"
#include "reading/reading.h"
#include "relay/relay.h"
#include "starttls/starttls.h"
#include "sys/clock.h"
#include "sys/fd.h"
#include "sys/report.h"

enum { SECOND = 1000 };

struct conversation {
  struct pop3_login engine;
  const struct peer *peer;
  struct starttls tls;
  int verdict;              /* of the last login, or STLS: reported already */
  int channel, slot;
  long longest;             /* seconds */
  struct conn conn;         /* last: its buffers are not cleared */
};

static void send_reply(struct conversation *c, const struct pop3_event *ev) {
  if (ev->id != POP3_OK && ev->id != c->verdict)
    report((enum message_id)ev->id, "ip=%s", c->peer->ip);
  report(PO005I_pop3_reply, "reply=%.*s", (int)ev->text.n, ev->text.s);
  conn_put(&c->conn, ev->text);
  c->verdict = POP3_OK;
}

static void ask(struct conversation *c, const struct pop3_event *ev) {
  enum message_id id = auth_ask(&(struct auth_question){
    .kind = "pop3", .ip = bytes_str(c->peer->ip), .user = ev->user, .pass = ev->pass, .unread = conn_unread(&c->conn),
    .in = c->conn.in, .out = c->conn.out, .socket = c->peer->socket}, &c->channel, NULL);
  c->verdict = id == AU001I_login ? POP3_OK : (int)id;
  pop3_login_answer(&c->engine, c->verdict);
}

/* --- TLS --- */

/* Whatever came behind STLS came unprotected, and a client that keeps to RFC 2595 waits for our answer. */
static bool something_behind(const struct conversation *c) {
  char byte;
  return conn_unread(&c->conn).n || recv(c->conn.in, &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0;
}

static void begin_tls(struct conversation *c) {
  c->verdict = POP3_OK;
  if (something_behind(c)) {
    conn_consume(&c->conn, conn_unread(&c->conn).n);
    c->engine.core.last = true;
    pop3_login_answer(&c->engine, PO117E_data_behind_stls);
  } else if (conn_flush(&c->conn) || starttls_begin(&c->tls, c->peer->socket, "starttls", c->peer->ip)) {
    report(PO204E_tls_unavailable, "ip=%s", c->peer->ip);
    c->verdict = PO204E_tls_unavailable;
    pop3_login_answer(&c->engine, PO204E_tls_unavailable);
  } else
    pop3_login_answer(&c->engine, POP3_OK);
}

/* What came was in the clear, so the client is told in the clear, unless it began with TLS and must not be answered so. */
static void tell_no_tls(struct conversation *c, bool tls_first) {
  struct pop3_event ev;
  if (tls_first || c->tls.id != TL206W_not_tls)
    return;
  pop3_login_free(&c->engine);
  pop3_login_turn_away(&c->engine, PO118W_no_tls_came);
  if (pop3_login_next(&c->engine, &ev) > 0)
    send_reply(c, &ev);
  conn_flush(&c->conn);
}

/* False: no handshake, no conversation. */
static bool finish_tls(struct conversation *c, bool tls_first) {
  if (conn_flush(&c->conn) || starttls_finish(&c->tls)) {
    tell_no_tls(c, tls_first);
    return false;
  }
  c->conn.in = c->conn.out = c->tls.plain;
  return true;
}

/* --- the conversation --- */

/* False: it cannot go on. */
static bool handle(struct conversation *c, const struct pop3_event *ev) {
  if (ev->kind == POP3_COMMAND)
    report(PO004I_pop3_command, "command=%.*s", (int)ev->text.n, ev->text.s);
  else if (ev->kind == POP3_REPLY)
    send_reply(c, ev);
  else if (ev->kind == POP3_STLS)
    begin_tls(c);
  else if (ev->kind == POP3_SECURE) {
    if (!finish_tls(c, false))
      return false;
    pop3_login_secured(&c->engine);
  } else if (!conn_flush(&c->conn))
    ask(c, ev);
  return true;
}

/* What was read may be a password: it is wiped as it is taken. */
static size_t feed(struct conversation *c) {
  struct bytes unread = conn_unread(&c->conn);
  size_t n = pop3_login_feed(&c->engine, unread);
  explicit_bzero(c->conn.inbuf + c->conn.pos, n);
  conn_consume(&c->conn, n);
  return n;
}

static void talk_until_login(struct conversation *c) {
  struct pop3_event ev;
  for (;;) {
    int more;
    while ((more = pop3_login_next(&c->engine, &ev)) > 0)
      if (!handle(c, &ev))
        return;
    if (more < 0)
      break;
    if (!feed(c) && conn_fill(&c->conn) <= 0)
      break;
  }
  if (!c->engine.accepted)
    conn_flush(&c->conn);
}

static bool clear_text_allowed(const struct conf *conf, const struct peer *peer) {
  struct ip ip;
  if (!*peer->ip)
    return peer->socket < 0;        /* a pipeline is on this machine */
  return ip_parse(&ip, bytes_str(peer->ip)) && relay_clear_text_allowed(conf, &ip);
}

static struct pop3_offer offer_of(const struct conversation *c, const struct conf *conf) {
  return (struct pop3_offer){
    .clear_text = clear_text_allowed(conf, c->peer),
    .stls = !c->tls.on && c->peer->socket >= 0 && starttls_is_offered(),
    .secure = c->tls.on,
  };
}

static void take_slot(struct conversation *c, const struct conf *conf) {
  struct ip ip;
  long max = conf ? conf_number(conf, SET_connections_per_address) : 0;
  if (conf && ip_parse(&ip, bytes_str(c->peer->ip)))
    c->slot = mark_connection("pop3", &ip, max > 0 ? (unsigned)max : 1);
}

/* TLS from the start, before the greeting (RFC 8314 3.2).  Where the place is taken nobody's handshake is paid for, and
 * there is no other way to say so than to close. */
static bool shake_hands(struct conversation *c) {
  if (c->slot == -1)
    report(PO202W_too_many_connections, "ip=%s", c->peer->ip);
  return c->slot != -1 && !starttls_begin(&c->tls, c->peer->socket, "tls", c->peer->ip) && finish_tls(c, true);
}

static void prepare(struct conversation *c, const struct conf *conf) {
  stralloc host = {0};
  long silence = conf ? conf_number(conf, SET_command_timeout) : 0;
  c->longest = conf ? conf_number(conf, SET_conversation_timeout) : READING_SILENCE_MIN;
  c->conn.timeout_ms = (int)(silence > READING_SILENCE_MIN ? silence : READING_SILENCE_MIN) * SECOND;
  c->conn.deadline = clock_ms() + c->longest * SECOND;
  if (!conf)
    pop3_login_turn_away(&c->engine, PO203E_no_configuration);
  else if (c->slot == -1)
    pop3_login_turn_away(&c->engine, PO202W_too_many_connections);
  else
    pop3_login_init(&c->engine, conf_hostname(conf, &host), offer_of(c, conf), (unsigned)conf_number(conf, SET_errors_max));
  stralloc_free(&host);
}

/* The session's end closes the channel.  Until then this process holds the connection's place in every limit. */
static void await_session(struct conversation *c) {
  char byte;
  if (c->channel < 0)
    return;
  while (fd_wait(c->channel, POLLIN, (int)(c->longest + READING_SILENCE_MIN) * SECOND) && read(c->channel, &byte, 1) > 0)
    ;
  close(c->channel);
}

static void farewell(struct conversation *c) {
  report(PO003I_pop3_without_login, "ip=%s tries=%u", c->peer->ip, c->engine.tries);
  shutdown(c->conn.out, SHUT_WR);     /* a login service that is stuck may still hold the connection */
}

static int hold(int in, int out, const struct peer *peer, bool tls_first) {
  static struct conversation c BIG;
  memset(&c, 0, offsetof(struct conversation, conn));
  c.peer = peer;
  c.channel = c.tls.plain = c.tls.channel = -1;
  c.slot = -2;
  c.verdict = POP3_OK;
  conn_init(&c.conn, in, out, 0);
  c.conn.in_max = LOGIN_UNREAD_MAX;   /* what follows the password is handed on unread */
  report(PO001I_pop3_connected, "ip=%s", peer->ip);
  const struct conf *conf = generation_conf();
  take_slot(&c, conf);
  if (!tls_first || shake_hands(&c)) {
    prepare(&c, conf);
    talk_until_login(&c);
  }
  if (!c.engine.accepted)
    farewell(&c);
  await_session(&c);
  pop3_login_free(&c.engine);
  starttls_end(&c.tls);
  if (c.slot >= 0)
    close(c.slot);
  return EXIT_STOP;
}

int reading_login(int in, int out, const struct peer *peer) { return hold(in, out, peer, false); }
int reading_login_tls(int in, int out, const struct peer *peer) { return hold(in, out, peer, true); }
