/* The definition files by their forms; lines with faults as well, where a password may stand anywhere. */
#include "blank/private.h"

static const char gone[] = "***";

static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

/* Where the comment begins: a # at the start of a word, outside of quotes. */
static struct bytes without_comment(struct bytes line) {
  bool quoted = false;
  for (size_t i = 0; i < line.n; i++) {
    if (line.s[i] == '\\' && quoted)
      i++;
    else if (line.s[i] == '"')
      quoted = !quoted;
    else if (line.s[i] == '#' && !quoted && (!i || is_blank(line.s[i - 1])))
      return bytes_of(line.s, i);
  }
  return line;
}

/* The next word, out of its quotes; RAW is as it is written.  False: none left. */
static bool next_word(struct bytes *rest, struct bytes *raw, stralloc *word) {
  size_t start = 0, i;
  bool quoted = false;
  sa_copys(word, "");
  while (start < rest->n && is_blank(rest->s[start]))
    start++;
  for (i = start; i < rest->n && (quoted || !is_blank(rest->s[i])); i++) {
    if (rest->s[i] == '"')
      quoted = !quoted;
    else {
      i += rest->s[i] == '\\' && quoted && i + 1 < rest->n;
      sa_catc(word, rest->s[i]);
    }
  }
  *raw = bytes_of(rest->s + start, i - start);
  *rest = bytes_of(rest->s + i, rest->n - i);
  return raw->n > 0;
}

/* "KEY: " cut off LINE, where KEY is one word. */
static bool cut_key(struct bytes *line, struct bytes *key) {
  for (size_t i = 0; i < line->n && !is_blank(line->s[i]); i++)
    if (line->s[i] == ':' && (i + 1 == line->n || is_blank(line->s[i + 1]))) {
      *key = bytes_of(line->s, i + 1);
      *line = bytes_of(line->s + i + 1, line->n - i - 1);
      return true;
    }
  return false;
}

static void put_bytes(stralloc *out, struct bytes b) { sa_catb(out, b.s, b.n); }

static void put_word(stralloc *out, struct bytes word) {
  sa_catc(out, ' ');
  put_bytes(out, word);
}

static void hide(stralloc *out, struct blank *b, struct bytes raw, const stralloc *word) {
  blank_secret(b, raw);
  blank_secret(b, bytes_sa(word));
  put_word(out, bytes_str(gone));
}

/* HOST: USER PASSWORD, HOST: USER xoauth2 NAME */
static void credentials(stralloc *out, struct blank *b, struct bytes line) {
  struct bytes key = {"", 0}, raw;
  stralloc word = {0};
  bool token = false;
  if (cut_key(&line, &key))
    put_bytes(out, key);
  for (int n = 0; next_word(&line, &raw, &word); n++) {
    if (n == 1)
      token = bytes_ieq(bytes_sa(&word), bytes_str("xoauth2"));
    if (key.n && token && n <= 2)
      put_word(out, raw);
    else
      hide(out, b, raw, &word);
  }
  stralloc_free(&word);
}

/* NAME: /COMMAND ARGUMENT… */
static void tokens(stralloc *out, struct blank *b, struct bytes line) {
  struct bytes key, raw;
  stralloc word = {0};
  if (cut_key(&line, &key)) {
    put_bytes(out, key);
    if (next_word(&line, &raw, &word))
      put_word(out, raw);
  }
  while (next_word(&line, &raw, &word))
    hide(out, b, raw, &word);
  stralloc_free(&word);
}

static void person(struct blank *b, struct bytes word) {
  while (word.n && memchr(",:", word.s[word.n - 1], 2))
    word.n--;
  if (word.n && !memchr(word.s, '@', word.n))
    blank_person(b, word);
}

/* A name alone is completed with the first domain; whether it is general or not, here it is somebody's. */
static void put_person(stralloc *out, struct blank *b, struct bytes word) {
  person(b, word);
  put_word(out, word);
}

/* ADDRESS: HASH [quota=SIZE] */
static void users(stralloc *out, struct blank *b, struct bytes line) {
  struct bytes raw;
  stralloc word = {0};
  bool first = true;
  if (next_word(&line, &raw, &word)) {
    person(b, raw);
    put_bytes(out, raw);
  }
  for (; next_word(&line, &raw, &word); first = false) {
    bool open = bytes_eq(raw, bytes_str("*")) || (!first && bytes_istarts(raw, bytes_str("quota=")));
    if (open)
      put_word(out, raw);
    else
      hide(out, b, raw, &word);
  }
  stralloc_free(&word);
}

/* ADDRESS: TARGET… */
static void aliases(stralloc *out, struct blank *b, struct bytes line) {
  struct bytes raw;
  stralloc word = {0};
  while (next_word(&line, &raw, &word))
    put_person(out, b, raw);
  stralloc_free(&word);
}

/* NAME = VALUE; behind a program stand arguments, which may be anything. */
static void settings(stralloc *out, struct blank *b, struct bytes line) {
  struct bytes raw;
  stralloc word = {0};
  bool program = bytes_istarts(line, bytes_str("checkpassword"));
  for (int n = 0; next_word(&line, &raw, &word); n++)
    if (program && n > 2)
      hide(out, b, raw, &word);
    else
      put_word(out, raw);
  stralloc_free(&word);
}

static void others(stralloc *out, struct blank *b, struct bytes line) {
  (void)b;
  put_bytes(out, line);
}

void blank_definitions(stralloc *out, struct blank *b, const char *name, struct bytes file) {
  static const struct { const char *name; void (*put)(stralloc *out, struct blank *b, struct bytes line); } forms[] = {
    {"credentials", credentials}, {"tokens", tokens}, {"users", users}, {"aliases", aliases}, {"settings", settings}};
  void (*put)(stralloc *, struct blank *, struct bytes) = others;
  struct bytes line;
  for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
    if (!strcmp(forms[i].name, name))
      put = forms[i].put;
  while (bytes_cut(&file, '\n', &line)) {
    size_t before = out->len;
    line = bytes_trim(without_comment(line));
    if (line.n)
      put(out, b, line);
    if (out->len > before)
      sa_catc(out, '\n');
  }
}
