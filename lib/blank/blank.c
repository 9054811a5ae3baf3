#include "blank/private.h"

#include <stdlib.h>

void marks_set(struct marks *m, size_t from, size_t to, unsigned mark) {
  for (size_t i = from; i < to; i++)
    if (!m->mark[i] || mark == MARK_SECRET)
      m->mark[i] = mark;
}

static void begin(struct marks *m, struct bytes text) {
  m->text = text;
  m->mark = calloc(text.n + 1, sizeof *m->mark);
  if (!m->mark)
    out_of_memory();
}

void blank_learn(struct blank *b, struct bytes text) {
  struct marks m;
  begin(&m, text);
  marks_addresses(&m, b);
  marks_forms(&m, b);
  free(m.mark);
}

static void set_known(struct marks *m, const struct blank *b) {
  unsigned mark = MARK_NONE;
  for (size_t at = 0; at < m->text.n; at++) {
    size_t n = needle_at(b, m->text, at, &mark);
    marks_set(m, at, at + n, mark);
  }
}

static void put_mark(stralloc *out, struct blank *b, unsigned mark) {
  if (mark == MARK_SECRET)
    b->secrets++;
  else
    b->names++;
  if (mark > MARK_PERSON)
    sa_catf(out, "*%u*", mark - MARK_PERSON);
  else
    sa_cats(out, "***");
}

static void put(stralloc *out, struct blank *b, const struct marks *m) {
  for (size_t i = 0, n; i < m->text.n; i += n) {
    n = 1;
    while (i + n < m->text.n && m->mark[i + n] == m->mark[i])
      n++;
    if (m->mark[i])
      put_mark(out, b, m->mark[i]);
    else
      sa_catb(out, m->text.s + i, n);
  }
}

void blank_text(stralloc *out, struct blank *b, struct bytes text) {
  struct marks m;
  begin(&m, text);
  marks_addresses(&m, b);
  marks_forms(&m, b);
  set_known(&m, b);
  put(out, b, &m);
  free(m.mark);
}
