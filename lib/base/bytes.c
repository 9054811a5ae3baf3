#include "base/bytes.h"

char ascii_lower(char c) { return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c; }

bool bytes_eq(struct bytes a, struct bytes b) { return a.n == b.n && (!a.n || !memcmp(a.s, b.s, a.n)); }

bool bytes_istarts(struct bytes a, struct bytes prefix) {
  if (a.n < prefix.n)
    return false;
  for (size_t i = 0; i < prefix.n; i++)
    if (ascii_lower(a.s[i]) != ascii_lower(prefix.s[i]))
      return false;
  return true;
}

bool bytes_ieq(struct bytes a, struct bytes b) { return a.n == b.n && bytes_istarts(a, b); }

static bool blank(char c) { return c == ' ' || c == '\t'; }

struct bytes bytes_trim(struct bytes a) {
  while (a.n && blank(a.s[0]))
    a.s++, a.n--;
  while (a.n && blank(a.s[a.n - 1]))
    a.n--;
  return a;
}

bool bytes_cut(struct bytes *rest, char sep, struct bytes *part) {
  if (!rest->s)
    return false;
  const char *end = rest->n ? memchr(rest->s, sep, rest->n) : NULL;
  if (!end) {
    *part = *rest;
    *rest = (struct bytes){NULL, 0};
    return true;
  }
  *part = bytes_of(rest->s, (size_t)(end - rest->s));
  *rest = bytes_of(end + 1, rest->n - part->n - 1);
  return true;
}

bool bytes_u64(struct bytes a, uint64_t *value) {
  uint64_t v = 0;
  if (!a.n)
    return false;
  for (size_t i = 0; i < a.n; i++) {
    if (a.s[i] < '0' || a.s[i] > '9')
      return false;
    unsigned digit = (unsigned)(a.s[i] - '0');
    if (v > (UINT64_MAX - digit) / 10)
      return false;
    v = v * 10 + digit;
  }
  *value = v;
  return true;
}
