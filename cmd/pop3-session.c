/* pop3-session gives one user the mail of one mailbox by POP3, after the login.
 *
 *   pop3-session --worker            the template that auth-serve starts: keeps processes waiting on descriptor 0
 *   pop3-session [--home HOME] ADDR  one conversation on descriptors 0 and 1, with no login: for the operator's own use */
#include <errno.h>
#include <getopt.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "auth/spares.h"
#include "base/sa.h"
#include "control/generation.h"
#include "control/home.h"
#include "control/mark.h"
#include "io/conn.h"
#include "maildir/read.h"
#include "pop3/encode.h"
#include "pop3/pop3.h"
#include "sys/clock.h"
#include "sys/fd.h"
#include "sys/report.h"

enum { SILENCE_MIN = 600, SECOND = 1000, PIECE = 65536 };   /* RFC 1939 3: at least ten minutes */

struct session {
  struct pop3_box engine;
  struct conn conn;
  struct maildir_box box;
  struct pop3_message *messages;
  bool *retrieved;
  const char *user, *path;
  size_t retrieved_count, deleted_count;
  uint64_t sent;
  stralloc piece;
  char buffer[PIECE];
};

static const char usage[] = "pop3-session [--home HOME] ADDRESS | --worker";

/* --- one message --- */

/* False: it could not be read to its end.  A client that has gone shows at the next conn_flush. */
static bool send_body(struct session *s, int fd, uint64_t bytes, struct pop3_encoder *encoder) {
  bool more = true;
  for (uint64_t at = 0; at < bytes && more && !s->conn.failed;) {
    size_t n = bytes - at < PIECE ? (size_t)(bytes - at) : PIECE;
    if (fd_pread_all(fd, s->buffer, n, (off_t)at))
      return false;
    s->piece.len = 0;
    more = pop3_encode(encoder, bytes_of(s->buffer, n), &s->piece);
    conn_put(&s->conn, bytes_sa(&s->piece));
    s->sent += s->piece.len;
    at += n;
  }
  s->piece.len = 0;
  pop3_encode_end(encoder, &s->piece);
  conn_put(&s->conn, bytes_sa(&s->piece));
  return true;
}

static void send_ok(struct session *s, const struct pop3_event *ev) {
  s->piece.len = 0;
  if (ev->top)
    sa_cats(&s->piece, "+OK Header and the lines asked for\r\n");
  else
    sa_catf(&s->piece, "+OK %llu octets\r\n", (unsigned long long)s->messages[ev->index].size);
  conn_put(&s->conn, bytes_sa(&s->piece));
}

/* False: the conversation cannot go on. */
static bool send_message(struct session *s, const struct pop3_event *ev) {
  struct pop3_encoder encoder = {.top = ev->top, .lines = ev->lines};
  const struct maildir_message *m = &s->box.m[ev->index];
  uint64_t bytes;
  int fd = maildir_message_open(&s->box, ev->index, &bytes);
  if (fd < 0) {
    enum message_id id = errno == ENOENT ? MB202W_message_gone : MB203E_message_unreadable;
    report_errno(id, "user=%s path=%s/%s/%s", s->user, s->path, m->cur ? "cur" : "new", m->name);
    pop3_box_answer(&s->engine, (int)id);
    return true;
  }
  send_ok(s, ev);
  bool whole = send_body(s, fd, bytes, &encoder);
  if (!whole)
    report_errno(MB207E_message_cut, "user=%s path=%s/%s/%s", s->user, s->path, m->cur ? "cur" : "new", m->name);
  close(fd);
  s->retrieved_count += !ev->top && !s->retrieved[ev->index];
  s->retrieved[ev->index] = s->retrieved[ev->index] || !ev->top;
  pop3_box_answer(&s->engine, POP3_OK);
  return whole;
}

/* --- QUIT --- */

/* A message that was read moves to cur/: other programs then do not show it as new.  Failing that, it stays. */
static void update(struct session *s) {
  size_t failed = 0;
  int first_errno = 0;
  const char *first = "";
  for (size_t i = 0; i < s->box.count; i++)
    if (!s->messages[i].deleted) {
      if (s->retrieved[i])
        maildir_message_seen(&s->box, i);
    } else if (!maildir_message_remove(&s->box, i))
      s->deleted_count++;
    else if (!failed++) {
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

static void send_reply(struct session *s, const struct pop3_event *ev) {
  bool logged = ev->id != POP3_OK && message_of((enum message_id)ev->id)->id[0] == 'M';
  if (ev->id != POP3_OK && !logged)
    report((enum message_id)ev->id, "user=%s", s->user);
  report(PO005I_pop3_reply, "reply=%.*s", (int)ev->text.n, ev->text.s);
  conn_put(&s->conn, ev->text);
}

static bool handle(struct session *s, const struct pop3_event *ev) {
  if (ev->kind == POP3_COMMAND)
    report(PO004I_pop3_command, "command=%.*s", (int)ev->text.n, ev->text.s);
  else if (ev->kind == POP3_REPLY)
    send_reply(s, ev);
  else if (ev->kind == POP3_REMOVE)
    update(s);
  else
    return send_message(s, ev);
  return true;
}

/* How it ended: 1 by QUIT (or too many errors), 0 dropped, -1 with errno. */
static int talk(struct session *s) {
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

static void take_messages(struct session *s) {
  s->messages = calloc(s->box.count + 1, sizeof *s->messages);
  s->retrieved = calloc(s->box.count + 1, sizeof *s->retrieved);
  if (!s->messages || !s->retrieved)
    out_of_memory();
  for (size_t i = 0; i < s->box.count; i++)
    s->messages[i] = (struct pop3_message){.uid = s->box.m[i].uid, .size = s->box.m[i].size};
}

static void refuse(struct session *s, enum message_id id) {
  s->piece.len = 0;
  pop3_refusal(&s->piece, id);
  conn_put(&s->conn, bytes_sa(&s->piece));
  conn_flush(&s->conn);
}

static void say_end(struct session *s, int how, struct bytes ip, int64_t began) {
  if (how < 0 && errno == ETIMEDOUT)
    report(PO108W_pop3_timed_out, "user=%s ms=%lld", s->user, (long long)(clock_ms() - began));
  else if (how <= 0)
    report(PO109W_pop3_dropped, "user=%s ms=%lld", s->user, (long long)(clock_ms() - began));
  report(PO002I_pop3_session_ended, "user=%s ip=%.*s messages=%zu retrieved=%zu deleted=%zu size=%llu ms=%lld", s->user, (int)ip.n, ip.s,
         s->box.count, s->retrieved_count, s->deleted_count, (unsigned long long)s->sent, (long long)(clock_ms() - began));
}

static void set_deadlines(struct conn *conn, const struct conf *conf) {
  long silence = conf_number(conf, SET_command_timeout);
  conn->timeout_ms = (int)(silence > SILENCE_MIN ? silence : SILENCE_MIN) * SECOND;
  conn->deadline = clock_ms() + conf_number(conf, SET_conversation_timeout) * SECOND;
}

static void hold(struct session *s, struct bytes ip, const struct conf *conf) {
  int64_t began = clock_ms();
  if (maildir_open(&s->box, s->path)) {
    report_errno(MB201E_mailbox_unreadable, "user=%s path=%s", s->user, s->path);
    refuse(s, MB201E_mailbox_unreadable);
    return;
  }
  take_messages(s);
  pop3_box_init(&s->engine, s->messages, s->box.count, (unsigned)conf_number(conf, SET_errors_max));
  say_end(s, talk(s), ip, began);
  pop3_box_free(&s->engine);
  maildir_close(&s->box);
  free(s->messages);
  free(s->retrieved);
  stralloc_free(&s->piece);
}

static int converse(int in, int out, const struct login_message *m) {
  static struct session s;
  static stralloc user, path;
  struct conf *conf = generation_conf();
  sa_copyb(&user, m->user.s, m->user.n);
  sa_copyb(&path, m->word.s, m->word.n);
  s.user = sa_cstr(&user);
  s.path = sa_cstr(&path);
  conn_init(&s.conn, in, out, SILENCE_MIN * SECOND);
  memcpy(s.conn.inbuf, m->unread.s, m->unread.n);
  s.conn.end = m->unread.n;
  setsockopt(out, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
  if (!conf) {
    refuse(&s, PO203E_no_configuration);
    return EXIT_TEMPORARY;
  }
  set_deadlines(&s.conn, conf);
  hold(&s, m->ip, conf);
  return EXIT_DONE;
}

static int converse_job(const struct spares_job *job) {
  char sid[LOGIN_SID_MAX + 1] = "";
  memcpy(sid, job->m.sid.s, job->m.sid.n);
  report_session(sid);
  return converse(job->in, job->out, &job->m);
}

static int converse_alone(const char *address) {
  struct conf *conf = generation_conf();
  struct bytes value, box;
  static stralloc user;
  if (!conf)
    return EXIT_TEMPORARY;
  if (!login_user(&user, conf, bytes_str(address)) || !conf_get(conf, 'u', bytes_sa(&user), &value) || !bytes_cut(&value, 0, &box))
    die(EXIT_PERMANENT, AU003I_unknown_user, "user=%s", address);
  report_new_session();
  return converse(0, 1, &(struct login_message){.user = bytes_sa(&user), .word = box});
}

int main(int argc, char **argv) {
  static const struct option known[] = {{"home", required_argument, NULL, 'h'}, {"worker", no_argument, NULL, 'w'}, {NULL, 0, NULL, 0}};
  const char *home = NULL;
  bool worker = false;
  report_init("pop3-session");
  for (int c; (c = getopt_long(argc, argv, "", known, NULL)) != -1;)
    if (c == 'h')
      home = optarg;
    else if (c == 'w')
      worker = true;
    else
      die(EXIT_PERMANENT, SY103E_usage, "usage=%s", usage);
  home_enter(home);
  if (optind + !worker != argc)
    die(EXIT_PERMANENT, SY103E_usage, "usage=%s", usage);
  if (!worker)
    return converse_alone(argv[optind]);
  generation_conf();                 /* opened once, for all that are forked */
  auth_spares(0, converse_job);
  return EXIT_DONE;
}
