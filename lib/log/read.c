#include "base/sa.h"
#include "log/log.h"

bool log_read(struct log_reader *r, struct bytes line) {
  uint64_t level;
  struct bytes word;
  if (line.n && line.s[line.n - 1] == '\n')
    line.n--;
  r->rest = line;
  if (!bytes_cut(&r->rest, ' ', &word) || !bytes_u64(word, &level) || level > 99 || !bytes_cut(&r->rest, ' ', &r->id))
    return false;
  r->level = (unsigned)level;
  return r->id.n == 6;
}

/* A format such as "at=%s:%d" makes values of several parts; only in quotes may there be a space or a backslash. */
static size_t raw_length(struct bytes v) {
  bool quoted = false;
  size_t i = 0;
  for (; i < v.n && (quoted || v.s[i] != ' '); i++)
    if (v.s[i] == '"')
      quoted = !quoted;
    else if (v.s[i] == '\\' && quoted && i + 1 < v.n)
      i++;
  return i;
}

/* A word without "=" is none of ours: it is passed over. */
bool log_next(struct log_reader *r, struct bytes *key, struct bytes *raw) {
  while (r->rest.n) {
    size_t n = 0;
    while (n < r->rest.n && r->rest.s[n] != '=' && r->rest.s[n] != ' ')
      n++;
    bool found = n && n < r->rest.n && r->rest.s[n] == '=';
    *key = bytes_of(r->rest.s, n);
    n += n < r->rest.n;   /* the separator */
    r->rest = bytes_of(r->rest.s + n, r->rest.n - n);
    if (!found)
      continue;
    *raw = bytes_of(r->rest.s, raw_length(r->rest));
    r->rest = bytes_of(r->rest.s + raw->n, r->rest.n - raw->n);
    return true;
  }
  return false;
}

static int hex_digit(char c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1; }

static size_t unescape_one(stralloc *out, struct bytes b) {
  static const char names[] = "nrt\"\\", letters[] = "\n\r\t\"\\";
  const char *p = b.n > 1 && b.s[1] ? strchr(names, b.s[1]) : NULL;
  if (b.s[0] != '\\' || b.n < 2) {
    sa_catc(out, b.s[0]);
    return 1;
  }
  if (p) {
    sa_catc(out, letters[p - names]);
    return 2;
  }
  if (b.n >= 4 && b.s[1] == 'x' && hex_digit(b.s[2]) >= 0 && hex_digit(b.s[3]) >= 0) {
    sa_catc(out, (char)(hex_digit(b.s[2]) * 16 + hex_digit(b.s[3])));
    return 4;
  }
  sa_catc(out, '\\');
  return 1;
}

/* A quoted part may lack its end where the line was cut. */
void log_unescape(stralloc *out, struct bytes raw) {
  bool quoted = false;
  for (size_t i = 0; i < raw.n;)
    if (raw.s[i] == '"') {
      quoted = !quoted;
      i++;
    } else if (quoted)
      i += unescape_one(out, bytes_of(raw.s + i, raw.n - i));
    else
      sa_catc(out, raw.s[i++]);
}
