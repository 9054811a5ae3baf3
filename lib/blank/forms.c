/* What shows by its form: hashes, keys, long random words, values with a telling name, names in paths. */
#include "blank/private.h"

enum { RANDOM_MIN = 24, HASH_MIN = 8 };

static bool begins(struct bytes text, size_t at, const char *with) {
  size_t n = strlen(with);
  return n <= text.n - at && !memcmp(text.s + at, with, n);
}

static bool is_start(struct bytes text, size_t at) { return !at || !is_word(text.s[at - 1]); }

static size_t run(struct bytes text, size_t at, const char *besides) {
  size_t n = 0;
  while (at + n < text.n && text.s[at + n] && (is_alnum(text.s[at + n]) || strchr(besides, text.s[at + n])))
    n++;
  return n;
}

/* $y$j9T$…: the name of the method stays. */
static void hash(struct marks *m, size_t at) {
  size_t method = m->text.s[at] == '$' ? run(m->text, at + 1, "") : 0, end = at + 1 + method;
  if (!method || method > 8 || end >= m->text.n || m->text.s[end] != '$')
    return;
  size_t n = run(m->text, end + 1, "./$=,+-");
  if (n >= HASH_MIN)
    marks_set(m, end + 1, end + 1 + n, MARK_SECRET);
}

static size_t find(struct bytes text, size_t at, const char *what) {
  const char *p = memmem(text.s + at, text.n - at, what, strlen(what));
  return p ? (size_t)(p - text.s) : text.n;
}

static void pem(struct marks *m, size_t at) {
  static const char begin[] = "-----BEGIN ";
  if (begins(m->text, at, begin))
    marks_set(m, at + sizeof begin - 1, find(m->text, at, "-----END "), MARK_SECRET);
}

/* As keys and tokens are: letters of both cases and digits. */
static void random_word(struct marks *m, size_t at) {
  bool lower = false, upper = false, digit = false;
  size_t n = is_start(m->text, at) ? run(m->text, at, "+-_=") : 0;
  for (size_t i = at; i < at + n; i++) {
    lower |= is_lower(m->text.s[i]);
    upper |= is_upper(m->text.s[i]);
    digit |= is_digit(m->text.s[i]);
  }
  if (n >= RANDOM_MIN && lower && upper && digit)
    marks_set(m, at, at + n, MARK_SECRET);
}

/* "AUTH PLAIN xyz" */
static void auth(struct marks *m, size_t at) {
  if (!is_start(m->text, at) || !begins(m->text, at, "AUTH "))
    return;
  size_t mechanism = at + 5, end = mechanism + run(m->text, mechanism, "-");
  if (end < m->text.n && m->text.s[end] == ' ')
    marks_set(m, end + 1, end + 1 + run(m->text, end + 1, "+/=*"), MARK_SECRET);
}

/* --- NAME=VALUE, "NAME": "VALUE" --- */

static bool is_blank(char c) { return c == ' ' || c == '\t'; }

/* Behind the = or : after a name that ends at AT; 0: there is none. */
static size_t value_start(struct bytes text, size_t at) {
  at += at < text.n && text.s[at] == '"';
  while (at < text.n && is_blank(text.s[at]))
    at++;
  if (at >= text.n || (text.s[at] != '=' && text.s[at] != ':'))
    return 0;
  at++;
  while (at < text.n && is_blank(text.s[at]))
    at++;
  return at;
}

static size_t value_end(struct bytes text, size_t at) {
  bool quoted = at < text.n && text.s[at] == '"';
  at += quoted;
  for (; at < text.n && text.s[at] != '\n'; at++) {
    if (quoted ? text.s[at] == '"' : is_blank(text.s[at]))
      break;
    at += quoted && text.s[at] == '\\' && at + 1 < text.n;
  }
  return at;
}

static bool ends(struct bytes name, const char *with) {
  size_t n = strlen(with);
  return n <= name.n && bytes_ieq(bytes_of(name.s + name.n - n, n), bytes_str(with));
}

static bool names_secret(struct bytes name) {
  static const char *const words[] = {"password", "passwd", "passphrase", "secret", "token", "apikey", "api_key", "authorization"};
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (ends(name, words[i]) && !bytes_ieq(name, bytes_str("checkpassword")))
      return true;
  return false;
}

static bool names_person(struct bytes name) { return bytes_ieq(name, bytes_str("user")) || bytes_ieq(name, bytes_str("login")); }

static void named_value(struct marks *m, struct blank *b, size_t at) {
  size_t n = is_start(m->text, at) ? run(m->text, at, "_-") : 0, start, end;
  struct bytes name = bytes_of(m->text.s + at, n);
  bool secret = n && names_secret(name);
  if ((!secret && !(n && names_person(name))) || !(start = value_start(m->text, at + n)))
    return;
  end = ends(name, "authorization") ? find(m->text, start, "\n") : value_end(m->text, start);
  start += start < end && m->text.s[start] == '"';
  struct bytes value = bytes_of(m->text.s + start, end - start);
  if (secret)
    marks_set(m, start, end, MARK_SECRET);
  else if (value.n && !memchr(value.s, '@', value.n))   /* else it is an address */
    marks_set(m, start, end, needle_person(b, value));
}

/* --- paths --- */

static size_t path_part(struct bytes text, size_t at) {
  size_t n = 0;
  while (at + n < text.n && (unsigned char)text.s[at + n] > ' ' && !strchr("/\"'", text.s[at + n]))
    n++;
  return n;
}

static void folder_of(struct marks *m, struct blank *b, size_t at) {
  size_t n = path_part(m->text, at);
  if (n)
    marks_set(m, at, at + n, needle_person(b, bytes_of(m->text.s + at, n)));
}

static void path(struct marks *m, struct blank *b, size_t at) {
  if (begins(m->text, at, "/home/"))
    folder_of(m, b, at + 6);
  if (!begins(m->text, at, "mail/") || !is_start(m->text, at))
    return;
  size_t domain = path_part(m->text, at + 5), end = at + 5 + domain;
  if (domain && end < m->text.n && m->text.s[end] == '/')
    folder_of(m, b, end + 1);
}

void marks_forms(struct marks *m, struct blank *b) {
  for (size_t at = 0; at < m->text.n; at++) {
    hash(m, at);
    pem(m, at);
    random_word(m, at);
    auth(m, at);
    named_value(m, b, at);
    path(m, b, at);
  }
}
