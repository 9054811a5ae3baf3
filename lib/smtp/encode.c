#include "smtp/encode.h"

#include "base/sa.h"

static bool forbidden(struct bytes b) { return b.n && (memchr(b.s, '\r', b.n) || memchr(b.s, 0, b.n)); }

static bool beyond_ascii(struct bytes b) {
  for (size_t i = 0; i < b.n; i++)
    if ((unsigned char)b.s[i] >= 0x80)
      return true;
  return false;
}

/* The piece of IN up to and with its next LF, or all of it; IN is advanced. */
static struct bytes next_piece(struct bytes *in) {
  const char *lf = memchr(in->s, '\n', in->n);
  struct bytes piece = bytes_of(in->s, lf ? (size_t)(lf - in->s) + 1 : in->n);
  *in = bytes_of(in->s + piece.n, in->n - piece.n);
  return piece;
}

static bool ends_line(struct bytes piece) { return piece.s[piece.n - 1] == '\n'; }

void encode_scan(struct encode_scan *s, struct bytes in) {
  s->forbidden = s->forbidden || forbidden(in);
  s->size += in.n;
  while (in.n) {
    struct bytes piece = next_piece(&in);
    if ((!s->in_body || !s->eightbit) && beyond_ascii(piece)) {
      s->eightbit = true;
      s->eightbit_header = s->eightbit_header || !s->in_body;
    }
    s->in_body = s->in_body || (!s->line_begun && piece.s[0] == '\n');
    s->size += ends_line(piece);
    s->line_begun = !ends_line(piece);
  }
}

void encode_scan_end(struct encode_scan *s) {
  if (s->line_begun)
    s->size += 2;
  s->line_begun = false;
}

bool encode_bytes(struct encoder *e, struct bytes in, stralloc *out) {
  if (forbidden(in))
    return false;
  while (in.n) {
    struct bytes piece = next_piece(&in);
    if (!e->line_begun && piece.s[0] == '.')
      sa_catc(out, '.');
    e->line_begun = !ends_line(piece);
    if (e->line_begun)
      sa_catb(out, piece.s, piece.n);
    else {
      sa_catb(out, piece.s, piece.n - 1);
      sa_catb(out, "\r\n", 2);
    }
  }
  return true;
}

void encode_end(const struct encoder *e, stralloc *out) {
  if (e->line_begun)
    sa_catb(out, "\r\n", 2);
  sa_catb(out, ".\r\n", 3);
}
