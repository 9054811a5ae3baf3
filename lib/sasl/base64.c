#include "sasl/sasl.h"

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void base64_encode(stralloc *out, struct bytes in) {
  const unsigned char *p = (const unsigned char *)in.s;
  sa_need(out, in.n / 3 * 4 + 5);
  for (size_t i = 0; i < in.n; i += 3) {
    size_t left = in.n - i;
    uint32_t v = (uint32_t)p[i] << 16 | (left > 1 ? (uint32_t)p[i + 1] << 8 : 0) | (left > 2 ? p[i + 2] : 0);
    sa_catc(out, alphabet[v >> 18]);
    sa_catc(out, alphabet[v >> 12 & 63]);
    sa_catc(out, left > 1 ? alphabet[v >> 6 & 63] : '=');
    sa_catc(out, left > 2 ? alphabet[v & 63] : '=');
  }
}

/* -1: none of the alphabet. */
static int digit(char c) {
  if (c >= 'A' && c <= 'Z')
    return c - 'A';
  if (c >= 'a' && c <= 'z')
    return c - 'a' + 26;
  if (c >= '0' && c <= '9')
    return c - '0' + 52;
  return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* Four characters of which PADS at the end are padding; false: no digits, or bits are left over. */
static bool decode_four(stralloc *out, const char *s, unsigned pads) {
  uint32_t v = 0;
  for (unsigned i = 0; i < 4; i++) {
    int d = i < 4 - pads ? digit(s[i]) : 0;
    if (d < 0)
      return false;
    v = v << 6 | (uint32_t)d;
  }
  if (v & ((1u << 8 * pads) - 1))
    return false;
  for (unsigned i = 0; i < 3 - pads; i++)
    sa_catc(out, (char)(v >> (16 - 8 * i)));
  return true;
}

static unsigned count_pads(const char *end) { return end[-1] != '=' ? 0 : end[-2] != '=' ? 1 : 2; }

bool base64_decode(stralloc *out, struct bytes in) {
  size_t before = out->len;
  if (in.n % 4)
    return false;
  sa_need(out, in.n / 4 * 3 + 1);
  for (size_t i = 0; i < in.n; i += 4)
    if (!decode_four(out, in.s + i, i + 4 == in.n ? count_pads(in.s + in.n) : 0)) {
      out->len = before;
      return false;
    }
  return true;
}
