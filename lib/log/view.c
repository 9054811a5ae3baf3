#include "log/view.h"

#include "base/json.h"
#include "base/sa.h"

enum { STAMP = 25, TAI_OFFSET = 10 };   /* daemontools counts no leap seconds beyond the first ten */

static bool hex(struct bytes digits, uint64_t *value) {
  *value = 0;
  for (size_t i = 0; i < digits.n; i++) {
    char c = digits.s[i];
    if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')))
      return false;
    *value = *value << 4 | (uint64_t)(c <= '9' ? c - '0' : c - 'a' + 10);
  }
  return true;
}

bool log_stamp(struct bytes *line, int64_t *unix_time, uint32_t *nanoseconds) {
  uint64_t seconds, ns;
  if (line->n < STAMP || line->s[0] != '@' || !hex(bytes_of(line->s + 1, 16), &seconds) || !hex(bytes_of(line->s + 17, 8), &ns))
    return false;
  *unix_time = (int64_t)(seconds - (1ULL << 62)) - TAI_OFFSET;
  *nanoseconds = (uint32_t)ns;
  size_t n = STAMP + (line->n > STAMP && line->s[STAMP] == ' ');
  *line = bytes_of(line->s + n, line->n - n);
  return true;
}

static struct bytes without_newline(struct bytes line) {
  return bytes_of(line.s, line.n - (line.n && line.s[line.n - 1] == '\n'));
}

/* The sentence of an ID; a log may be older or newer than this program, then it is the ID's own. */
static struct bytes sentence(const struct log_reader *r, enum language lang) {
  enum message_id id;
  return message_find(r->id.s, r->id.n, &id) ? bytes_str(explanation_of(id)->text[lang]) : bytes_str("");
}

static bool is_key(struct bytes key) {
  for (size_t i = 0; i < key.n; i++)
    if (!((key.s[i] >= 'a' && key.s[i] <= 'z') || (key.s[i] >= '0' && key.s[i] <= '9') || key.s[i] == '_'))
      return false;
  return key.n > 0 && key.n <= 32;
}

/* The next field of a line that may come from anywhere; VALUE as it was before it was written. */
static bool next_field(struct log_reader *r, struct bytes *key, stralloc *value) {
  struct bytes raw;
  value->len = 0;
  while (log_next(r, key, &raw))
    if (is_key(*key)) {
      log_unescape(value, raw);
      return true;
    }
  return false;
}

static void find(struct log_reader r, const char *name, stralloc *value) {
  struct bytes key;
  while (next_field(&r, &key, value))
    if (bytes_eq(key, bytes_str(name)))
      return;
  value->len = 0;
}

static void put_plain(stralloc *out, struct bytes line) {
  static const char hexdigits[] = "0123456789abcdef";
  for (size_t i = 0; i < line.n; i++) {
    unsigned char c = (unsigned char)line.s[i];
    if ((c < ' ' && c != '\t') || c == 0x7f)
      sa_catb(out, (char[]){'\\', 'x', hexdigits[c >> 4], hexdigits[c & 15]}, 4);
    else
      sa_catc(out, line.s[i]);
  }
}

/* " key=value", escaped as in the log itself. */
static void put_field(stralloc *out, struct bytes key, const stralloc *value) {
  struct log_line l = {.n = 0};
  char name[33];
  memcpy(name, key.s, key.n);
  name[key.n] = 0;
  log_field(&l, name, bytes_sa(value));
  sa_catb(out, l.s, l.n);
}

static void text_of_ours(stralloc *out, struct log_reader r, enum language lang) {
  stralloc value = {0};
  struct bytes key, said = sentence(&r, lang);
  find(r, "program", &value);
  if (value.len) {
    put_plain(out, bytes_sa(&value));
    sa_catc(out, ' ');
  }
  put_plain(out, r.id);
  if (!said.n) {
    find(r, "text", &value);
    said = bytes_sa(&value);
  }
  if (said.n)
    sa_catc(out, ' ');
  put_plain(out, said);
  sa_catc(out, ':');
  while (next_field(&r, &key, &value))
    if (!bytes_eq(key, bytes_str("program")) && !bytes_eq(key, bytes_str("text")))
      put_field(out, key, &value);
  if (out->s[out->len - 1] == ':')
    out->len--;
  stralloc_free(&value);
}

void log_view_text(stralloc *out, struct bytes line, struct bytes when, enum language lang) {
  struct log_reader r;
  line = without_newline(line);
  sa_catb(out, when.s, when.n);
  if (when.n)
    sa_catc(out, ' ');
  if (log_read(&r, line))
    text_of_ours(out, r, lang);
  else
    put_plain(out, line);
  sa_catc(out, '\n');
}

/* Members of our own have these names; a field of the line that has one too gets an underscore. */
static bool is_reserved(struct bytes key) {
  static const char *const names[] = {"time", "level", "id", "message"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (bytes_eq(key, bytes_str(names[i])))
      return true;
  return false;
}

static void json_of_ours(stralloc *out, struct log_reader r, enum language lang) {
  stralloc value = {0};
  struct bytes key;
  char name[40];
  json_member_number(out, "level", r.level);
  json_member(out, "id", r.id);
  json_member(out, "message", sentence(&r, lang));
  while (next_field(&r, &key, &value)) {
    memcpy(name, key.s, key.n);
    name[key.n] = is_reserved(key) ? '_' : 0;
    name[key.n + 1] = 0;
    json_member(out, name, bytes_sa(&value));
  }
  stralloc_free(&value);
}

void log_view_json(stralloc *out, struct bytes line, struct bytes when, enum language lang) {
  struct log_reader r;
  line = without_newline(line);
  json_open(out, '{');
  if (when.n)
    json_member(out, "time", when);
  if (log_read(&r, line))
    json_of_ours(out, r, lang);
  else
    json_member(out, "line", line);
  json_close(out, '}');
  sa_catc(out, '\n');
}

void log_shown(stralloc *out, struct bytes value) {
  struct log_line l = {.n = 0};
  log_field(&l, "", value);
  bool quoted = l.n > 3 && l.s[2] == '"';
  sa_catb(out, l.s + 2 + quoted, l.n - 2 - 2 * (size_t)quoted);
}
