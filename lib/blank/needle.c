/* What is known, found by its first two bytes. */
#include "blank/private.h"

#include <stdlib.h>

#include "base/json.h"
#include "log/view.h"

enum { HEADS = 1 << 16, NEEDLE_MAX = 4096 };

void blank_init(struct blank *b) {
  *b = (struct blank){.head = malloc(HEADS * sizeof *b->head)};
  if (!b->head)
    out_of_memory();
  for (size_t i = 0; i < HEADS; i++)
    b->head[i] = -1;
}

void blank_free(struct blank *b) {
  for (size_t i = 0; i < b->count; i++)
    free(b->needle[i].s);
  free(b->needle);
  free(b->head);
}

static size_t head_of(const char *s) { return (size_t)(unsigned char)ascii_lower(s[0]) << 8 | (unsigned char)ascii_lower(s[1]); }

static bool same(const struct blank_needle *k, const char *s) {
  for (size_t i = 0; i < k->n; i++)
    if (k->s[i] != ascii_lower(s[i]))
      return false;
  return true;
}

static bool stands_alone(struct bytes text, size_t at, size_t n) {
  return (!at || !is_word(text.s[at - 1])) && (at + n == text.n || !is_word(text.s[at + n]));
}

size_t needle_at(const struct blank *b, struct bytes text, size_t at, unsigned *mark) {
  size_t longest = 0;
  if (text.n - at < 2)
    return 0;
  for (int i = b->head[head_of(text.s + at)]; i >= 0; i = b->needle[i].next) {
    const struct blank_needle *k = &b->needle[i];
    if (k->n > text.n - at || !same(k, text.s + at) || (k->word && !stands_alone(text, at, k->n)))
      continue;
    if (k->n > longest || k->mark == MARK_SECRET)
      *mark = k->mark;
    if (k->n > longest)
      longest = k->n;
  }
  return longest;
}

static struct blank_needle *find(const struct blank *b, struct bytes s, bool secret) {
  for (int i = b->head[head_of(s.s)]; i >= 0; i = b->needle[i].next)
    if (b->needle[i].n == s.n && (b->needle[i].mark == MARK_SECRET) == secret && same(&b->needle[i], s.s))
      return &b->needle[i];
  return NULL;
}

static void add(struct blank *b, struct bytes s, unsigned mark, bool word) {
  if (!(b->count & (b->count - 1))) {
    b->needle = realloc(b->needle, (b->count ? 2 * b->count : 1) * sizeof *b->needle);
    if (!b->needle)
      out_of_memory();
  }
  struct blank_needle *k = &b->needle[b->count];
  *k = (struct blank_needle){.s = malloc(s.n), .n = s.n, .mark = mark, .word = word, .next = b->head[head_of(s.s)]};
  if (!k->s)
    out_of_memory();
  for (size_t i = 0; i < s.n; i++)
    k->s[i] = ascii_lower(s.s[i]);
  b->head[head_of(s.s)] = (int)b->count++;
}

static void add_secret(struct blank *b, struct bytes s) {
  if (s.n >= BLANK_SECRET_MIN && s.n <= NEEDLE_MAX && !find(b, s, true))
    add(b, s, MARK_SECRET, false);
}

void blank_secret(struct blank *b, struct bytes secret) {
  stralloc form = {0};
  add_secret(b, secret);
  log_shown(&form, secret);
  add_secret(b, bytes_sa(&form));
  form.len = 0;
  json_string(&form, secret);
  add_secret(b, bytes_of(form.s + 1, form.len - 2));
  stralloc_free(&form);
}

/* --- people --- */

/* Names of tasks and parts of this server: nobody's. */
static bool is_general(struct bytes s) {
  static const char *const names[] = {
    "abuse", "accounts", "admin", "administrator", "all", "any", "auth", "bounce", "bounces", "conf", "contact", "daemon", "damaged", "error", "fax", "from", "help", "home",
    "host", "hostmaster", "incoming", "info", "list", "local", "localhost", "log", "mail", "mailer-daemon", "message", "mx", "new", "news", "no-reply", "nobody", "noc",
    "none", "noreply", "office", "owner", "password", "pop3", "port", "postmaster", "printer", "queue", "reached", "recruit", "reply", "return", "root", "run", "sales",
    "scan", "scanner", "security", "service", "smtp", "spool", "staff", "state", "submit", "support", "system", "test", "text", "the", "tls", "token", "unknown", "user",
    "users", "web", "webmaster", "wiz98", "wiz98-selftest", "www"};
  size_t digits = 0;
  for (size_t i = 0; i < s.n; i++)
    digits += is_digit(s.s[i]);
  if (digits == s.n && s.n < 6)
    return true;
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (bytes_ieq(s, bytes_str(names[i])))
      return true;
  return false;
}

static bool has_utf8(struct bytes s) {
  for (size_t i = 0; i < s.n; i++)
    if ((unsigned char)s.s[i] >= 0x80)
      return true;
  return false;
}

unsigned needle_person(struct blank *b, struct bytes local) {
  if (local.n < 2 || local.n > NEEDLE_MAX || is_general(local))
    return MARK_PERSON;
  const struct blank_needle *known = find(b, local, false);
  if (known)
    return known->mark;
  if (b->people >= BLANK_PEOPLE_MAX)
    return MARK_PERSON;
  add(b, local, MARK_PERSON + ++b->people, !has_utf8(local));
  return MARK_PERSON + b->people;
}

/* "bounce+taro=example.jp" tells of taro as well, "state/reached/taro" too. */
static void add_parts(struct blank *b, struct bytes local) {
  for (size_t i = 0, start = 0; i <= local.n; i++)
    if (i == local.n || memchr("/=+\"\\", local.s[i], 5)) {
      struct bytes part = bytes_of(local.s + start, i - start);
      if (part.n > 2 && part.n < local.n && !memchr(part.s, '.', part.n))
        needle_person(b, part);
      start = i + 1;
    }
}

void blank_person(struct blank *b, struct bytes local) {
  needle_person(b, local);
  add_parts(b, local);
}
