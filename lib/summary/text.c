/* For people at a terminal: numbers first, so that columns stand under each other in either language. */
#include "base/sa.h"
#include "log/human.h"
#include "log/view.h"
#include "summary/words.h"

enum { NUMBER_WIDTH = 11, TIME_WIDTH = 13 };

struct writer {
  stralloc *out;
  const struct summary *s;
  const struct summary_view *v;
};

static const char *say(const struct writer *w, enum summary_word word) { return summary_word(word, w->v->lang); }

/* Columns of a terminal: characters of East Asia take two. */
static size_t width_of(struct bytes text) {
  size_t width = 0;
  for (size_t i = 0; i < text.n; i++) {
    unsigned char c = (unsigned char)text.s[i];
    width += c < 0x80 || (c >= 0xc0 && c < 0xe3) ? 1 : c >= 0xe3 ? 2 : 0;
  }
  return width;
}

static void put_right(const struct writer *w, struct bytes text, size_t width) {
  for (size_t n = width_of(text); n < width; n++)
    sa_catc(w->out, ' ');
  sa_catb(w->out, text.s, text.n);
}

static void put_number(const struct writer *w, uint64_t n, bool at_most) {
  stralloc s = {0};
  if (at_most)
    sa_catc(&s, '~');
  sa_catu(&s, n);
  put_right(w, bytes_sa(&s), NUMBER_WIDTH);
  stralloc_free(&s);
}

static void put_heading(const struct writer *w, enum summary_word word, size_t width) { put_right(w, bytes_str(say(w, word)), width); }

static void put_title(const struct writer *w, enum summary_word word) { sa_catf(w->out, "\n%s\n", say(w, word)); }

/* --- the figures --- */

static void put_figure(const struct writer *w, uint64_t n, enum summary_word word, const char *indent) {
  put_number(w, n, false);
  sa_catf(w->out, "  %s%s\n", indent, say(w, word));
}

static void put_figures(const struct writer *w, enum summary_word word, const enum summary_figure *f, size_t count) {
  stralloc all = {0};
  for (size_t i = 0; i < count; i++)
    sa_catf(&all, "%s%llu", i ? "/" : "", (unsigned long long)w->s->figure[f[i]]);
  put_right(w, bytes_sa(&all), NUMBER_WIDTH);
  sa_catf(w->out, "  %s\n", say(w, word));
  stralloc_free(&all);
}

static void put_all_figures(const struct writer *w) {
  static const enum summary_figure notices[] = {SUM_BOUNCES, SUM_NOTICES, SUM_DOUBLE_BOUNCES}, logins[] = {SUM_LOGINS, SUM_LOGINS_REFUSED},
                                   others[] = {SUM_OTHER_ERRORS, SUM_WARNINGS};
  const uint64_t *f = w->s->figure;
  put_number(w, f[SUM_RECEIVED], false);
  sa_catf(w->out, "  %s (", say(w, SAYS_RECEIVED));
  human_size(w->out, f[SUM_BYTES]);
  sa_cats(w->out, ")\n");
  if (f[SUM_RECEIVED_HERE])
    put_figure(w, f[SUM_RECEIVED_HERE], SAYS_HERE, "  ");
  put_figure(w, f[SUM_TO_MAILBOXES] + f[SUM_TO_SERVERS], SAYS_DELIVERED, "");
  put_figure(w, f[SUM_TO_MAILBOXES], SAYS_TO_MAILBOXES, "  ");
  put_figure(w, f[SUM_TO_SERVERS], SAYS_TO_SERVERS, "  ");
  put_figure(w, f[SUM_REFUSED], SAYS_REFUSED, "");
  put_figure(w, f[SUM_DELAYED], SAYS_DELAYED, "");
  put_figure(w, f[SUM_FAILED], SAYS_FAILED, "");
  put_figures(w, SAYS_NOTICES, notices, 3);
  put_figures(w, SAYS_LOGINS, logins, 2);
  put_figures(w, SAYS_OTHER, others, 2);
  if (f[SUM_DROPPED])
    put_figure(w, f[SUM_DROPPED], SAYS_DROPPED, "");
}

/* --- IDs --- */

static void put_id(const struct writer *w, enum message_id id, enum summary_kind kind) {
  const struct summary_id *x = &w->s->id[id];
  stralloc when = {0};
  put_number(w, x->count[kind], false);
  if (kind == KIND_UNDELIVERED)
    put_number(w, x->failed, false);
  if (x->last)
    w->v->when(&when, x->last);
  sa_catf(w->out, "  %s  ", message_of(id)->id);
  sa_cat(w->out, &when);
  sa_catf(w->out, "  %s\n", explanation_of(id)->text[w->v->lang]);
  stralloc_free(&when);
}

static size_t put_ids(const struct writer *w, enum summary_kind kind) {
  enum message_id ids[SUMMARY_ROWS];
  size_t n = summary_ids(w->s, kind, ids, SUMMARY_ROWS);
  if (!n)
    return 0;
  put_title(w, summary_kind_words[kind]);
  put_heading(w, COL_COUNT, NUMBER_WIDTH);
  if (kind == KIND_UNDELIVERED)
    put_heading(w, COL_FAILED, NUMBER_WIDTH);
  sa_catf(w->out, "  %s      %s\n", say(w, COL_ID), say(w, COL_LAST));
  for (size_t i = 0; i < n; i++)
    put_id(w, ids[i], kind);
  return n;
}

/* --- who --- */

static bool put_top(const struct writer *w, enum summary_top top) {
  const struct summary_table *t = &summary_tables[top];
  const struct topk_entry *best[SUMMARY_ROWS];
  size_t n = topk_best(&w->s->top[top], best, SUMMARY_ROWS);
  bool at_most = false;
  if (!n)
    return false;
  put_title(w, t->title);
  put_heading(w, t->count, NUMBER_WIDTH);
  put_heading(w, t->part, NUMBER_WIDTH);
  sa_catf(w->out, "  %s\n", say(w, t->who));
  for (size_t i = 0; i < n; i++) {
    stralloc part = {0};
    at_most |= best[i]->over > 0;
    put_number(w, best[i]->count, best[i]->over);
    t->size ? human_size(&part, best[i]->part) : sa_catu(&part, best[i]->part);
    put_right(w, bytes_sa(&part), NUMBER_WIDTH);
    sa_cats(w->out, "  ");
    log_shown(w->out, bytes_of(best[i]->key, best[i]->n));
    sa_catc(w->out, '\n');
    stralloc_free(&part);
  }
  return at_most;
}

/* --- how long --- */

static void put_span(const struct writer *w, enum summary_span span) {
  const struct spread *d = &w->s->span[span];
  if (!d->count)
    return;
  put_number(w, d->count, false);
  for (size_t i = 0; i < 4; i++) {
    stralloc s = {0};
    human_ms(&s, (int64_t)spread_quantile(d, summary_permille[i]), w->v->lang);
    put_right(w, bytes_sa(&s), TIME_WIDTH);
    stralloc_free(&s);
  }
  sa_catf(w->out, "  %s\n", say(w, summary_span_words[span]));
}

static void put_spans(const struct writer *w) {
  static const enum summary_word columns[] = {COL_HALF, COL_NINETY, COL_NINETY_NINE, COL_LONGEST};
  bool any = false;
  for (int i = 0; i < SUMMARY_SPANS; i++)
    any |= w->s->span[i].count > 0;
  if (!any)
    return;
  put_title(w, SAYS_SPANS);
  put_heading(w, COL_COUNT, NUMBER_WIDTH);
  for (size_t i = 0; i < 4; i++)
    put_heading(w, columns[i], TIME_WIDTH);
  sa_catc(w->out, '\n');
  for (int i = 0; i < SUMMARY_SPANS; i++)
    put_span(w, (enum summary_span)i);
}

void summary_text(stralloc *out, const struct summary *s, const struct summary_view *v) {
  const struct writer w = {out, s, v};
  size_t ids = 0;
  bool at_most = false;
  if (!s->figure[SUM_LINES]) {
    sa_catf(out, "%s\n", say(&w, SAYS_NOTHING));
    return;
  }
  sa_catf(out, "%s  ", say(&w, SAYS_TITLE));
  summary_between(out, s, v);
  sa_cats(out, "\n\n");
  put_all_figures(&w);
  for (int i = 0; i < SUMMARY_KINDS; i++)
    ids += put_ids(&w, (enum summary_kind)i);
  if (ids)
    sa_catf(out, "\n%s\n", say(&w, SAYS_EXPLAIN));
  for (int i = 0; i < SUMMARY_TOPS; i++)
    at_most |= put_top(&w, (enum summary_top)i);
  if (at_most)
    sa_catf(out, "\n%s\n", say(&w, SAYS_AT_MOST));
  put_spans(&w);
}
