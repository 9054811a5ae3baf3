#include "base/lines.h"

#include "base/sa.h"

bool lines_feed(struct lines *l, struct bytes in, stralloc *out) {
  sa_need(out, in.n + 1);
  for (size_t i = 0; i < in.n; i++) {
    char c = in.s[i];
    if (l->cr && c != '\n')
      return false;
    l->cr = c == '\r';
    l->line += c == '\n';
    l->nuls += c == 0;
    l->eightbit |= (unsigned char)c >= 0x80;
    if (c && c != '\r')
      out->s[out->len++] = c;
  }
  return true;
}

bool lines_end(const struct lines *l) { return !l->cr; }
