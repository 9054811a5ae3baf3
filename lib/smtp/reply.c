#include "smtp/reply.h"

#include "base/sa.h"

static bool digit(char c) { return c >= '0' && c <= '9'; }

static size_t number_length(struct bytes b) {
  size_t n = 0;
  while (n < b.n && n < 3 && digit(b.s[n]))
    n++;
  return n;
}

size_t reply_status(struct bytes text, unsigned code) {
  size_t at = 2;
  if (text.n < 5 || text.s[0] != (char)('0' + code / 100) || text.s[1] != '.')
    return 0;
  size_t n = number_length(bytes_of(text.s + at, text.n - at));
  at += n;
  if (!n || at >= text.n || text.s[at++] != '.')
    return 0;
  n = number_length(bytes_of(text.s + at, text.n - at));
  at += n;
  return n && (at == text.n || text.s[at] == ' ' || text.s[at] == '\n') ? at : 0;
}

void reply_begin(struct reply *r) {
  r->code = 0;
  r->status[0] = 0;
  r->text.len = r->line.len = r->bytes = r->lines = 0;
}

void reply_free(struct reply *r) {
  stralloc_free(&r->text);
  stralloc_free(&r->line);
}

static unsigned line_code(struct bytes line) {
  if (line.n < 3 || number_length(line) != 3)
    return 0;
  unsigned code = (unsigned)(line.s[0] - '0') * 100 + (unsigned)(line.s[1] - '0') * 10 + (unsigned)(line.s[2] - '0');
  return code >= 200 && code <= 599 ? code : 0;
}

static void keep_text(struct reply *r, struct bytes text) {
  if (r->text.len + text.n + 1 > REPLY_TEXT_MAX)
    return;
  if (r->lines++)
    sa_catc(&r->text, '\n');
  for (size_t i = 0; i < text.n; i++) {
    unsigned char c = (unsigned char)text.s[i];
    sa_catc(&r->text, c == '\t' ? ' ' : c < ' ' || c == 0x7f ? '?' : (char)c);
  }
}

static void keep_status(struct reply *r, struct bytes text) {
  size_t n = reply_status(text, r->code);
  if (!n || r->status[0])
    return;
  memcpy(r->status, text.s, n);
  r->status[n] = 0;
}

/* Where lines differ in their code, the status must belong to the code that counts. */
static void drop_foreign_status(struct reply *r) {
  if (r->status[0] != (char)('0' + r->code / 100))
    r->status[0] = 0;
}

static enum reply_progress line_end(struct reply *r) {
  struct bytes line = bytes_sa(&r->line);
  if (line.n && line.s[line.n - 1] == '\r')
    line.n--;
  r->code = line_code(line);
  if (!r->code || (line.n > 3 && line.s[3] != ' ' && line.s[3] != '-'))
    return REPLY_BROKEN;
  struct bytes text = line.n > 4 ? bytes_of(line.s + 4, line.n - 4) : bytes_of("", 0);
  keep_text(r, text);
  keep_status(r, text);
  r->line.len = 0;
  if (line.n > 3 && line.s[3] == '-')
    return REPLY_MORE;
  drop_foreign_status(r);
  return REPLY_WHOLE;
}

enum reply_progress reply_feed(struct reply *r, struct bytes in, size_t *used) {
  for (*used = 0; *used < in.n;) {
    char c = in.s[(*used)++];
    if (++r->bytes > REPLY_BYTES_MAX)
      return REPLY_BROKEN;
    if (c != '\n') {
      if (r->line.len < REPLY_LINE_MAX)
        sa_catc(&r->line, c);
      continue;
    }
    enum reply_progress p = line_end(r);
    if (p != REPLY_MORE)
      return p;
  }
  return REPLY_MORE;
}

void reply_words(stralloc *out, const struct reply *r) {
  struct bytes rest = bytes_sa(&r->text), line;
  size_t status = strlen(r->status);
  bool said = false;
  sa_catu(out, r->code);
  while (bytes_cut(&rest, '\n', &line)) {
    bool again = status && reply_status(line, r->code) == status && !memcmp(line.s, r->status, status);
    if (again && said)
      line = bytes_of(line.s + status, line.n - status);
    said = said || again;
    line = bytes_trim(line);
    if (line.n) {
      sa_catc(out, ' ');
      sa_catb(out, line.s, line.n);
    }
  }
}
