/* client_play: runs the sending engine against what a server says, and writes down what it did, a line each:
 *
 *   "> EHLO me"                 a command sent
 *   "BODY"                      the message was asked for (and sent)
 *   "0 sent 250 ok"             a result; or "0 refused rcpt 550 5.1.1 …", "0 failed body closed"
 *   "READY"                     after each message; then the next one is begun, at the end "> QUIT"
 *   "TLS", "AUTH"               the handshake, the credentials were asked for (and given)
 *   "CLOSED"                    or "CLOSED mail reply 421 …", "CLOSED stale"
 *
 * A server's stream that is not used up at the end is noted as "LEFT". */
#ifndef CLIENT_PLAY_H
#define CLIENT_PLAY_H

#include "base/sa.h"
#include "smtp/client.h"

struct play_message {
  const char *sender, *rcpt;   /* rcpt: separated by blanks */
  uint64_t size;
  const char *flags;           /* 8: has 8-bit bytes, u: in the header, d: DSN parameters */
};

enum { PLAY_RCPTS = 300 };

struct play_way {
  bool no_pipelining;
  bool rehearsal;
  enum client_tls tls;
  bool secured, verified;             /* secured: before the greeting; verified: whatever TLS comes */
  bool handshake_fails;
  const char *user, *secret;          /* NULL: none */
  bool token;
};

static inline void play_lines(stralloc *record, const stralloc *out) {
  struct bytes rest = bytes_sa(out), line;
  while (rest.n && bytes_cut(&rest, '\n', &line)) {
    sa_cats(record, "> ");
    sa_catb(record, line.s, line.n - (line.n && line.s[line.n - 1] == '\r'));
    sa_catc(record, '\n');
  }
}

static inline void play_failure(stralloc *record, const struct failure *f) {
  static const char *const kinds[] = {"none", "", "errno", "closed", "protocol", "nxdomain", "no_address", "null_mx", "servfail",
                                      "dns_timeout", "loop", "address", "too_big", "no_smtputf8", "bare_cr", "file",
                                      "tls_missing", "tls_refused", "tls_injected", "tls_handshake", "tls_name", "tls_expired", "tls_not_yet",
                                      "tls_self_signed", "tls_issuer", "tls_certificate", "auth_unverified", "auth_missing", "auth_refused",
                                      "token_refused", "token_missing", "token_expired", "credentials"};
  sa_catf(record, " %s%s%s", stage_name(f->stage), *kinds[f->kind] ? " " : "", kinds[f->kind]);
  if (f->text.n)
    sa_catc(record, ' ');
  sa_catb(record, f->text.s, f->text.n);
  if (f->status.n) {
    sa_cats(record, " #");
    sa_catb(record, f->status.s, f->status.n);
  }
  sa_catc(record, '\n');
}

static inline void play_result(stralloc *record, const struct client_result *r) {
  sa_catf(record, "%zu %s", r->rcpt, r->accepted ? "sent" : "failed");
  play_failure(record, &r->failure);
}

static inline void play_envelope(struct client_envelope *e, struct client_rcpt *rcpt, const struct play_message *m) {
  struct bytes list = bytes_str(m->rcpt), one;
  bool dsn = strchr(m->flags, 'd');
  *e = (struct client_envelope){.sender = bytes_str(m->sender), .size = m->size, .eightbit = strchr(m->flags, '8'), .utf8_header = strchr(m->flags, 'u'),
                                .envid = bytes_str(dsn ? "id+3D1" : ""), .ret = dsn ? 'H' : 0, .rcpt = rcpt};
  while (e->count < PLAY_RCPTS && bytes_cut(&list, ' ', &one))
    rcpt[e->count++] = (struct client_rcpt){.addr = one, .orcpt = bytes_str(dsn ? "rfc822;o@x" : ""), .notify = dsn ? 6 : 0};
}

/* STREAM is what the server says, given in pieces of CHUNK bytes (0: up to CUT, then the rest); then it closes. */
static inline void play_tls(struct client *c, stralloc *record, const struct play_way *way) {
  sa_cats(record, "TLS\n");
  if (way->handshake_fails)
    client_failed_because(c, FAILURE_TLS_EXPIRED, bytes_str("last year"));
  else
    client_secured(c, way->verified);
}

static inline void play_auth(struct client *c, stralloc *record, const struct play_way *way) {
  struct client_credentials k = {.user = bytes_str(way->user), .secret = bytes_str(way->secret), .token = way->token};
  sa_cats(record, "AUTH\n");
  client_authenticate(c, &k);
}

static inline void play_as(stralloc *record, struct bytes stream, const struct play_message *m, size_t messages, const struct play_way *way, size_t chunk, size_t cut) {
  static struct client_rcpt rcpt[PLAY_RCPTS];
  struct client_envelope e;
  struct client c;
  size_t at = 0, used, next = 0;
  record->len = 0;
  client_init(&c, &(struct client_options){.helo = {"me", 2}, .no_pipelining = way->no_pipelining, .rehearsal = way->rehearsal, .tls = way->tls, .secured = way->secured, .verified = way->secured && way->verified, .auth = way->user});
  play_envelope(&e, rcpt, &m[next++]);
  client_begin(&c, &e);
  for (enum client_event event; (event = client_next(&c)) != CLIENT_CLOSED;) {
    size_t n = stream.n - at;
    switch (event) {
    case CLIENT_SEND: play_lines(record, &c.out); break;
    case CLIENT_BODY: sa_cats(record, "BODY\n"); client_body_sent(&c); break;
    case CLIENT_TLS: play_tls(&c, record, way); break;
    case CLIENT_AUTH: play_auth(&c, record, way); break;
    case CLIENT_RESULT: play_result(record, &c.result); break;
    case CLIENT_READY:
      sa_cats(record, "READY\n");
      if (next < messages) {
        play_envelope(&e, rcpt, &m[next++]);
        client_begin(&c, &e);
      } else
        client_quit(&c);
      break;
    default:
      if (!n) {
        client_lost(&c, 0);
        break;
      }
      if (chunk && n > chunk)
        n = chunk;
      if (at < cut && cut - at < n)
        n = cut - at;
      client_feed(&c, bytes_of(stream.s + at, n), &used);
      at += used;
    }
  }
  sa_cats(record, c.stale ? "CLOSED stale" : "CLOSED");
  if (c.failure.kind != FAILURE_NONE && !c.stale)
    play_failure(record, &c.failure);
  else
    sa_catc(record, '\n');
  if (at < stream.n)
    sa_cats(record, "LEFT\n");
  client_free(&c);
}

static inline void play(stralloc *record, struct bytes stream, const struct play_message *m, size_t messages, bool no_pipelining, size_t chunk, size_t cut) {
  play_as(record, stream, m, messages, &(struct play_way){.no_pipelining = no_pipelining}, chunk, cut);
}

#endif
