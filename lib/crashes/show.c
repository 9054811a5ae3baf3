#include <stdio.h>

#include "crashes/crashes.h"
#include "crashes/place.h"
#include "log/view.h"
#include "sys/when.h"

static bool is(struct bytes key, const char *name) { return bytes_eq(key, bytes_str(name)); }

/* The value as it stands in the line: the log has made it harmless. */
static struct bytes field(const struct crash *c, const char *name) {
  struct log_reader r;
  struct bytes key, raw;
  if (log_read(&r, bytes_sa(&c->line)))
    while (log_next(&r, &key, &raw))
      if (is(key, name))
        return raw;
  return bytes_of("", 0);
}

static void put_named(stralloc *out, const struct crash *c, const char *name) {
  struct bytes value = field(c, name);
  if (value.n)
    sa_catf(out, "  %s=%.*s", name, (int)value.n, value.s);
}

void crashes_put_line(stralloc *out, const struct crash *c) {
  struct bytes program = field(c, "program"), signal = field(c, "signal");
  sa_catf(out, "%-24s ", c->id);
  when_local(out, c->time);
  sa_catf(out, "  %-14.*s %.*s", (int)program.n, program.s, (int)signal.n, signal.s);
  put_named(out, c, "call");
  put_named(out, c, "stack");
  put_named(out, c, "by");
  put_named(out, c, "sid");
  put_named(out, c, "qid");
  sa_catc(out, '\n');
}

void crashes_put_json(stralloc *out, const struct crash *c, enum language lang) {
  stralloc when = {0};
  when_json(&when, c->time, c->nanoseconds);
  log_view_json(out, bytes_sa(&c->line), bytes_sa(&when), lang);
  stralloc_free(&when);
}

/* --- in full --- */

static void put_ids(stralloc *out, struct bytes ids, enum language lang) {
  static const char *const words[] = {"  what it reported last:\n", "  直前のメッセージ:\n"};
  struct bytes part;
  enum message_id id;
  if (ids.n)
    sa_cats(out, words[lang]);
  while (bytes_cut(&ids, ',', &part)) {
    sa_catf(out, "    %.*s ", (int)part.n, part.s);
    if (message_find(part.s, part.n, &id))
      sa_cats(out, explanation_of(id)->text[lang]);
    sa_catc(out, '\n');
  }
}

static void put_trace(stralloc *out, const struct crash *c, enum language lang) {
  static const char *const words[] = {"  where it was, then the callers:\n", "  異常終了した場所と呼び出し元:\n"};
  struct bytes trace = field(c, "trace"), program = field(c, "program"), part;
  struct place_source source;
  sa_cats(out, words[lang]);
  place_find(&source, program, field(c, "build"), lang);
  sa_cat(out, &source.remark);
  for (unsigned n = 0; bytes_cut(&trace, ',', &part); n++)
    place_put(out, &source, part, n);
  place_free(&source);
}

void crashes_put(stralloc *out, const struct crash *c, enum language lang) {
  struct log_reader r;
  struct bytes key, raw;
  sa_catf(out, "= %s  ", c->id);
  when_local(out, c->time);
  sa_catc(out, '\n');
  if (log_read(&r, bytes_sa(&c->line)))
    while (log_next(&r, &key, &raw))
      if (!is(key, "ids") && !is(key, "trace") && !is(key, "text"))
        sa_catf(out, "  %.*s: %.*s\n", (int)key.n, key.s, (int)raw.n, raw.s);
  put_ids(out, field(c, "ids"), lang);
  put_trace(out, c, lang);
  explanation_write(out, CR101E_crashed, lang);
}
