#include "classify/reply.h"

#include "classify/plain.h"

static bool one_of(unsigned bits, unsigned wanted) { return !wanted || (bits & wanted); }

static bool is_heard(const struct failure *f, unsigned when) {
  const unsigned kinds = WHEN_DEFER | WHEN_FAIL;
  return one_of(1u << f->stage, when & ~kinds) && one_of(f->code / 100 == 4 ? WHEN_DEFER : WHEN_FAIL, when & kinds);
}

/* "7.1" of "5.7.1", or of what the text has where the code is missing; "" without one. */
static struct bytes detail_of(const struct failure *f, const struct plain *p) {
  struct bytes status = f->status.n ? f->status : bytes_str(p->status);
  return status.n < 5 ? bytes_of("", 0) : bytes_of(status.s + 2, status.n - 2);
}

/* --- the operator's rows: "CLASS\0HOST\0CODE\0WORDS\0", HOST ".DOMAIN" or a name, each but CLASS and WORDS may be "" --- */

static bool is_host(struct bytes mx, struct bytes host) {
  if (!host.n)
    return true;
  if (host.s[0] != '.')
    return bytes_ieq(mx, host);
  return mx.n > host.n && bytes_ieq(bytes_of(mx.s + mx.n - host.n, host.n), host);
}

static bool is_code(const struct failure *f, struct bytes status, struct bytes code) {
  uint64_t number;
  if (!code.n || bytes_eq(status, code))
    return true;
  return bytes_u64(code, &number) && number == f->code;
}

static bool row_words(const struct plain *p, struct bytes words) {
  struct plain wanted;
  struct bytes part;
  bool any = !words.n;
  char phrase[PLAIN_MAX];
  size_t n = 0;
  while (bytes_cut(&words, '*', &part) && n + part.n + 4 < sizeof phrase) {
    plain_make(&wanted, part);
    phrase[n] = '*';
    n += n > 0;
    if (wanted.n > 2)
      memcpy(phrase + n, wanted.s + 1, wanted.n - 2);
    n += wanted.n > 2 ? wanted.n - 2 : 0;
  }
  return any || (n && plain_follow(p, bytes_of(phrase, n)));
}

static enum cause by_rows(const struct failure *f, const struct plain *p) {
  struct bytes rest = f->rows, field[4];
  struct bytes status = f->status.n ? f->status : bytes_str(p->status);
  while (rest.n) {
    for (size_t i = 0; i < 4; i++)
      if (!bytes_cut(&rest, 0, &field[i]))
        return CAUSE_NONE;
    if (is_host(f->mx, field[1]) && is_code(f, status, field[2]) && row_words(p, field[3]))
      return cause_of(field[0]);
  }
  return CAUSE_NONE;
}

/* --- our own tables --- */

static bool is_status(struct bytes detail, const char *wanted) {
  size_t n = strlen(wanted);
  if (n && wanted[n - 1] == '*')
    return detail.n >= n - 1 && !memcmp(detail.s, wanted, n - 1);
  return !n || bytes_eq(detail, bytes_of(wanted, n));
}

static enum cause by_provider(const struct failure *f, const struct plain *p, struct bytes detail) {
  enum provider who = f->mx.n ? provider_of(f->mx) : PROVIDER_NONE;
  if (who == PROVIDER_NONE)
    who = provider_in(f->text);
  if (who == PROVIDER_NONE && !f->mx.n && detail.n >= sizeof "7.511" - 1)   /* nobody else has details of three digits */
    who = PROVIDER_MICROSOFT;
  for (const struct provider_row *r = classify_providers; who != PROVIDER_NONE && r->provider != PROVIDER_NONE; r++)
    if (r->provider == who && (!r->code || r->code == f->code) && is_heard(f, r->when) &&
        is_status(detail, r->status) && (!r->words || plain_has(p, bytes_str(r->words))))
      return r->cause;
  return CAUSE_NONE;
}

static enum cause by_phrase(const struct phrase *table, const struct failure *f, const struct plain *p) {
  for (; table->cause != CAUSE_NONE; table++)
    if (is_heard(f, table->when) && plain_has(p, bytes_str(table->words)))
      break;
  return table->cause;
}

static enum cause by_status(const struct status_row *table, const struct failure *f, struct bytes detail) {
  for (; table->status; table++)
    if (is_heard(f, table->when) && is_status(detail, table->status))
      return table->cause;
  return CAUSE_NONE;
}

static enum cause by_code(const struct code_row *table, const struct failure *f) {
  for (; table->code; table++)
    if (table->code == f->code && is_heard(f, table->when))
      return table->cause;
  return CAUSE_NONE;
}

/* The order of doc/causes.md. */
static enum cause find(const struct failure *f, const struct plain *p) {
  struct bytes detail = detail_of(f, p);
  enum cause c = by_rows(f, p);
  if (c == CAUSE_NONE)
    c = by_provider(f, p, detail);
  if (c == CAUSE_NONE)
    c = by_code(classify_codes, f);
  if (c == CAUSE_NONE)
    c = by_phrase(classify_phrases, f, p);
  if (c == CAUSE_NONE)
    c = by_status(classify_statuses, f, detail);
  if (c == CAUSE_NONE)
    c = by_phrase(classify_hints, f, p);
  if (c == CAUSE_NONE)
    c = by_status(classify_vague_statuses, f, detail);
  if (c == CAUSE_NONE)
    c = by_code(classify_vague_codes, f);
  if (c == CAUSE_NONE)
    c = f->code / 100 == 4 ? CAUSE_SYSTEM_ERROR : CAUSE_POLICY;
  return c;
}

enum cause classify_reply(const struct failure *f) {
  struct plain p;
  plain_make(&p, f->text);
  enum cause c = find(f, &p);
  return c == CAUSE_SYSTEM_ERROR && f->stage != STAGE_RCPT ? CAUSE_SERVER_ERROR : c;
}

/* RFC 3463: three numbers of at most three digits. */
static bool is_enhanced(struct bytes word) {
  size_t digits = 0, dots = 0;
  for (size_t i = 0; i < word.n; i++) {
    bool dot = word.s[i] == '.';
    if (dot ? !digits : word.s[i] < '0' || word.s[i] > '9')
      return false;
    dots += dot;
    digits = dot ? 0 : digits + 1;
    if (digits > 3)
      return false;
  }
  return dots == 2 && digits;
}

/* The code of LINE, taken off it, or the one that an enhanced code at its beginning stands for; 0: none of a refusal. */
static unsigned take_code(struct bytes *line) {
  uint64_t code;
  struct bytes rest = *line, word;
  if (bytes_cut(&rest, ' ', &word) && is_enhanced(word))
    return word.s[0] == '4' ? 450 : word.s[0] == '5' ? 550 : 0;
  if (line->n < 3 || !bytes_u64(bytes_of(line->s, 3), &code) || code < 400 || code > 599)
    return 0;
  if (line->n > 3 && line->s[3] != ' ' && line->s[3] != '-')
    return 0;
  *line = bytes_trim(line->n > 3 ? bytes_of(line->s + 4, line->n - 4) : bytes_of("", 0));
  return (unsigned)code;
}

bool classify_line(struct failure *f, struct bytes line) {
  while (line.n && (line.s[line.n - 1] == '\n' || line.s[line.n - 1] == '\r'))
    line.n--;
  line = bytes_trim(line);
  struct bytes rest = line, word;
  unsigned code = take_code(&rest);
  *f = (struct failure){.kind = FAILURE_REPLY, .stage = STAGE_RCPT, .code = code, .text = line,
                        .status = {"", 0}, .mx = {"", 0}, .rows = {"", 0}};
  if (code && bytes_cut(&rest, ' ', &word) && is_enhanced(word) && word.s[0] == line.s[0])
    f->status = word;
  return code > 0;
}
