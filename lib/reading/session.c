/* POP3 from the login on: one user, one mailbox. */
#include "reading/session.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/big.h"
#include "base/sa.h"
#include "control/generation.h"
#include "control/mark.h"
#include "reading/reading.h"
#include "sys/clock.h"
#include "sys/report.h"

enum { SECOND = 1000 };

/* --- QUIT --- */

/* A message that was read moves to cur/: other programs then do not show it as new.  Failing that, it stays. */
static void update(struct reading_session *s) {
  size_t failed = 0;
  int first_errno = 0;
  const char *first = "";
  for (size_t i = 0; i < s->box.count; i++)
    if (!s->messages[i].deleted) {
      if (s->fate[i].retrieved)
        maildir_message_seen(&s->box, i);
    } else if (!maildir_message_remove(&s->box, i)) {
      s->fate[i].removed = true;
      s->deleted_count++;
    } else if (!failed++) {
      first_errno = errno;
      first = s->box.m[i].name;
    }
  if (s->deleted_count)
    mark_full_clear(s->user);
  errno = first_errno;
  if (failed)
    report_errno(MB204E_removal_failed, "user=%s path=%s/%s count=%zu", s->user, s->path, first, failed);
  pop3_box_answer(&s->engine, failed ? (int)MB204E_removal_failed : POP3_OK);
}

/* --- the conversation --- */

static void send_reply(struct reading_session *s, const struct pop3_event *ev) {
  bool logged = ev->id != POP3_OK && message_of((enum message_id)ev->id)->id[0] == 'M';
  if (ev->id != POP3_OK && !logged)
    report((enum message_id)ev->id, "user=%s", s->user);
  report(PO005I_pop3_reply, "reply=%.*s", (int)ev->text.n, ev->text.s);
  conn_put(&s->conn, ev->text);
}

static bool handle(struct reading_session *s, const struct pop3_event *ev) {
  if (ev->kind == POP3_COMMAND)
    report(PO004I_pop3_command, "command=%.*s", (int)ev->text.n, ev->text.s);
  else if (ev->kind == POP3_REPLY)
    send_reply(s, ev);
  else if (ev->kind == POP3_REMOVE)
    update(s);
  else
    return reading_send(s, ev);
  return true;
}

/* How it ended: 1 by QUIT (or too many errors), 0 dropped, -1 with errno. */
static int talk(struct reading_session *s) {
  struct pop3_event ev;
  for (;;) {
    int more;
    while ((more = pop3_box_next(&s->engine, &ev)) > 0)
      if (!handle(s, &ev))
        return 1;
    if (more < 0)
      return conn_flush(&s->conn) ? -1 : 1;
    size_t n = pop3_box_feed(&s->engine, conn_unread(&s->conn));
    conn_consume(&s->conn, n);
    if (n)
      continue;
    ssize_t got = conn_fill(&s->conn);
    if (got <= 0)
      return (int)got;
  }
}

static void take_messages(struct reading_session *s) {
  s->messages = calloc(s->box.count + 1, sizeof *s->messages);
  s->fate = calloc(s->box.count + 1, sizeof *s->fate);
  if (!s->messages || !s->fate)
    out_of_memory();
  for (size_t i = 0; i < s->box.count; i++)
    s->messages[i] = (struct pop3_message){.uid = s->box.m[i].uid, .size = s->box.m[i].size};
}

static void refuse(struct reading_session *s, enum message_id id) {
  s->piece.len = 0;
  pop3_refusal(&s->piece, id);
  conn_put(&s->conn, bytes_sa(&s->piece));
  conn_flush(&s->conn);
}

/* What mail-trace joins to the message's delivery.  At the end, when nobody waits any more. */
static void say_fates(const struct reading_session *s, struct bytes ip) {
  for (size_t i = 0; i < s->box.count; i++) {
    const struct reading_fate *f = &s->fate[i];
    struct bytes qid = f->retrieved || f->removed ? maildir_name_qid(s->box.m[i].base) : bytes_of("", 0);
    if (qid.n)
      report(PO006I_message_fetched, "qid=%.*s user=%s ip=%.*s fetched=%s removed=%s", (int)qid.n, qid.s, s->user,
             (int)ip.n, ip.s, f->retrieved ? "yes" : "no", f->removed ? "yes" : "no");
  }
}

static void say_end(struct reading_session *s, int how, struct bytes ip, int64_t began) {
  if (how < 0 && errno == ETIMEDOUT)
    report(PO108W_pop3_timed_out, "user=%s ms=%lld", s->user, (long long)(clock_ms() - began));
  else if (how <= 0)
    report(PO109W_pop3_dropped, "user=%s ms=%lld", s->user, (long long)(clock_ms() - began));
  report(PO002I_pop3_session_ended, "user=%s ip=%.*s messages=%zu retrieved=%zu deleted=%zu size=%llu ms=%lld", s->user, (int)ip.n, ip.s,
         s->box.count, s->retrieved_count, s->deleted_count, (unsigned long long)s->sent, (long long)(clock_ms() - began));
}

static void set_deadlines(struct conn *conn, const struct conf *conf) {
  long silence = conf_number(conf, SET_command_timeout);
  conn->timeout_ms = (int)(silence > READING_SILENCE_MIN ? silence : READING_SILENCE_MIN) * SECOND;
  conn->deadline = clock_ms() + conf_number(conf, SET_conversation_timeout) * SECOND;
}

static int hold(struct reading_session *s, struct bytes ip, const struct conf *conf) {
  int64_t began = clock_ms();
  if (maildir_open(&s->box, s->path)) {
    report_errno(MB201E_mailbox_unreadable, "user=%s path=%s", s->user, s->path);
    refuse(s, MB201E_mailbox_unreadable);
    return EXIT_TEMPORARY;
  }
  take_messages(s);
  pop3_box_init(&s->engine, s->messages, s->box.count, (unsigned)conf_number(conf, SET_errors_max));
  say_end(s, talk(s), ip, began);
  say_fates(s, ip);
  pop3_box_free(&s->engine);
  maildir_close(&s->box);
  free(s->messages);
  free(s->fate);
  stralloc_free(&s->piece);
  return EXIT_DONE;
}

int reading_hold(int in, int out, const struct login_message *m) {
  static struct reading_session s BIG;
  static stralloc user, path;
  struct conf *conf = generation_conf();
  memset(&s, 0, offsetof(struct reading_session, conn));
  sa_copyb(&user, m->user.s, m->user.n);
  sa_copyb(&path, m->word.s, m->word.n);
  s.user = sa_cstr(&user);
  s.path = sa_cstr(&path);
  conn_init(&s.conn, in, out, READING_SILENCE_MIN * SECOND);
  memcpy(s.conn.inbuf, m->unread.s, m->unread.n);
  s.conn.end = m->unread.n;
  setsockopt(out, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
  if (!conf) {
    refuse(&s, PO203E_no_configuration);
    return EXIT_TEMPORARY;
  }
  set_deadlines(&s.conn, conf);
  return hold(&s, m->ip, conf);
}
