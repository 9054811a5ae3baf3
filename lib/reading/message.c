/* One message on its way from its file to the client. */
#include <errno.h>
#include <unistd.h>

#include "base/sa.h"
#include "pop3/encode.h"
#include "reading/session.h"
#include "sys/fd.h"
#include "sys/report.h"

/* False: it could not be read to its end.  A client that has gone shows at the next conn_flush. */
static bool send_body(struct reading_session *s, int fd, uint64_t bytes, struct pop3_encoder *encoder) {
  bool more = true;
  for (uint64_t at = 0; at < bytes && more && !s->conn.failed;) {
    size_t n = bytes - at < READING_PIECE ? (size_t)(bytes - at) : READING_PIECE;
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

static void send_ok(struct reading_session *s, const struct pop3_event *ev) {
  s->piece.len = 0;
  if (ev->top)
    sa_cats(&s->piece, "+OK Header and the lines asked for\r\n");
  else
    sa_catf(&s->piece, "+OK %llu octets\r\n", (unsigned long long)s->messages[ev->index].size);
  conn_put(&s->conn, bytes_sa(&s->piece));
}

/* False: the conversation cannot go on. */
bool reading_send(struct reading_session *s, const struct pop3_event *ev) {
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
  s->retrieved_count += !ev->top && !s->fate[ev->index].retrieved;
  s->fate[ev->index].retrieved |= !ev->top;
  pop3_box_answer(&s->engine, POP3_OK);
  return whole;
}
