#include "classify/plain.h"

#include "classify/classify.h"

enum { FEW = 6 };   /* words that '*' may stand for */

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

static bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || (unsigned char)c >= 0x80;
}

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

/* "192.0.2.1" */
static bool is_ip(struct bytes w) {
  size_t dots = 0;
  for (size_t i = 0; i < w.n; i++)
    if (w.s[i] == '.')
      dots++;
    else if (!is_digit(w.s[i]))
      return false;
  return dots == 3;
}

static void take_word(struct plain *p, struct bytes w) {
  while (w.n && w.s[w.n - 1] == '.')
    w.n--;
  if (is_ip(w))
    w = bytes_str("ip");
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
  while (n < text.n && in_address(text.s[n]) && !(n && text.s[n] == '.' && text.s[n - 1] == '.'))
    n++;
  return n && memchr(text.s, '@', n) ? n : 0;
}

/* A dot belongs to a word it stands in ("zen.spamhaus.org"), an apostrophe goes with its letters ("isn't"). */
static bool in_word(struct bytes text, size_t i, bool begun) {
  char c = text.s[i];
  return is_letter(c) || c == '\'' || (c == '.' && begun && text.s[i - 1] != '.');
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
    for (i += skip; i < text.n && in_word(text, i, n > 0); i++)
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

bool plain_follow(const struct plain *p, struct bytes parts) {
  struct bytes part;
  size_t at = 1;
  while (bytes_cut(&parts, '*', &part)) {
    while (at < p->n && !stands_at(p, at, part))
      at++;
    if (at >= p->n)
      return false;
    at += part.n;
  }
  return true;
}

/* --- the phrases of the tables --- */

static bool is_capital(char c) { return c >= 'A' && c <= 'Z'; }

static struct bytes without_spaces(struct bytes a) {
  while (a.n && *a.s == ' ')
    a = bytes_of(a.s + 1, a.n - 1);
  return a;
}

static struct bytes words_of_set(struct bytes name) {
  for (const struct word_set *s = classify_sets; s->name; s++)
    if (bytes_eq(name, bytes_str(s->name)))
      return bytes_str(s->words);
  return bytes_of("", 0);
}

static bool goes_on(const struct plain *p, size_t at, struct bytes phrase);

/* PHRASE, with a few words before it. */
static bool goes_on_later(const struct plain *p, size_t at, struct bytes phrase) {
  for (size_t words = 0; at < p->n && words <= FEW; at++) {
    words += p->s[at] == ' ';
    if (goes_on(p, at, phrase))
      return true;
  }
  return false;
}

/* One of WORDS, the rest of its word, then PHRASE. */
static bool goes_on_with(const struct plain *p, size_t at, struct bytes words, struct bytes phrase) {
  struct bytes word;
  while (bytes_cut(&words, '|', &word)) {
    size_t end = at + word.n;
    if (!stands_at(p, at, word))
      continue;
    while (end < p->n && p->s[end - 1] != ' ')
      end++;
    if (goes_on(p, end, phrase))
      return true;
  }
  return false;
}

/* The name of a set at the beginning of PHRASE, or the words up to the next one or '*'. */
static struct bytes first_part(struct bytes phrase) {
  size_t n = 1;
  while (n < phrase.n && phrase.s[n] != '*' && is_capital(phrase.s[n]) == is_capital(*phrase.s))
    n++;
  return bytes_of(phrase.s, n);
}

/* PHRASE stands in P from AT on. */
static bool goes_on(const struct plain *p, size_t at, struct bytes phrase) {
  phrase = without_spaces(phrase);
  if (!phrase.n)
    return true;
  if (*phrase.s == '*')
    return goes_on_later(p, at, bytes_of(phrase.s + 1, phrase.n - 1));
  struct bytes part = first_part(phrase);
  phrase = bytes_of(phrase.s + part.n, phrase.n - part.n);
  if (is_capital(*part.s))
    return goes_on_with(p, at, words_of_set(part), phrase);
  if (phrase.n && *phrase.s == '*' && part.s[part.n - 1] == ' ')
    part.n--;
  return stands_at(p, at, part) && goes_on(p, at + part.n, phrase);
}

bool plain_has(const struct plain *p, struct bytes phrases) {
  struct bytes phrase;
  while (bytes_cut(&phrases, '|', &phrase))
    for (size_t at = 1; phrase.n && at < p->n; at++)
      if ((p->s[at - 1] == ' ' || p->s[at - 1] == '.') && goes_on(p, at, phrase))
        return true;
  return false;
}
