#include "log/rcpts.h"

bool log_rcpts_add(stralloc *out, struct bytes original, struct bytes addr) {
  if (out->len + original.n + addr.n + 2 > LOG_RCPTS_MAX)
    return false;
  if (out->len)
    sa_catc(out, ',');
  if (original.n && !bytes_ieq(original, addr)) {
    sa_catb(out, original.s, original.n);
    sa_catc(out, '>');
  }
  sa_catb(out, addr.s, addr.n);
  return true;
}

/* Up to C outside of quotes; advanced behind it. */
static bool cut(struct bytes *rest, char c, struct bytes *part) {
  bool quoted = false;
  size_t n = 0;
  for (; n < rest->n && (quoted || rest->s[n] != c); n++)
    if (quoted && rest->s[n] == '\\' && n + 1 < rest->n)
      n++;
    else
      quoted ^= rest->s[n] == '"';
  bool found = n < rest->n;
  *part = bytes_of(rest->s, n);
  *rest = bytes_of(rest->s + n + found, rest->n - n - found);
  return found;
}

bool log_rcpts_next(struct bytes *rest, struct bytes *original, struct bytes *addr) {
  struct bytes entry;
  if (!rest->n)
    return false;
  cut(rest, ',', &entry);
  *addr = cut(&entry, '>', original) ? entry : *original;
  return true;
}
