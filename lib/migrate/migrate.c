#include "migrate/migrate.h"

#include <stdio.h>
#include <stdlib.h>

#include "addr/ip.h"
#include "migrate/lines.h"

struct work {
  struct migration *m;
  struct conf_faults *faults;
  const struct conf_step *step;
  struct lines lines;
};

static struct migrate_change *note(struct work *w, unsigned line) {
  struct migration *m = w->m;
  m->change = realloc(m->change, (m->count + 1) * sizeof *m->change);
  if (!m->change)
    out_of_memory();
  struct migrate_change *c = &m->change[m->count++];
  *c = (struct migrate_change){.file = w->step->file, .line = line, .why = w->step->why};
  sa_cats(&c->before, "");
  sa_cats(&c->after, "");
  m->changed[c->file] = true;
  return c;
}

static struct migrate_change *note_line(struct work *w, const struct line *l) {
  struct migrate_change *c = note(w, l->origin);
  sa_cat(&c->before, &l->text);
  return c;
}

/* The next line from *AT on that sets or, if SHOWN, shows NAME. */
static bool find(const struct lines *l, const char *name, bool shown, size_t *at, struct setting_line *s) {
  for (; *at < l->count; ++*at)
    if (line_setting(s, &l->line[*at]) && (shown || !s->shown) && bytes_ieq(s->name, bytes_str(name)))
      return true;
  return false;
}

static struct conf_fault *fault(struct work *w, enum message_id id, const struct line *l, struct bytes what) {
  return conf_fault_add(w->faults, conf_paths[w->step->file], l->origin, id, what);
}

/* A line that has one of the new names already: then which counts, it or the one with the old name? */
static const struct line *taken(struct work *w, const char **name) {
  struct setting_line s;
  for (int i = 0; i < 2 && w->step->now[i]; i++) {
    size_t at = 0;
    *name = w->step->now[i];
    if (find(&w->lines, *name, false, &at, &s))
      return &w->lines.line[at];
  }
  return NULL;
}

static void refuse_both(struct work *w, unsigned there, const char *name) {
  struct setting_line s;
  for (size_t at = 0; find(&w->lines, w->step->name, false, &at, &s); at++)
    conf_fault_hint(fault(w, CF116E_old_and_new, &w->lines.line[at], s.name), CF197I_hint_line, "%s:%u: %s", conf_paths[w->step->file], there, name);
}

/* --- one function a kind of step: line AT, which S describes --- */

static void rename_setting(struct work *w, size_t at, const struct setting_line *s) {
  struct line *l = &w->lines.line[at];
  struct migrate_change *c = note_line(w, l);
  line_replace(l, s->name, w->step->now[0]);
  sa_cat(&c->after, &l->text);
}

/* The one address of each family in VALUE; false: that is not what it holds. */
static bool by_family(struct bytes value, struct bytes address[2]) {
  struct bytes word, rest = value;
  struct ip ip;
  address[0] = address[1] = bytes_of(NULL, 0);
  while (rest.n) {
    size_t n = 0;
    while (n < rest.n && rest.s[n] != ' ' && rest.s[n] != '\t')
      n++;
    word = bytes_of(rest.s, n);
    rest = bytes_trim(bytes_of(rest.s + n, rest.n - n));
    if (!ip_parse(&ip, word) || address[ip.v6].s)
      return false;
    address[ip.v6] = word;
  }
  return true;
}

static void put(stralloc *out, struct bytes head, const char *name, struct bytes between, struct bytes value, struct bytes tail) {
  sa_copyb(out, head.s, head.n);
  sa_cats(out, name);
  sa_catb(out, between.s, between.n);
  sa_catb(out, value.s, value.n);
  sa_catb(out, tail.s, tail.n);
}

static struct bytes slice(const char *from, const char *to) { return bytes_of(from, (size_t)(to - from)); }

static struct bytes without_mark(struct bytes b) { return bytes_istarts(b, bytes_str("\xef\xbb\xbf")) ? bytes_of(b.s + 3, b.n - 3) : b; }

/* One line, or two of the same form: the comment stays with the first. */
static void split_by_family(struct work *w, size_t at, const struct setting_line *s) {
  struct line *l = &w->lines.line[at];
  struct bytes address[2], whole = bytes_sa(&l->text);
  if (!by_family(s->value, address)) {
    if (!s->shown)
      fault(w, CF117E_not_migrated, l, s->value);
    return;
  }
  struct bytes head = slice(whole.s, s->name.s), between = slice(s->name.s + s->name.n, s->value.s), tail = slice(s->value.s + s->value.n, whole.s + whole.n);
  bool two = (address[0].s && address[1].s) || (s->shown && !s->value.n), only_v6 = address[1].s && !address[0].s;
  struct migrate_change *c = note_line(w, l);
  stralloc first = {0}, second = {0};
  put(&first, head, w->step->now[only_v6], between, address[only_v6], tail);
  put(&second, without_mark(head), w->step->now[1], between, address[1], bytes_str(tail.n && tail.s[tail.n - 1] == '\r' ? "\r" : ""));
  sa_copy(&l->text, &first);
  sa_cat(&c->after, &first);
  if (two) {
    sa_copy(&lines_insert(&w->lines, at + 1)->text, &second);
    sa_catf(&c->after, "\n%.*s", (int)second.len, second.s);
  }
  stralloc_free(&first);
  stralloc_free(&second);
}

/* --- a default that changed: the old value is written down, behind the line that shows the setting or at the end --- */

static void show_new_default(struct work *w, size_t at, const struct setting_line *s) {
  struct line *l = &w->lines.line[at];
  if (!bytes_ieq(s->value, bytes_str(w->step->now[0])))
    return;
  struct migrate_change *c = note_line(w, l);
  line_replace(l, s->value, w->step->now[1]);
  sa_cat(&c->after, &l->text);
}

static void keep_default(struct work *w) {
  const struct conf_step *step = w->step;
  struct lines *l = &w->lines;
  struct setting_line s;
  size_t at = 0, end = l->count && !l->line[l->count - 1].text.len ? l->count - 1 : l->count;
  if (find(l, step->name, false, &at, &s))
    return;
  at = 0;
  if (find(l, step->name, true, &at, &s)) {
    show_new_default(w, at, &s);
    end = at + 1;
  }
  unsigned behind = end ? l->line[end - 1].origin : 0;
  bool cr = end && l->line[end - 1].text.len && l->line[end - 1].text.s[l->line[end - 1].text.len - 1] == '\r';
  struct line *new = lines_insert(l, end);
  sa_catf(&new->text, "%s = %s   # the default until version %u (版%uまでの既定値)%s", step->name, step->now[0], step->from, step->from, cr ? "\r" : "");
  sa_cat(&note(w, behind)->after, &new->text);
}

/* --- all steps --- */

static void do_lines(struct work *w) {
  struct setting_line s;
  for (size_t at = 0; find(&w->lines, w->step->name, true, &at, &s); at++)
    if (w->step->change == CONF_RENAMED)
      rename_setting(w, at, &s);
    else
      split_by_family(w, at, &s);
}

static void do_step(struct work *w) {
  const char *name;
  if (w->step->change == CONF_NEW_DEFAULT) {
    keep_default(w);
    return;
  }
  const struct line *there = taken(w, &name);
  if (there)
    refuse_both(w, there->origin, name);
  do_lines(w);
}

static void keep_origins(struct migration *m, enum conf_file file, const struct lines *l) {
  m->origin[file] = malloc((l->count + 1) * sizeof *m->origin[file]);
  if (!m->origin[file])
    out_of_memory();
  m->lines[file] = l->count;
  for (size_t i = 0; i < l->count; i++)
    m->origin[file][i] = l->line[i].origin || !i ? l->line[i].origin : m->origin[file][i - 1];
}

unsigned migrate_origin(const struct migration *m, const char *path, unsigned line) {
  for (int i = 0; i < CONF_FILES; i++)
    if (!strcmp(path, conf_paths[i]) && m->origin[i])
      return line && line <= m->lines[i] ? m->origin[i][line - 1] : 0;
  return line;
}

static void do_file(struct migration *m, struct conf_faults *faults, const struct conf_input *in, enum conf_file file) {
  struct work w = {.m = m, .faults = faults};
  bool split = false;
  for (size_t i = 0; i < conf_steps_count; i++) {
    if (conf_steps[i].file != file || conf_steps[i].from < m->from || in->absent[file])
      continue;
    if (!split)
      lines_split(&w.lines, bytes_sa(&in->text[file]));
    split = true;
    w.step = &conf_steps[i];
    do_step(&w);
  }
  if (m->changed[file]) {
    lines_join(&m->text[file], &w.lines);
    keep_origins(m, file, &w.lines);
  }
  lines_free(&w.lines);
}

/* The number only: what stands around it is the operator's. */
static void do_version(struct migration *m, const struct conf_input *in) {
  struct lines l = {0};
  char number[12];
  bool written = false;
  snprintf(number, sizeof number, "%d", CONF_SET_VERSION);
  lines_split(&l, bytes_sa(&in->text[CONF_VERSION]));
  for (size_t i = 0; i < l.count && !written; i++) {
    struct bytes text = without_mark(bytes_sa(&l.line[i].text));
    text = bytes_trim(bytes_of(text.s, conf_comment(text, false)));
    while (text.n && text.s[text.n - 1] == '\r')
      text.n--;
    if (text.n && (written = true))
      line_replace(&l.line[i], text, number);
  }
  lines_join(&m->text[CONF_VERSION], &l);
  if (!written)
    sa_catf(&m->text[CONF_VERSION], "%s%s\n", l.count && l.line[l.count - 1].text.len ? "\n" : "", number);
  m->changed[CONF_VERSION] = true;
  lines_free(&l);
}

static int by_place(const void *a, const void *b) {
  const struct migrate_change *x = a, *y = b;
  if (x->file != y->file)
    return x->file < y->file ? -1 : 1;
  return x->line < y->line ? -1 : x->line > y->line;
}

void migrate_run(struct migration *m, struct conf_faults *faults, unsigned from, const struct conf_input *in) {
  *m = (struct migration){.from = from};
  for (int file = 0; file < CONF_FILES; file++)
    do_file(m, faults, in, (enum conf_file)file);
  if (m->count)
    qsort(m->change, m->count, sizeof *m->change, by_place);
  do_version(m, in);
}

void migration_free(struct migration *m) {
  for (size_t i = 0; i < m->count; i++) {
    stralloc_free(&m->change[i].before);
    stralloc_free(&m->change[i].after);
  }
  free(m->change);
  for (int i = 0; i < CONF_FILES; i++) {
    stralloc_free(&m->text[i]);
    free(m->origin[i]);
  }
  *m = (struct migration){0};
}
