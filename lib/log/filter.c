#include "log/filter.h"

#include "base/sa.h"

/* What was asked for and has been found: a bit each. */
enum { HAS_QID = 1, HAS_SID = 2, HAS_ADDRESS = 4, HAS_HOST = 8, HAS_FIELD = 16 };

bool log_want(struct log_filter *f, struct bytes text) {
  struct log_wanted *w = &f->field[f->fields];
  const char *equals = text.n ? memchr(text.s, '=', text.n) : NULL;
  size_t n = equals ? (size_t)(equals - text.s) : text.n;
  if (!n || f->fields == LOG_WANTED_MAX)
    return false;
  w->key = bytes_of(text.s, n);
  w->value = equals ? bytes_of(equals + 1, text.n - n - 1) : bytes_of(NULL, 0);
  f->fields++;
  return true;
}

/* Each star takes as little as it can; where what follows does not fit, the last star takes one byte more. */
static bool fits(struct bytes text, struct bytes pattern) {
  size_t t = 0, p = 0, star = SIZE_MAX, taken = 0;
  while (t < text.n)
    if (p < pattern.n && pattern.s[p] == '*') {
      star = p++;
      taken = t;
    } else if (p < pattern.n && ascii_lower(pattern.s[p]) == ascii_lower(text.s[t])) {
      p++;
      t++;
    } else if (star != SIZE_MAX) {
      p = star + 1;
      t = ++taken;
    } else
      return false;
  while (p < pattern.n && pattern.s[p] == '*')
    p++;
  return p == pattern.n;
}

static bool is_one_of(struct bytes key, const char *const names[]) {
  for (size_t i = 0; names[i]; i++)
    if (bytes_eq(key, bytes_str(names[i])))
      return true;
  return false;
}

/* Equal, or the end of VALUE behind SEPARATOR. */
static bool is_or_ends(struct bytes value, char separator, struct bytes want) {
  if (value.n <= want.n)
    return bytes_ieq(value, want);
  size_t at = value.n - want.n;
  return value.s[at - 1] == separator && bytes_ieq(bytes_of(value.s + at, want.n), want);
}

static unsigned found_in(const struct log_filter *f, struct bytes key, struct bytes value) {
  static const char *const addresses[] = {"from", "to", "original", "user", NULL}, *const hosts[] = {"host", "helo", "ip", "local", NULL};
  unsigned found = 0;
  if (f->qid.n && bytes_eq(key, bytes_str("qid")) && bytes_eq(value, f->qid))
    found |= HAS_QID;
  if (f->sid.n && bytes_eq(key, bytes_str("sid")) && bytes_eq(value, f->sid))
    found |= HAS_SID;
  if (f->address.n && is_one_of(key, addresses) && is_or_ends(value, '@', f->address))
    found |= HAS_ADDRESS;
  if (f->host.n && is_one_of(key, hosts) && is_or_ends(value, '.', f->host))
    found |= HAS_HOST;
  for (size_t i = 0; i < f->fields; i++)
    if (bytes_eq(key, f->field[i].key) && (!f->field[i].value.s || fits(value, f->field[i].value)))
      found |= HAS_FIELD << i;
  return found;
}

static unsigned wanted_by(const struct log_filter *f) {
  return (f->qid.n ? HAS_QID : 0u) | (f->sid.n ? HAS_SID : 0u) | (f->address.n ? HAS_ADDRESS : 0u) | (f->host.n ? HAS_HOST : 0u) |
         ((1u << f->fields) - 1) * HAS_FIELD;
}

static bool fields_pass(const struct log_filter *f, struct log_reader r, unsigned wanted) {
  struct bytes key, raw;
  stralloc value = {0};
  unsigned found = 0;
  while (found != wanted && log_next(&r, &key, &raw)) {
    value.len = 0;
    log_unescape(&value, raw);
    found |= found_in(f, key, bytes_sa(&value));
  }
  stralloc_free(&value);
  return found == wanted;
}

bool log_passes(const struct log_filter *f, struct bytes line) {
  struct log_reader r;
  unsigned wanted = wanted_by(f);
  if (!wanted && !f->id && f->level < 0)
    return true;
  return log_read(&r, line) && (f->level < 0 || r.level <= (unsigned)f->level) && (!f->id || bytes_ieq(r.id, bytes_str(f->id))) &&
         (!wanted || fields_pass(f, r, wanted));
}
