#include "classify/plain.h"

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

static bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || (unsigned char)c >= 0x80; }

/* What an address may hold beside letters, so that it goes as a whole. */
static bool in_address(char c) { return is_letter(c) || (c && strchr("@.!#$%&'*+-=?^_`{|}~/", c)); }

/* "550", "5.1.1", "4.7.650" */
static bool is_code(struct bytes w) {
  size_t dots = 0;
  if (!w.n || w.s[0] < '2' || w.s[0] > '5')
    return false;
  for (size_t i = 0; i < w.n; i++)
    if (w.s[i] == '.')
      dots++;
    else if (!is_digit(w.s[i]))
      return false;
  return dots ? dots == 2 && w.s[1] == '.' && w.s[w.n - 1] != '.' : w.n == 3;
}

static void take_word(struct plain *p, struct bytes w) {
  while (w.n && w.s[w.n - 1] == '.')
    w.n--;
  if (is_code(w)) {
    if (!*p->status && w.n > 3 && w.n < sizeof p->status)
      memcpy(p->status, w.s, w.n);
    return;
  }
  for (size_t i = 0; i < w.n && p->n + 2 < PLAIN_MAX; i++)
    p->s[p->n++] = ascii_lower(w.s[i]);
  if (w.n && p->n + 1 < PLAIN_MAX)
    p->s[p->n++] = ' ';
}

/* The length of an address at the beginning of TEXT, 0 where there is none. */
static size_t address_length(struct bytes text) {
  size_t n = 0;
  while (n < text.n && in_address(text.s[n]))
    n++;
  return n && memchr(text.s, '@', n) ? n : 0;
}

void plain_make(struct plain *p, struct bytes text) {
  p->n = 0;
  memset(p->status, 0, sizeof p->status);
  p->s[p->n++] = ' ';
  if (text.n > PLAIN_MAX)
    text.n = PLAIN_MAX;
  for (size_t i = 0; i < text.n;) {
    size_t skip = address_length(bytes_of(text.s + i, text.n - i));
    char word[PLAIN_MAX];
    size_t n = 0;
    for (i += skip; i < text.n && (is_letter(text.s[i]) || text.s[i] == '\'' || (text.s[i] == '.' && n)); i++)
      if (text.s[i] != '\'')
        word[n++] = text.s[i];
    take_word(p, bytes_of(word, n));
    while (i < text.n && !is_letter(text.s[i]))
      i++;
  }
}

static bool stands_at(const struct plain *p, size_t at, struct bytes part) {
  return at + part.n <= p->n && (p->s[at - 1] == ' ' || p->s[at - 1] == '.') && !memcmp(p->s + at, part.s, part.n);
}

static bool has_parts(const struct plain *p, struct bytes phrase) {
  struct bytes part;
  size_t at = 1;
  while (bytes_cut(&phrase, '*', &part)) {
    while (part.n && part.s[0] == ' ')
      part = bytes_of(part.s + 1, part.n - 1);
    if (phrase.n && part.n && part.s[part.n - 1] == ' ')
      part.n--;
    while (at < p->n && !stands_at(p, at, part))
      at++;
    if (at >= p->n)
      return false;
    at += part.n;
  }
  return true;
}

bool plain_has(const struct plain *p, struct bytes phrases) {
  struct bytes phrase;
  while (bytes_cut(&phrases, '|', &phrase))
    if (phrase.n && has_parts(p, phrase))
      return true;
  return false;
}
