#include "migrate/lines.h"

#include <stdlib.h>

#include "conf/compile.h"

struct line *lines_insert(struct lines *l, size_t at) {
  if (!(l->count & (l->count - 1))) {   /* 0, 1, 2, 4, 8…: full */
    l->line = realloc(l->line, (l->count ? 2 * l->count : 1) * sizeof *l->line);
    if (!l->line)
      out_of_memory();
  }
  memmove(l->line + at + 1, l->line + at, (l->count - at) * sizeof *l->line);
  l->count++;
  l->line[at] = (struct line){.origin = 0};
  sa_cats(&l->line[at].text, "");
  return &l->line[at];
}

/* What stands behind the last \n is a line too, often an empty one: so joining gives the same bytes. */
void lines_split(struct lines *l, struct bytes text) {
  struct bytes one;
  *l = (struct lines){0};
  for (unsigned n = 1; bytes_cut(&text, '\n', &one); n++) {
    struct line *line = lines_insert(l, l->count);
    sa_catb(&line->text, one.s, one.n);
    line->origin = n;
  }
}

void lines_join(stralloc *out, const struct lines *l) {
  for (size_t i = 0; i < l->count; i++) {
    if (i)
      sa_catc(out, '\n');
    sa_cat(out, &l->line[i].text);
  }
}

void lines_free(struct lines *l) {
  for (size_t i = 0; i < l->count; i++)
    stralloc_free(&l->line[i].text);
  free(l->line);
}

static bool is_name(struct bytes b) {
  for (size_t i = 0; i < b.n; i++) {
    char c = ascii_lower(b.s[i]);
    if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '_')
      return false;
  }
  return b.n;
}

bool line_setting(struct setting_line *s, const struct line *l) {
  struct bytes rest = bytes_sa(&l->text);
  if (l->origin == 1 && rest.n >= 3 && !memcmp(rest.s, "\xef\xbb\xbf", 3))
    rest = bytes_of(rest.s + 3, rest.n - 3);
  if (rest.n && rest.s[rest.n - 1] == '\r')
    rest.n--;
  s->shown = rest.n && rest.s[0] == '#';
  if (s->shown)
    rest = bytes_of(rest.s + 1, rest.n - 1);
  rest.n = conf_comment(rest, false);
  bytes_cut(&rest, '=', &s->name);
  s->value = bytes_trim(rest);
  if (s->shown && s->name.n && !is_name(bytes_of(s->name.s, 1)))   /* "# name = …" is prose */
    return false;
  s->name = bytes_trim(s->name);
  return s->value.s && is_name(s->name);
}

void line_replace(struct line *l, struct bytes part, const char *by) {
  stralloc out = {0};
  size_t start = (size_t)(part.s - l->text.s), end = start + part.n;
  sa_copyb(&out, l->text.s, start);
  sa_cats(&out, by);
  sa_catb(&out, l->text.s + end, l->text.len - end);
  stralloc_free(&l->text);
  l->text = out;
}
