/* smtp_play: runs the receiving engine over a transcript and writes down what it said and asked, a line each:
 *
 *   "250 2.0.0 …" the replies;  "RCPT a@b notify=4 orcpt=…"  "BEGIN a@b size=1 8bit utf8 ret=F envid=x"
 *   "END message with | for LF"  "DROP"  "FORGET"  "REFUSED SM501W command"  "CLOSE SM102I"
 *
 * Recipients "unknown@…" and "full@…" are refused, "nospace@…" as a sender cannot begin, "late@…" fails at the end. */
#ifndef SMTP_PLAY_H
#define SMTP_PLAY_H

#include "smtp/server.h"

struct play {
  struct smtp_server s;
  stralloc record, content;
  bool closed;
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

static inline void play_event(struct play *p, enum smtp_server_event e) {
  switch (e) {
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
  while (!p->closed && e != SERVER_FEED) {
    e = smtp_server_next(&p->s);
    play_replies(p);
    play_event(p, e);
  }
  play_replies(p);
}

/* The whole transcript in pieces of PIECE bytes, the first one of FIRST (0: as the others). */
static inline void play_all(struct play *p, struct bytes in, size_t first, size_t piece) {
  play_feed(p, bytes_str(""));
  for (size_t at = 0; at < in.n && !p->closed;) {
    size_t n = at || !first ? piece : first;
    n = n < in.n - at ? n : in.n - at;
    play_feed(p, bytes_of(in.s + at, n));
    at += n;
  }
}

#endif
