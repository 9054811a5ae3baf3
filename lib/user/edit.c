#include "user/edit.h"

#include "addr/addr.h"

struct entry {
  size_t start, end;      /* of the line, with its \n */
  struct bytes value;     /* behind the ':', trimmed */
};

bool user_edit_key(stralloc *key, struct bytes text, struct bytes domain) {
  struct addr a;
  enum message_id why;
  stralloc whole = {0};
  bool good = false;
  for (size_t i = 0; i < text.n; i++)
    if ((unsigned char)text.s[i] <= ' ' || text.s[i] == 0x7f || text.s[i] == ':' || text.s[0] == '#')
      return false;
  sa_copyb(&whole, text.s, text.n);
  if (text.n && !memchr(text.s, '@', text.n))
    sa_catf(&whole, "@%.*s", (int)domain.n, domain.s);
  if (text.n && text.s[0] == '@') {
    good = addr_domain_valid(bytes_of(text.s + 1, text.n - 1));
    for (size_t i = 0; i < text.n && good; i++)
      sa_catc(key, ascii_lower(text.s[i]));
  } else if (addr_parse(&a, bytes_sa(&whole), &why) && a.domain.n) {
    addr_key(key, &a);
    good = true;
  }
  stralloc_free(&whole);
  return good;
}

static bool is_blank(char c) { return c == ' ' || c == '\t'; }

static struct bytes without_comment(struct bytes line) {
  for (size_t i = 0; i < line.n; i++)
    if (line.s[i] == '#' && (!i || is_blank(line.s[i - 1])))
      line.n = i;
  if (line.n && line.s[line.n - 1] == '\r')
    line.n--;
  return bytes_trim(line);
}

static bool is_entry(struct bytes line, struct bytes key, struct bytes domain, struct bytes *value) {
  struct bytes rest = without_comment(line), name;
  stralloc other = {0};
  bytes_cut(&rest, ':', &name);
  bool same = rest.s && user_edit_key(&other, bytes_trim(name), domain) && bytes_eq(bytes_sa(&other), key);
  stralloc_free(&other);
  *value = bytes_trim(rest);
  return same;
}

static bool find(struct bytes file, struct bytes key, struct bytes domain, struct entry *e) {
  static const char mark[] = "\xef\xbb\xbf";
  struct bytes rest = file, line;
  if (rest.n >= 3 && !memcmp(rest.s, mark, 3))
    rest = bytes_of(rest.s + 3, rest.n - 3);
  while (bytes_cut(&rest, '\n', &line))
    if (is_entry(line, key, domain, &e->value)) {
      e->start = (size_t)(line.s - file.s);
      e->end = e->start + line.n;
      e->end += e->end < file.n;
      return true;
    }
  return false;
}

bool user_edit_get(struct bytes file, struct bytes key, struct bytes domain, struct bytes *value) {
  struct entry e;
  bool found = find(file, key, domain, &e);
  if (found)
    *value = e.value;
  return found;
}

/* The bytes from START to END become TEXT. */
static void replace(stralloc *file, size_t start, size_t end, struct bytes text) {
  stralloc out = {0};
  sa_copyb(&out, file->s, start);
  sa_catb(&out, text.s, text.n);
  sa_catb(&out, file->s + end, file->len - end);
  stralloc_free(file);
  *file = out;
}

void user_edit_set(stralloc *file, struct bytes key, struct bytes domain, struct bytes value) {
  struct entry e;
  if (find(bytes_sa(file), key, domain, &e)) {
    size_t start = (size_t)(e.value.s - file->s);
    replace(file, start, start + e.value.n, value);
    return;
  }
  if (file->len && file->s[file->len - 1] != '\n')
    sa_catc(file, '\n');
  sa_catb(file, key.s, key.n);
  sa_cats(file, ": ");
  sa_catb(file, value.s, value.n);
  sa_catc(file, '\n');
}

bool user_edit_remove(stralloc *file, struct bytes key, struct bytes domain) {
  struct entry e;
  if (!find(bytes_sa(file), key, domain, &e))
    return false;
  replace(file, e.start, e.end, bytes_of("", 0));
  return true;
}

bool user_edit_names(struct bytes targets, struct bytes key, struct bytes domain) {
  stralloc target = {0};
  struct bytes word;
  bool named = false;
  while (!named && bytes_cut(&targets, ' ', &word)) {
    target.len = 0;
    named = user_edit_key(&target, bytes_trim(word), domain) && bytes_eq(bytes_sa(&target), key);
  }
  stralloc_free(&target);
  return named;
}
