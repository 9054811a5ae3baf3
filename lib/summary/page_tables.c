/* The tables of the page. */
#include "log/human.h"
#include "log/view.h"
#include "summary/page.h"

/* --- IDs --- */

static void put_advice(const struct page *w, enum summary_word word, const char *text) {
  if (!*text)
    return;
  page_word(w, "<p>", word, ": ");
  page_text(w, text);
  page_put(w, "</p>");
}

static void put_id(const struct page *w, enum message_id id, enum summary_kind kind) {
  const struct summary_id *x = &w->s->id[id];
  const struct explanation *e = explanation_of(id);
  page_put(w, "<tr>");
  page_number(w, x->count[kind], false);
  if (kind == KIND_UNDELIVERED)
    page_number(w, x->failed, false);
  sa_catf(w->out, "<td class=\"nowrap\"><code>%s</code></td><td><details><summary>", message_of(id)->id);
  page_text(w, e->text[w->v->lang]);
  page_put(w, "</summary>");
  put_advice(w, SAYS_CAUSE, e->cause[w->v->lang]);
  put_advice(w, SAYS_REMEDY, e->remedy[w->v->lang]);
  page_put(w, "</details></td><td class=\"n\">");
  if (x->last)
    w->v->when(w->out, x->last);
  page_put(w, "</td></tr>\n");
}

void page_ids(const struct page *w, enum summary_kind kind) {
  enum message_id ids[SUMMARY_ROWS];
  size_t n = summary_ids(w->s, kind, ids, SUMMARY_ROWS);
  page_section(w, "", summary_kind_words[kind]);
  if (!n) {
    page_word(w, "<p class=\"soft\">", SAYS_NONE, "</p></section>\n");
    return;
  }
  page_put(w, "<div class=\"scroll\"><table class=\"ids\">\n<tr>");
  page_head_cell(w, COL_COUNT, true);
  if (kind == KIND_UNDELIVERED)
    page_head_cell(w, COL_FAILED, true);
  page_head_cell(w, COL_ID, false);
  page_head_cell(w, COL_MEANING, false);
  page_head_cell(w, COL_LAST, true);
  page_put(w, "</tr>\n");
  for (size_t i = 0; i < n; i++)
    put_id(w, ids[i], kind);
  page_put(w, "</table></div></section>\n");
}

/* --- who --- */

/* What a stranger wrote: invisible characters become visible before it is escaped. */
static void put_foreign(const struct page *w, struct bytes value) {
  stralloc shown = {0};
  log_shown(&shown, value);
  xml_text(w->out, bytes_sa(&shown));
  stralloc_free(&shown);
}

static unsigned permille(uint64_t n, uint64_t of) { return of ? (unsigned)((double)(n < of ? n : of) * 1000 / (double)of + 0.5) : 0; }

static void put_entry(const struct page *w, const struct summary_table *t, const struct topk_entry *e, uint64_t most) {
  page_put(w, "<tr><td>");
  put_foreign(w, bytes_of(e->key, e->n));
  page_put(w, "</td><td class=\"bars\">");
  svg_bar(w->out, permille(e->count, most), t->is_bad ? permille(e->part, most) : 0);
  page_put(w, "</td>");
  page_number(w, e->count, e->over);
  page_put(w, "<td class=\"n\">");
  t->size ? human_size(w->out, e->part) : sa_catu(w->out, e->part);
  page_put(w, "</td></tr>\n");
}

void page_top(const struct page *w, enum summary_top top) {
  const struct summary_table *t = &summary_tables[top];
  const struct topk_entry *best[SUMMARY_ROWS];
  size_t n = topk_best(&w->s->top[top], best, SUMMARY_ROWS);
  bool at_most = false;
  if (!n)
    return;
  page_section(w, "", t->title);
  page_put(w, "<table>\n<tr>");
  page_head_cell(w, t->who, false);
  page_put(w, "<th></th>");
  page_head_cell(w, t->count, true);
  page_head_cell(w, t->part, true);
  page_put(w, "</tr>\n");
  for (size_t i = 0; i < n; i++) {
    put_entry(w, t, best[i], best[0]->count);
    at_most |= best[i]->over > 0;
  }
  page_put(w, "</table>\n");
  if (at_most)
    page_word(w, "<p class=\"soft\">", SAYS_AT_MOST, "</p>");
  page_put(w, "</section>\n");
}

/* --- how long --- */

static void put_span(const struct page *w, enum summary_span span) {
  const struct spread *d = &w->s->span[span];
  if (!d->count)
    return;
  page_word(w, "<tr><td>", summary_span_words[span], "</td>");
  page_number(w, d->count, false);
  for (size_t i = 0; i < 4; i++) {
    page_put(w, "<td class=\"n\">");
    human_ms(w->out, (int64_t)spread_quantile(d, summary_permille[i]), w->v->lang);
    page_put(w, "</td>");
  }
  page_put(w, "</tr>\n");
}

void page_spans(const struct page *w) {
  static const enum summary_word columns[] = {COL_COUNT, COL_HALF, COL_NINETY, COL_NINETY_NINE, COL_LONGEST};
  page_section(w, "", SAYS_SPANS);
  page_put(w, "<div class=\"scroll\"><table>\n<tr><th></th>");
  for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
    page_head_cell(w, columns[i], true);
  page_put(w, "</tr>\n");
  for (int i = 0; i < SUMMARY_SPANS; i++)
    put_span(w, (enum summary_span)i);
  page_word(w, "</table></div>\n<p class=\"soft\">", SAYS_TIME_NOTE, "</p></section>\n");
}
