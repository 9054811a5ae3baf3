#include "conf/parse.h"

#include <stdlib.h>

#include "addr/addr.h"

const char *const conf_paths[CONF_FILES] = {
  "conf/version", "conf/settings", "conf/domains", "conf/users", "conf/aliases", "conf/address_permits_relay", "conf/routes",
  "conf/tls_policy", "conf/reply_causes", "conf/tokens", "conf/credentials",
};

struct conf_fault *parse_fault(struct compile *c, enum message_id id, struct bytes what) {
  return conf_fault_add(c->faults, conf_paths[c->file], c->line, id, what);
}

static bool is_blank(char ch) { return ch == ' ' || ch == '\t'; }

bool parse_word(struct bytes *rest, struct bytes *word) {
  *rest = bytes_trim(*rest);
  size_t n = 0;
  while (n < rest->n && !is_blank(rest->s[n]))
    n++;
  *word = bytes_of(rest->s, n);
  *rest = bytes_of(rest->s + n, rest->n - n);
  return n > 0;
}

bool parse_quoted(struct compile *c, struct bytes *rest, stralloc *word) {
  struct bytes plain;
  sa_copys(word, "");
  *rest = bytes_trim(*rest);
  if (!rest->n || rest->s[0] != '"') {
    bool found = parse_word(rest, &plain);
    sa_catb(word, plain.s, plain.n);
    return found;
  }
  size_t end = conf_quoted_end(*rest, 0);
  if (end > rest->n || (end < rest->n && !is_blank(rest->s[end]))) {
    parse_fault(c, CF213E_quote_open, bytes_of("", 0));
    c->bad_word = true;
    return false;
  }
  for (size_t i = 1; i < end - 1; i++) {
    i += rest->s[i] == '\\';
    sa_catc(word, rest->s[i]);
  }
  *rest = bytes_of(rest->s + end, rest->n - end);
  return true;
}

bool parse_key(struct bytes *rest, struct bytes *key) {
  for (size_t i = 0; i < rest->n; i++)
    if (rest->s[i] == ':' && (i + 1 == rest->n || is_blank(rest->s[i + 1]))) {
      *key = bytes_trim(bytes_of(rest->s, i));
      *rest = bytes_trim(bytes_of(rest->s + i + 1, rest->n - i - 1));
      return key->n && rest->n;
    }
  return false;
}

void conf_lower(stralloc *out, struct bytes text) {
  for (size_t i = 0; i < text.n; i++)
    sa_catc(out, ascii_lower(text.s[i]));
}

/* --- lines --- */

/* Length of the UTF-8 character at the start of T (RFC 3629), 0 if it is none. */
static size_t character(struct bytes t, unsigned long *code) {
  static const unsigned long least[] = {0, 0, 0x80, 0x800, 0x10000};
  unsigned char first = (unsigned char)t.s[0];
  size_t n = first < 0x80 ? 1 : first >> 5 == 6 ? 2 : first >> 4 == 14 ? 3 : first >> 3 == 30 ? 4 : 0;
  if (!n || n > t.n)
    return 0;
  *code = n == 1 ? first : first & (0x7fu >> n);
  for (size_t i = 1; i < n; i++) {
    if (((unsigned char)t.s[i] & 0xc0) != 0x80)
      return 0;
    *code = *code << 6 | ((unsigned char)t.s[i] & 0x3f);
  }
  return *code >= least[n] && *code <= 0x10ffff && (*code < 0xd800 || *code > 0xdfff) ? n : 0;
}

static bool is_full_width(unsigned long code) { return code == 0x3000 || (code >= 0xff01 && code <= 0xff5e); }
static bool is_control(unsigned long code) { return (code < ' ' && code != '\t') || (code >= 0x7f && code < 0xa0); }

/* What makes LINE unreadable, else MESSAGE_COUNT.  *at: from there. */
static enum message_id unreadable(struct bytes line, bool comment, struct bytes *at) {
  for (size_t n; line.n; line = bytes_of(line.s + n, line.n - n)) {
    unsigned long code = 0;
    *at = line;
    n = character(line, &code);
    if (!n)
      return CF105E_not_utf8;
    if (!code)
      return CF104E_nul_byte;
    if (is_control(code))
      return CF106E_control_byte;
    if (!comment && is_full_width(code))
      return CF107E_full_width;
  }
  return MESSAGE_COUNT;
}

static bool line_is_good(struct compile *c, struct bytes line, size_t comment) {
  struct bytes at = line;
  enum message_id id = CF103E_line_too_long;
  if (line.n <= CONF_LINE_MAX)
    id = unreadable(bytes_of(line.s, comment), false, &at);
  if (id == MESSAGE_COUNT)
    id = unreadable(bytes_of(line.s + comment, line.n - comment), true, &at);
  if (id == MESSAGE_COUNT)
    return true;
  size_t column = (size_t)(at.s - line.s) + 1;
  struct conf_fault *f = parse_fault(c, id, id == CF107E_full_width ? bytes_of(at.s, 3) : bytes_of("", 0));
  if (id != CF103E_line_too_long)
    conf_fault_hint(f, CF195I_hint_byte, "%zu", column);
  return false;
}

void parse_lines(struct compile *c, struct bytes text, line_handler *handle) {
  struct bytes line;
  if (text.n >= 3 && !memcmp(text.s, "\xef\xbb\xbf", 3))
    text = bytes_of(text.s + 3, text.n - 3);
  for (c->line = 1; bytes_cut(&text, '\n', &line); c->line++) {
    if (line.n && line.s[line.n - 1] == '\r')
      line.n--;
    size_t comment = conf_comment(line, c->file >= CONF_TOKENS);
    if (!line_is_good(c, line, comment))
      continue;
    line = bytes_trim(bytes_of(line.s, comment));
    if (line.n)
      handle(c, line);
  }
  c->line = 0;
}

/* --- what is given twice --- */

void parse_entry(struct compile *c, struct bytes name) {
  if (!(c->entries & (c->entries - 1))) {   /* 0, 1, 2, 4, 8…: full */
    c->entry = realloc(c->entry, (c->entries ? 2 * c->entries : 1) * sizeof *c->entry);
    if (!c->entry)
      out_of_memory();
  }
  struct entry *e = &c->entry[c->entries++];
  *e = (struct entry){.line = c->line};
  sa_copyb(&e->name, name.s, name.n);
}

static int by_name(const void *a, const void *b) {
  const struct entry *x = a, *y = b;
  size_t n = x->name.len < y->name.len ? x->name.len : y->name.len;
  int order = memcmp(x->name.s, y->name.s, n);
  if (!order && x->name.len != y->name.len)
    return x->name.len < y->name.len ? -1 : 1;
  return order ? order : x->line < y->line ? -1 : x->line > y->line;
}

void parse_duplicates(struct compile *c) {
  size_t first = 0;
  if (c->entries)
    qsort(c->entry, c->entries, sizeof *c->entry, by_name);
  for (size_t i = 1; i < c->entries; i++) {
    if (!bytes_eq(bytes_sa(&c->entry[i].name), bytes_sa(&c->entry[first].name))) {
      first = i;
      continue;
    }
    c->line = c->entry[i].line;
    struct conf_fault *f = parse_fault(c, CF108E_given_twice, bytes_sa(&c->entry[i].name));
    conf_fault_hint(f, CF192I_hint_first, "%s:%u", conf_paths[c->file], c->entry[first].line);
  }
  c->line = 0;
  while (c->entries)
    stralloc_free(&c->entry[--c->entries].name);
}

/* --- addresses --- */

bool parse_target(struct compile *c, stralloc *whole, struct bytes text, enum message_id id) {
  struct addr a;
  enum message_id why;
  sa_copyb(whole, text.s, text.n);
  if (text.n && !memchr(text.s, '@', text.n)) {
    if (!c->first_domain.len)   /* conf/domains is at fault, and says so */
      return false;
    sa_catc(whole, '@');
    sa_cat(whole, &c->first_domain);
  }
  if (addr_parse(&a, bytes_sa(whole), &why) && a.domain.n)
    return true;
  parse_fault(c, id, text);
  return false;
}

bool parse_address(struct compile *c, stralloc *key, struct bytes text, enum message_id id) {
  struct addr a;
  enum message_id why;
  stralloc whole = {0};
  key->len = 0;
  bool ok = parse_target(c, &whole, text, id);
  if (ok && addr_parse(&a, bytes_sa(&whole), &why))
    addr_key(key, &a);
  stralloc_free(&whole);
  return ok;
}
