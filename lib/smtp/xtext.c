#include "smtp/xtext.h"

static const char hex[] = "0123456789ABCDEF";

static bool is_plain(char c) { return c > ' ' && c < 0x7f && c != '+' && c != '='; }

void xtext_encode(stralloc *out, struct bytes text) {
  for (size_t i = 0; i < text.n; i++) {
    unsigned char c = (unsigned char)text.s[i];
    if (is_plain(text.s[i]))
      sa_catc(out, text.s[i]);
    else
      sa_catb(out, (char[]){'+', hex[c >> 4], hex[c & 15]}, 3);
  }
}

static int digit(char c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1; }

bool xtext_decode(stralloc *out, struct bytes text) {
  for (size_t i = 0; i < text.n; i++) {
    int c = (unsigned char)text.s[i];
    if (c == '+') {
      if (text.n - i < 3 || digit(text.s[i + 1]) < 0 || digit(text.s[i + 2]) < 0)
        return false;
      c = digit(text.s[i + 1]) * 16 + digit(text.s[i + 2]);
      i += 2;
    } else if (!is_plain(text.s[i]))
      return false;
    if (c < ' ' || c >= 0x7f)
      return false;
    sa_catc(out, (char)c);
  }
  return true;
}
