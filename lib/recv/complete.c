#include "header/header.h"
#include "recv/part.h"
#include "sys/clock.h"

/* RFC 6409 8: what a mail program left out is added at the end of the header section.  Where that is shows only with the
 * first byte that is no field's, so the line that is not complete yet is held back. */

enum { HELD_MAX = 65536 };     /* a line that long is left as it is */

void recv_complete_begin(struct recv *r) {
  r->held.len = r->mid.len = 0;
  r->passed = 0;
  r->completed = !is_submission(r);
}

static void pass(struct recv *r, size_t n) {
  if (!n)
    return;
  recv_put(r, bytes_of(r->held.s, n));
  memmove(r->held.s, r->held.s + n, r->held.len - n);
  r->held.len -= n;
  r->passed += n;
}

static void add_missing(struct recv *r) {
  stralloc fields = {0};
  header_missing(&fields, r->smtp.data.scan.present, bytes_str(r->message.id), bytes_sa(&r->hostname), clock_unix());
  if (!(r->smtp.data.scan.present & HEADER_MESSAGE_ID))
    header_message_id(&r->mid, bytes_str(r->message.id), bytes_sa(&r->hostname));
  if (r->held.len && r->held.s[0] != '\n')
    sa_catc(&fields, '\n');      /* the body began without an empty line */
  recv_put(r, bytes_sa(&fields));
  stralloc_free(&fields);
  r->completed = true;
}

static size_t whole_lines(const struct recv *r) {
  const char *end = r->held.len ? memrchr(r->held.s, '\n', r->held.len) : NULL;
  return end ? (size_t)(end + 1 - r->held.s) : 0;
}

void recv_complete(struct recv *r, struct bytes chunk) {
  const struct header_scan *scan = &r->smtp.data.scan;
  if (r->completed) {
    recv_put(r, chunk);
    return;
  }
  sa_catb(&r->held, chunk.s, chunk.n);
  if (scan->ended) {
    pass(r, scan->size - r->passed);
    add_missing(r);
  } else
    pass(r, whole_lines(r));
  if (r->completed || r->held.len > HELD_MAX) {
    pass(r, r->held.len);
    r->completed = true;
  }
}

/* The message was nothing but a header section. */
void recv_complete_end(struct recv *r) {
  if (r->completed)
    return;
  pass(r, r->held.len);
  add_missing(r);
}
