#include "queue/text.h"

static void feed_byte(struct text_filter *t, char c, stralloc *out) {
  if (t->cr && c != '\n')
    t->fault = TEXT_BARE_CR;
  else if (!c)
    t->fault = TEXT_NUL;
  t->cr = c == '\r';
  if (t->fault || t->cr)
    return;
  t->open_line = c != '\n';
  t->eightbit |= (unsigned char)c >= 0x80;
  sa_catc(out, c);
}

void text_feed(struct text_filter *t, struct bytes piece, stralloc *out) {
  sa_need(out, piece.n);
  for (size_t i = 0; i < piece.n && !t->fault; i++)
    feed_byte(t, piece.s[i], out);
}

void text_end(struct text_filter *t, stralloc *out) {
  if (t->cr)
    t->fault = TEXT_BARE_CR;
  if (!t->fault && t->open_line)
    sa_catc(out, '\n');
}
