#include "bounce/parts.h"

enum { FIELD_WIDTH = 76, WORD_BYTES = 42 };

void mime_base64(stralloc *out, struct bytes text) {
  static const char digit[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (size_t i = 0, column = 0; i < text.n; i += 3) {
    unsigned left = text.n - i < 3 ? (unsigned)(text.n - i) : 3;
    uint32_t v = (uint32_t)(unsigned char)text.s[i] << 16;
    if (left > 1)
      v |= (uint32_t)(unsigned char)text.s[i + 1] << 8;
    if (left > 2)
      v |= (unsigned char)text.s[i + 2];
    for (unsigned k = 0; k < 4; k++)
      sa_catc(out, k <= left ? digit[v >> (18 - 6 * k) & 63] : '=');
    column += 4;
    if (column == FIELD_WIDTH && i + 3 < text.n) {
      sa_catc(out, '\n');
      column = 0;
    }
  }
}

/* Bytes of the character at S; what is no UTF-8 counts as one. */
static size_t character(struct bytes s) {
  unsigned char c = (unsigned char)s.s[0];
  size_t n = c < 0xc2 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : c < 0xf5 ? 4 : 1;
  if (n > s.n)
    return 1;
  for (size_t i = 1; i < n; i++)
    if (((unsigned char)s.s[i] & 0xc0) != 0x80)
      return 1;
  return n;
}

void mime_words(stralloc *out, const char *text) {
  struct bytes rest = bytes_str(text);
  while (rest.n) {
    size_t n = 0;
    while (n < rest.n && n + character(bytes_of(rest.s + n, rest.n - n)) <= WORD_BYTES)
      n += character(bytes_of(rest.s + n, rest.n - n));
    sa_cats(out, "=?UTF-8?B?");
    mime_base64(out, bytes_of(rest.s, n));
    sa_cats(out, n < rest.n ? "?=\n " : "?=");
    rest = bytes_of(rest.s + n, rest.n - n);
  }
}

bool mime_is_ascii(struct bytes text) {
  for (size_t i = 0; i < text.n; i++)
    if ((unsigned char)text.s[i] >= 0x80)
      return false;
  return true;
}

/* Length of the next word, the blanks before it included. */
static size_t word_length(struct bytes v) {
  size_t n = 0;
  while (n < v.n && v.s[n] == ' ')
    n++;
  while (n < v.n && v.s[n] != ' ')
    n++;
  return n;
}

static void harmless(stralloc *to, struct bytes value) {
  for (size_t i = 0; i < value.n; i++) {
    unsigned char c = (unsigned char)value.s[i];
    bool blank = c <= ' ' || c == 0x7f;
    if (!blank)
      sa_catc(to, c < 0x80 ? (char)c : '?');
    else if (to->len && to->s[to->len - 1] != ' ')
      sa_catc(to, ' ');
  }
  while (to->len && to->s[to->len - 1] == ' ')
    to->len--;
}

/* Folded at blanks; a word longer than a line is parted, so that no line comes near the 998 of RFC 5322. */
void mime_field(stralloc *out, const char *name, struct bytes value) {
  stralloc clean = {0};
  harmless(&clean, value);
  struct bytes rest = bytes_sa(&clean);
  size_t column = strlen(name) + 2;
  sa_cats(out, name);
  sa_cats(out, ": ");
  for (bool first = true; rest.n; first = false) {
    size_t n = word_length(rest);
    if (!first && column + n > FIELD_WIDTH) {
      sa_cats(out, "\n");
      column = 0;
      if (rest.s[0] != ' ')
        sa_catc(out, ' ');
    }
    if (n > 500)
      n = 500;
    sa_catb(out, rest.s, n);
    column += n;
    rest = bytes_of(rest.s + n, rest.n - n);
  }
  sa_catc(out, '\n');
  stralloc_free(&clean);
}

void mime_boundary(stralloc *out, struct bytes id, struct bytes content) {
  for (unsigned k = 0;; k++) {
    out->len = 0;
    sa_catb(out, id.s, id.n);
    sa_catf(out, "=_%u", k);   /* "=_" never occurs in base64 or quoted-printable */
    if (!content.n || !memmem(content.s, content.n, out->s, out->len))
      return;
  }
}

/* --- lines for people --- */

static unsigned columns(struct bytes s, size_t n) {
  unsigned char c = (unsigned char)s.s[0], d = n > 1 ? (unsigned char)s.s[1] : 0;
  return n == 4 || (n == 3 && (c >= 0xe3 || (c == 0xe2 && d >= 0xba))) ? 2 : 1;   /* U+2E80 and beyond */
}

/* Characters that may not begin a line (kinsoku): closing punctuation. */
static bool sticks(struct bytes s, size_t n) {
  static const char *const closing[] = {"\u3001", "\u3002", "\uff09", "\u300d", "\u300f", "\u30fb", "\uff1a", "\uff01", "\uff1f", "\u30fc", ")", ",", "."};
  for (size_t i = 0; i < sizeof closing / sizeof *closing; i++)
    if (bytes_eq(bytes_of(s.s, n), bytes_str(closing[i])))
      return true;
  return false;
}

/* How many bytes of TEXT fit in WIDTH columns, parted at the last good place. */
static size_t line_length(struct bytes text, unsigned width) {
  size_t n = 0, good = 0;
  unsigned used = 0;
  while (n < text.n) {
    struct bytes rest = bytes_of(text.s + n, text.n - n);
    size_t k = character(rest);
    bool wide = columns(rest, k) == 2;
    if (n && (rest.s[0] == ' ' || wide) && !sticks(rest, k))
      good = n;
    used += columns(rest, k);
    if (used > width && rest.s[0] != ' ')
      return good ? good : n ? n : k;
    n += k;
  }
  return n;
}

void mime_wrap(stralloc *out, struct bytes text, const char *indent, unsigned width) {
  while (text.n && text.s[0] == ' ')
    text = bytes_of(text.s + 1, text.n - 1);
  while (text.n) {
    size_t n = line_length(text, width);
    sa_cats(out, indent);
    sa_catb(out, text.s, n);
    while (out->len && out->s[out->len - 1] == ' ' && n)
      out->len--;
    sa_catc(out, '\n');
    text = bytes_of(text.s + n, text.n - n);
    while (text.n && text.s[0] == ' ')
      text = bytes_of(text.s + 1, text.n - 1);
  }
}
