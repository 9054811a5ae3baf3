#include "header/recipients.h"

/* A cursor over an address list. */
struct list {
  struct bytes t;
  stralloc word;        /* the address being read, without comments and blanks */
  bool angle;           /* inside <…> */
  bool group;           /* inside NAME: … ; */
  bool route;           /* inside <@a,@b: */
  bool done;            /* <…> has been read: the rest up to the comma is noise */
  bool blank;           /* blanks or a comment stand behind the word so far */
  bool gap;             /* two words that neither dot nor @ joins: a name, not an address */
};

static bool is_control(char c) { return (unsigned char)c < ' ' || c == 0x7f; }

static bool joins(char c) { return c == '.' || c == '@'; }

/* What follows begins with C. */
static void touch(struct list *l, char c) {
  l->gap |= l->blank && l->word.len && !joins(c) && !joins(l->word.s[l->word.len - 1]);
  l->blank = false;
}

static void forget_word(struct list *l) {
  l->word.len = 0;
  l->blank = l->gap = false;
}

static void skip(struct list *l, size_t n) { l->t = bytes_of(l->t.s + n, l->t.n - n); }

/* Behind "(": comments nest and have quoted pairs. */
static bool skip_comment(struct list *l) {
  size_t depth = 0;
  do {
    char c = l->t.s[0];
    if (c == '\\' && l->t.n > 1)
      skip(l, 1);
    else if (c == '(')
      depth++;
    else if (c == ')')
      depth--;
    skip(l, 1);
  } while (depth && l->t.n);
  return !depth;
}

/* A quoted string is part of the word as it is; line ends in it are folding and vanish. */
static bool take_quoted(struct list *l) {
  bool escaped = false;
  touch(l, '"');
  for (size_t i = 0; i < l->t.n; i++) {
    char c = l->t.s[i];
    if (is_control(c) && c != '\n' && c != '\r' && c != '\t')
      return false;
    if (c != '\n' && c != '\r')
      sa_catc(&l->word, c);
    if (i && c == '"' && !escaped) {
      skip(l, i + 1);
      return true;
    }
    escaped = c == '\\' && !escaped;
  }
  return false;
}

static bool end_address(struct list *l, stralloc *out) {
  bool good = !l->gap;
  if (l->word.len && good) {
    sa_cat(out, &l->word);
    sa_0(out);
  }
  forget_word(l);
  l->done = false;
  return good;
}

/* What was read before '<' was a display name. */
static bool open_angle(struct list *l) {
  if (l->angle || l->done)
    return false;
  l->angle = true;
  forget_word(l);
  return true;
}

static bool close_angle(struct list *l, stralloc *out) {
  if (!l->angle || l->route || !end_address(l, out))
    return false;
  l->angle = false;
  l->done = true;
  return true;
}

/* ':' ends a route, or the name of a group. */
static bool colon(struct list *l) {
  if (l->angle ? !l->route : l->group)
    return false;
  if (l->angle)
    l->route = false;
  else
    l->group = true;
  forget_word(l);
  return true;
}

static bool separator(struct list *l, stralloc *out) {
  if (l->angle && !l->route)
    return false;
  if (l->route || l->done)
    forget_word(l);
  return l->route || end_address(l, out);
}

static bool semicolon(struct list *l, stralloc *out) {
  l->group = false;     /* some programs separate with ';' without any group */
  return separator(l, out);
}

/* "[IPv6:…]" has colons that are no colons. */
static bool take_literal(struct list *l) {
  const char *end = memchr(l->t.s, ']', l->t.n);
  if (!end)
    return false;
  size_t n = (size_t)(end - l->t.s) + 1;
  for (size_t i = 0; i < n; i++)
    if (is_control(l->t.s[i]))
      return false;
  sa_catb(&l->word, l->t.s, n);
  skip(l, n);
  return true;
}

static bool special(struct list *l, stralloc *out, char c) {
  switch (c) {
  case '<': return open_angle(l);
  case '>': return close_angle(l, out);
  case ':': return colon(l);
  case ';': return semicolon(l, out);
  case ',': return separator(l, out);
  case ' ': case '\t': case '\r': case '\n': return l->blank = true;
  case ')': return false;
  }
  if (is_control(c))
    return false;
  if (c == '@' && l->angle && !l->word.len)
    l->route = true;
  touch(l, c);
  sa_catc(&l->word, c);
  return true;
}

static bool step(struct list *l, stralloc *out) {
  char c = l->t.s[0];
  if (c == '(')
    return l->blank = skip_comment(l);
  if (c == '"')
    return take_quoted(l);
  if (c == '[')
    return take_literal(l);
  skip(l, 1);
  return special(l, out, c);
}

bool recipients_parse(stralloc *out, struct bytes value, enum message_id *why) {
  struct list l = {.t = value};
  bool ok = true;
  while (ok && l.t.n)
    ok = step(&l, out);
  ok = ok && !l.angle && separator(&l, out);
  stralloc_free(&l.word);
  if (!ok)
    *why = SM551E_header_list;
  return ok;
}

/* The next field of HEADER with its continuation lines and its line end; false at the empty line, or at a line that is
 * no field. */
static bool next_field(struct bytes *header, struct bytes *field) {
  size_t n = 0;
  if (!header->n || header->s[0] == '\n')
    return false;
  do {
    const char *end = memchr(header->s + n, '\n', header->n - n);
    n = end ? (size_t)(end - header->s) + 1 : header->n;
  } while (n < header->n && (header->s[n] == ' ' || header->s[n] == '\t'));
  *field = bytes_of(header->s, n);
  *header = bytes_of(header->s + n, header->n - n);
  return true;
}

static bool is_field(struct bytes field, const char *name, struct bytes *value) {
  struct bytes rest = field, label;
  if (!bytes_cut(&rest, ':', &label) || !rest.s || !bytes_ieq(bytes_trim(label), bytes_str(name)))
    return false;
  *value = rest;
  return true;
}

static bool is_one_of(struct bytes field, const char *const names[3], struct bytes *value) {
  return is_field(field, names[0], value) || is_field(field, names[1], value) || is_field(field, names[2], value);
}

static const char *const plain[3] = {"To", "Cc", "Bcc"};
static const char *const resent[3] = {"Resent-To", "Resent-Cc", "Resent-Bcc"};

bool recipients_of_header(stralloc *out, struct bytes header, enum message_id *why) {
  struct bytes field, value, rest = header;
  const char *const *names = plain;
  while (names == plain && next_field(&rest, &field))
    if (is_one_of(field, resent, &value))
      names = resent;
  while (next_field(&header, &field))
    if (is_one_of(field, names, &value) && !recipients_parse(out, value, why))
      return false;
  return true;
}

void recipients_hide_bcc(stralloc *out, struct bytes header) {
  struct bytes field, value;
  while (next_field(&header, &field))
    if (!is_field(field, "Bcc", &value) && !is_field(field, "Resent-Bcc", &value))
      sa_catb(out, field.s, field.n);
  sa_catb(out, header.s, header.n);
}
