#include "token/token.h"

#include "token/members.h"

struct found {
  stralloc token, error, description;
  uint64_t life, end;            /* seconds; Unix time; 0: not said */
};

static void wipe(stralloc *sa) {
  if (sa->s)
    explicit_bzero(sa->s, sa->a);
  stralloc_free(sa);
}

void token_answer_free(struct token_answer *a) {
  wipe(&a->token);
  stralloc_free(&a->words);
}

/* 1*VCHAR (RFC 6750 2.1 has fewer, nobody has more): it goes into one line of a file and between ^A of XOAUTH2. */
static bool is_token(struct bytes t) {
  for (size_t i = 0; i < t.n; i++)
    if (t.s[i] <= ' ' || t.s[i] > '~')
      return false;
  return t.n && t.n <= TOKEN_MAX;
}

static void say(struct token_answer *a, struct bytes text) {
  for (size_t i = 0; i < text.n && a->words.len < TOKEN_WORDS_MAX; i++)
    sa_catc(&a->words, text.s[i] >= ' ' && text.s[i] <= '~' ? text.s[i] : ' ');
}

/* --- the two forms --- */

static void read_member(struct found *f, struct bytes key, stralloc *value) {
  if (bytes_eq(key, bytes_str("access_token")) || bytes_eq(key, bytes_str("accessToken")))
    sa_copy(&f->token, value);
  else if (bytes_eq(key, bytes_str("expires_in")))
    bytes_u64(bytes_sa(value), &f->life);
  else if (bytes_eq(key, bytes_str("expires_on")))
    bytes_u64(bytes_sa(value), &f->end);
  else if (bytes_eq(key, bytes_str("error")))
    sa_copy(&f->error, value);
  else if (bytes_eq(key, bytes_str("error_description")))
    sa_copy(&f->description, value);
}

static bool read_object(struct found *f, struct bytes rest) {
  stralloc key = {0}, value = {0};
  int more;
  while ((more = members_next(&rest, &key, &value)) > 0)
    read_member(f, bytes_sa(&key), &value);
  stralloc_free(&key);
  wipe(&value);
  return !more;   /* what stands behind it does not matter */
}

static struct bytes line_of(struct bytes *rest) {
  struct bytes line = {"", 0};
  bytes_cut(rest, '\n', &line);
  if (line.n && line.s[line.n - 1] == '\r')
    line.n--;
  return bytes_trim(line);
}

static bool read_lines(struct found *f, struct bytes rest) {
  struct bytes token = line_of(&rest), life = line_of(&rest);
  sa_copyb(&f->token, token.s, token.n);
  if (life.n && !bytes_u64(life, &f->life))
    return false;
  while (rest.n)
    if (line_of(&rest).n)
      return false;
  return true;
}

/* --- */

static enum token_result judge(struct token_answer *a, const struct found *f, int64_t now) {
  if (f->error.len) {
    say(a, bytes_sa(&f->error));
    say(a, bytes_str(f->description.len ? ": " : ""));
    say(a, bytes_sa(&f->description));
    return TOKEN_REFUSED;
  }
  if (!is_token(bytes_sa(&f->token)))
    return TOKEN_UNREADABLE;
  int64_t life = TOKEN_LIFE_UNKNOWN;
  if (f->life)
    life = f->life < TOKEN_LIFE_MAX ? (int64_t)f->life : TOKEN_LIFE_MAX;
  else if (f->end)
    life = f->end < (uint64_t)now ? 0 : f->end - (uint64_t)now < TOKEN_LIFE_MAX ? (int64_t)f->end - now : TOKEN_LIFE_MAX;
  sa_copy(&a->token, &f->token);
  a->expires = now + life;
  return life ? TOKEN_GOT : TOKEN_OVER;
}

enum token_result token_read(struct token_answer *a, struct bytes output, int64_t now) {
  struct found f = {0};
  struct bytes rest;
  bool good = members_begin(&rest, output) ? read_object(&f, rest) : read_lines(&f, output);
  enum token_result result = good ? judge(a, &f, now) : TOKEN_UNREADABLE;
  wipe(&f.token);
  stralloc_free(&f.error);
  stralloc_free(&f.description);
  return result;
}

int64_t token_due(int64_t got, int64_t expires) { return got + (expires - got) * 3 / 4; }

unsigned token_pause(unsigned failures) {
  unsigned pause = 30;
  for (unsigned i = 1; i < failures && pause < 900; i++)
    pause *= 2;
  return pause < 900 ? pause : 900;
}
