#include "pop3/encode.h"

#include "base/sa.h"

void pop3_encode_init(struct pop3_encoder *e) { *e = (struct pop3_encoder){0}; }

void pop3_encode_init_top(struct pop3_encoder *e, uint64_t lines) {
  *e = (struct pop3_encoder){.top = true, .lines = lines};
}

/* A piece of one line, without its newline. */
static void put_piece(struct pop3_encoder *e, struct bytes piece, stralloc *out) {
  if (!piece.n)
    return;
  if (!e->length && piece.s[0] == '.')
    sa_catc(out, '.');
  sa_catb(out, piece.s, piece.n);
  e->length += piece.n;
  e->cr = piece.s[piece.n - 1] == '\r';
}

static void end_line(struct pop3_encoder *e, stralloc *out) {
  bool empty = e->length == (e->cr ? 1 : 0);
  sa_cats(out, e->cr ? "\n" : "\r\n");
  if (e->body && e->top)
    e->lines--;
  if (empty)
    e->body = true;
  e->length = 0;
  e->cr = false;
}

bool pop3_encode(struct pop3_encoder *e, struct bytes in, stralloc *out) {
  while (in.n && !(e->top && e->body && !e->lines)) {
    const char *newline = memchr(in.s, '\n', in.n);
    size_t n = newline ? (size_t)(newline - in.s) : in.n;
    put_piece(e, bytes_of(in.s, n), out);
    if (newline)
      end_line(e, out);
    n += newline != NULL;
    in = bytes_of(in.s + n, in.n - n);
  }
  return !(e->top && e->body && !e->lines);
}

void pop3_encode_end(struct pop3_encoder *e, stralloc *out) {
  if (e->length)
    end_line(e, out);
  sa_cats(out, ".\r\n");
}

void pop3_count(struct pop3_counter *c, struct bytes in) {
  const char *p = in.s, *end = in.s + in.n;
  while (p < end && (p = memchr(p, '\n', (size_t)(end - p)))) {
    c->size += (p == in.s ? c->last : p[-1]) != '\r';
    p++;
  }
  c->size += in.n;
  if (in.n)
    c->last = in.s[in.n - 1];
}

uint64_t pop3_counted(const struct pop3_counter *c) {
  bool unfinished = c->size && c->last != '\n';
  return c->size + (unfinished ? c->last == '\r' ? 1 : 2 : 0);
}
