#include "token/members.h"

enum { DEPTH_MAX = 32 };

static void skip(struct bytes *b, size_t n) { *b = bytes_of(b->s + n, b->n - n); }

static char peek(struct bytes *b) {
  while (b->n && strchr(" \t\r\n", b->s[0]) && b->s[0])
    skip(b, 1);
  return b->n ? b->s[0] : 0;
}

static bool take(struct bytes *b, char c) {
  if (peek(b) != c || !b->n)
    return false;
  skip(b, 1);
  return true;
}

/* The four digits of \uXXXX; what is not ASCII becomes '?': tokens and error codes are ASCII. */
static bool take_escaped(struct bytes *b, stralloc *out) {
  unsigned code = 0;
  if (b->n < 4)
    return false;
  for (int i = 0; i < 4; i++) {
    char c = ascii_lower(b->s[i]);
    if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'f'))
      return false;
    code = code << 4 | (unsigned)(c <= '9' ? c - '0' : c - 'a' + 10);
  }
  skip(b, 4);
  sa_catc(out, code && code < 0x80 ? (char)code : '?');
  return true;
}

static bool take_string(struct bytes *b, stralloc *out) {
  static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
  if (!take(b, '"'))
    return false;
  while (b->n) {
    char c = b->s[0];
    skip(b, 1);
    if (c == '"')
      return true;
    if (c != '\\') {
      sa_catc(out, c);
      continue;
    }
    if (!b->n)
      return false;
    c = b->s[0];
    skip(b, 1);
    const char *at = c ? strchr(from, c) : NULL;
    if (at)
      sa_catc(out, to[at - from]);
    else if (c != 'u' || !take_escaped(b, out))
      return false;
  }
  return false;
}

static bool take_word(struct bytes *b, stralloc *out) {
  size_t n = 0;
  while (n < b->n && b->s[n] && !strchr(" \t\r\n,:{}[]\"", b->s[n]))
    n++;
  sa_catb(out, b->s, n);
  skip(b, n);
  return n > 0;
}

/* An object or array, to its end; strings in it may hold brackets. */
static bool pass_nested(struct bytes *b) {
  stralloc ignored = {0};
  unsigned depth = 0;
  bool good = true;
  do {
    char c = peek(b);
    ignored.len = 0;
    if (!c)
      good = false;
    else if (c == '"')
      good = take_string(b, &ignored);
    else {
      depth += c == '{' || c == '[';
      depth -= c == '}' || c == ']';
      skip(b, 1);
    }
  } while (good && depth && depth < DEPTH_MAX);
  stralloc_free(&ignored);
  return good && !depth;
}

bool members_begin(struct bytes *rest, struct bytes text) {
  *rest = text;
  return take(rest, '{');
}

int members_next(struct bytes *rest, stralloc *key, stralloc *value) {
  sa_copys(key, "");
  sa_copys(value, "");
  if (take(rest, '}'))
    return 0;
  take(rest, ',');
  if (!take_string(rest, key) || !take(rest, ':'))
    return -1;
  char c = peek(rest);
  bool good = c == '"' ? take_string(rest, value) : c == '{' || c == '[' ? pass_nested(rest) : take_word(rest, value);
  return good ? 1 : -1;
}
