/* smtp_play: runs the receiving engine over a transcript and writes down what it said and asked, a line each:
 *
 *   "250 2.0.0 …" the replies;  "RCPT a@b notify=4 orcpt=…"  "BEGIN a@b size=1 8bit utf8 ret=F envid=x"
 *   "END message with | for LF"  "DROP"  "FORGET"  "REFUSED SM501W command"  "CLOSE SM102I"
 *
 * Recipients "unknown@…" and "full@…" are refused, "nospace@…" as a sender cannot begin, "late@…" fails at the end,
 * "other@…" is nobody's own address.  The password of every user is "pass"; that of "down" cannot be checked.
 *
 * STARTTLS works where the limits offer it; \x16, the first byte of a TLS record, stands for the client's handshake, after
 * which the limits are those with AUTH and without STARTTLS.  What else stands there "waits in the kernel". */
#ifndef SMTP_PLAY_H
#define SMTP_PLAY_H

#include "smtp/server.h"

enum { HANDSHAKE = 0x16 };

struct play {
  struct smtp_server s;
  stralloc record, content;
  bool closed, shaking;
  struct bytes waiting;        /* what the client has sent and the engine was not yet given */
};

static const struct smtp_server_limits play_limits = {
    .hostname = {"mx.test", 7}, .size_max = 1000, .recipients_max = 3, .errors_max = 5, .hops_max = 2};

static inline bool play_starts(struct bytes b, const char *word) { return bytes_istarts(b, bytes_str(word)); }

static inline void play_begin(struct play *p, const struct smtp_server_limits *limits) {
  *p = (struct play){.closed = false};
  smtp_server_init(&p->s, limits);
}

static inline void play_end(struct play *p) {
  smtp_server_free(&p->s);
  stralloc_free(&p->record);
  stralloc_free(&p->content);
}

static inline void play_replies(struct play *p) {
  for (size_t i = 0; i < p->s.out.len; i++)
    if (p->s.out.s[i] != '\r')
      sa_catc(&p->record, p->s.out.s[i]);
  p->s.out.len = 0;
}

static inline void play_rcpt(struct play *p) {
  struct bytes to = p->s.rcpt.addr.whole;
  sa_catf(&p->record, "RCPT %.*s", (int)to.n, to.s);
  if (p->s.rcpt.notify)
    sa_catf(&p->record, " notify=%u", p->s.rcpt.notify);
  if (p->s.rcpt.orcpt.n)
    sa_catf(&p->record, " orcpt=%.*s", (int)p->s.rcpt.orcpt.n, p->s.rcpt.orcpt.s);
  sa_catc(&p->record, '\n');
  smtp_server_answer(&p->s, play_starts(to, "unknown@") ? SM301E_user_unknown : play_starts(to, "full@") ? SM302E_mailbox_full : SM105I_recipient_accepted, bytes_str(""));
}

static inline void play_mail(struct play *p) {
  const struct smtp_mail *m = &p->s.mail;
  sa_cats(&p->record, "BEGIN ");
  sa_cat(&p->record, &m->sender);
  if (m->size)
    sa_catf(&p->record, " size=%llu", (unsigned long long)m->size);
  sa_cats(&p->record, m->eightbit ? " 8bit" : "");
  sa_cats(&p->record, m->smtputf8 ? " utf8" : "");
  if (m->ret)
    sa_catf(&p->record, " ret=%c", m->ret);
  if (m->envid.len)
    sa_cats(&p->record, " envid="), sa_cat(&p->record, &m->envid);
  sa_catc(&p->record, '\n');
  p->content.len = 0;
  smtp_server_answer(&p->s, play_starts(bytes_sa(&m->sender), "nospace@") ? SM303E_space_low : SM106I_send_data, bytes_str(""));
}

static inline void play_message(struct play *p) {
  sa_cats(&p->record, "END ");
  for (size_t i = 0; i < p->content.len; i++)
    sa_catc(&p->record, p->content.s[i] == '\n' ? '|' : p->content.s[i]);
  sa_catc(&p->record, '\n');
  bool late = play_starts(bytes_sa(&p->s.mail.sender), "late@");
  smtp_server_answer(&p->s, late ? SM304E_spool_failed : SM107I_message_accepted, bytes_str(late ? "" : "QID"));
}

static inline void play_auth(struct play *p) {
  struct bytes user = bytes_sa(&p->s.sasl.user), pass = bytes_sa(&p->s.sasl.pass);
  sa_catf(&p->record, "AUTH %.*s\n", (int)user.n, user.s);
  bool right = bytes_eq(pass, bytes_str("pass"));
  smtp_server_answer(&p->s, play_starts(user, "down") ? SM326E_auth_unavailable : right ? SM113I_authenticated : SM325W_auth_refused, bytes_str(""));
}

static inline void play_tls(struct play *p) {
  bool injected = p->waiting.n && p->waiting.s[0] != HANDSHAKE;
  if (!injected)
    sa_cats(&p->record, "TLS\n");
  smtp_server_answer(&p->s, injected ? SM320E_data_before_tls : SM112I_tls_go_ahead, bytes_str(""));
  play_replies(p);
  if (injected)       /* as where the engine finds it */
    sa_catf(&p->record, "REFUSED SM320E %.*s\n", (int)p->s.shown.n, p->s.shown.s);
}

static inline void play_handshake(struct play *p) {
  struct smtp_server_limits limits = p->s.limits;
  if (!p->shaking)
    sa_cats(&p->record, "HANDSHAKE\n");
  p->shaking = !p->waiting.n;
  if (p->shaking)
    return;
  p->waiting = bytes_of(p->waiting.s + 1, p->waiting.n - 1);
  limits.starttls = false;
  limits.auth = limits.auth_after_tls;
  smtp_server_secured(&p->s, &limits);
}

static inline void play_sender(struct play *p) {
  bool other = play_starts(bytes_sa(&p->s.mail.sender), "other@");
  smtp_server_answer(&p->s, other ? SM328E_sender_not_own : SM104I_sender_accepted, bytes_str(""));
}

static inline void play_event(struct play *p, enum smtp_server_event e) {
  switch (e) {
  case SERVER_MAIL: play_sender(p); break;
  case SERVER_AUTH: play_auth(p); break;
  case SERVER_TLS: play_tls(p); break;
  case SERVER_HANDSHAKE: play_handshake(p); break;
  case SERVER_RCPT: play_rcpt(p); break;
  case SERVER_BEGIN: play_mail(p); break;
  case SERVER_DATA: sa_catb(&p->content, p->s.chunk.s, p->s.chunk.n); break;
  case SERVER_END: play_message(p); break;
  case SERVER_DROP: sa_cats(&p->record, "DROP\n"); break;
  case SERVER_FORGET: sa_cats(&p->record, "FORGET\n"); break;
  case SERVER_REFUSED: sa_catf(&p->record, "REFUSED %s %.*s\n", message_of(p->s.id)->id, (int)p->s.shown.n, p->s.shown.s); break;
  case SERVER_COMMAND: sa_catf(&p->record, "COMMAND %.*s\n", (int)p->s.shown.n, p->s.shown.s); break;
  case SERVER_CLOSE:
    sa_catf(&p->record, "CLOSE %s\n", message_of(p->s.id)->id);
    p->closed = true;
    break;
  case SERVER_FEED: break;
  }
}

static inline void play_feed(struct play *p, struct bytes in) {
  enum smtp_server_event e = SERVER_COMMAND;
  smtp_server_feed(&p->s, in);
  while (!p->closed && !p->shaking && e != SERVER_FEED) {
    e = smtp_server_next(&p->s);
    play_replies(p);
    play_event(p, e);
  }
  play_replies(p);
}

/* The whole transcript in pieces of PIECE bytes, the first one of FIRST (0: as the others); a handshake begins a piece. */
static inline void play_all(struct play *p, struct bytes in, size_t first, size_t piece) {
  play_feed(p, bytes_str(""));
  p->waiting = in;
  for (size_t n = first ? first : piece; p->waiting.n && !p->closed && !p->shaking; n = piece) {
    struct bytes all = p->waiting;
    const char *shake = p->s.limits.starttls && all.n > 1 ? memchr(all.s + 1, HANDSHAKE, all.n - 1) : NULL;
    n = n < all.n ? n : all.n;
    if (shake && n > (size_t)(shake - all.s))
      n = (size_t)(shake - all.s);
    p->waiting = bytes_of(all.s + n, all.n - n);
    play_feed(p, bytes_of(all.s, n));
  }
}

#endif
