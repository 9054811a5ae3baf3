#include "conf/fault.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { WHAT_MAX = 80, WORD_MAX = 64 };

/* Control bytes are shown as '?': the text goes to a terminal.  A character is never cut. */
static void copy_printable(stralloc *to, struct bytes from) {
  size_t n = from.n > WHAT_MAX ? WHAT_MAX : from.n;
  while (n < from.n && n && ((unsigned char)from.s[n] & 0xc0) == 0x80)
    n--;
  for (size_t i = 0; i < n; i++)
    sa_catc(to, (unsigned char)from.s[i] < ' ' || from.s[i] == 0x7f ? '?' : from.s[i]);
  if (n < from.n)
    sa_cats(to, "...");
}

struct conf_fault *conf_fault_add(struct conf_faults *f, const char *path, unsigned line, enum message_id id, struct bytes what) {
  if (!(f->count & (f->count - 1))) {   /* 0, 1, 2, 4, 8…: full */
    f->fault = realloc(f->fault, (f->count ? 2 * f->count : 1) * sizeof *f->fault);
    if (!f->fault)
      out_of_memory();
  }
  struct conf_fault *new = &f->fault[f->count++];
  *new = (struct conf_fault){.path = path, .line = line, .id = id, .number = f->count};
  copy_printable(&new->what, what);
  sa_cats(&new->hint, "");
  f->errors += message_of(id)->id[5] == 'E';
  return new;
}

void conf_fault_hint(struct conf_fault *f, enum message_id label, const char *format, ...) {
  char text[512];
  va_list args;
  va_start(args, format);
  int n = vsnprintf(text, sizeof text, format, args);
  va_end(args);
  f->label = label;
  f->hint.len = 0;
  if (n > 0)
    sa_cats(&f->hint, text);
}

bool conf_faults_have(const struct conf_faults *f, enum message_id id) {
  for (size_t i = 0; i < f->count; i++)
    if (f->fault[i].id == id)
      return true;
  return false;
}

static int by_place(const void *a, const void *b) {
  const struct conf_fault *x = a, *y = b;
  int path = strcmp(x->path, y->path);
  if (path || x->line != y->line)
    return path ? path : x->line < y->line ? -1 : 1;
  return x->number < y->number ? -1 : x->number > y->number;
}

void conf_faults_sort(struct conf_faults *f) {
  if (f->count)
    qsort(f->fault, f->count, sizeof *f->fault, by_place);
}

void conf_faults_free(struct conf_faults *f) {
  for (size_t i = 0; i < f->count; i++) {
    stralloc_free(&f->fault[i].what);
    stralloc_free(&f->fault[i].hint);
  }
  free(f->fault);
  *f = (struct conf_faults){0};
}

void conf_fault_text(stralloc *out, const struct conf_fault *f, enum language lang) {
  static const char *const remedy[] = {"remedy", "対処"};
  const struct explanation *e = explanation_of(f->id);
  if (f->line)
    sa_catf(out, "%s:%u: %s (%s)", f->path, f->line, e->text[lang], message_of(f->id)->id);
  else
    sa_catf(out, "%s: %s (%s)", f->path, e->text[lang], message_of(f->id)->id);
  if (f->what.len) {
    sa_cats(out, ": ");
    sa_cat(out, &f->what);
  }
  if (f->hint.len) {
    sa_catf(out, "\n  %s: ", explanation_of(f->label)->text[lang]);
    sa_cat(out, &f->hint);
  }
  sa_catf(out, "\n  %s: %s\n", remedy[lang], e->remedy[lang]);
}

/* --- the nearest name --- */

static unsigned least(unsigned a, unsigned b, unsigned c) { return a < b ? a < c ? a : c : b < c ? b : c; }

static unsigned distance(struct bytes a, struct bytes b) {
  unsigned row[WORD_MAX + 1];
  for (size_t k = 0; k <= b.n; k++)
    row[k] = (unsigned)k;
  for (size_t i = 1; i <= a.n; i++) {
    unsigned diagonal = row[0];
    row[0] = (unsigned)i;
    for (size_t k = 1; k <= b.n; k++) {
      unsigned above = row[k];
      row[k] = least(above + 1, row[k - 1] + 1, diagonal + (ascii_lower(a.s[i - 1]) != ascii_lower(b.s[k - 1])));
      diagonal = above;
    }
  }
  return row[b.n];
}

const char *conf_nearest(struct bytes word, const char *const *names, size_t count) {
  const char *best = NULL;
  unsigned best_distance = (unsigned)word.n / 3 + 2;
  for (size_t i = 0; i < count; i++) {
    struct bytes name = bytes_str(names[i]);
    unsigned d = word.n > WORD_MAX || name.n > WORD_MAX ? WORD_MAX : distance(word, name);
    if (d < best_distance)
      best = names[i], best_distance = d;
  }
  return best;
}
