/* The plots of the page. */
#include "summary/page.h"

static void free_columns(struct svg_column *c, size_t n) {
  for (size_t i = 0; i < n; i++) {
    stralloc_free(&c[i].label);
    stralloc_free(&c[i].title);
  }
}

static void put_series(const struct page *w, enum summary_series series, enum summary_word title, bool bad) {
  struct svg_column c[64] = {0};
  size_t n = w->s->time.used < 64 ? w->s->time.used : 64;
  for (size_t i = 0; i < n; i++) {
    c[i].value = w->s->time.slot[i][series];
    summary_slot_label(&c[i].label, &w->s->time, i);
    summary_slot_title(&c[i].title, &w->s->time, i, c[i].value);
  }
  page_section(w, bad ? "bad" : "", title);
  svg_columns(w->out, c, n, bytes_str(page_say(w, title)));
  page_put(w, "</section>\n");
  free_columns(c, n);
}

void page_waits(const struct page *w) {
  struct svg_column c[SUMMARY_WAITS] = {0};
  for (size_t i = 0; i < SUMMARY_WAITS; i++) {
    c[i].value = w->s->wait[i];
    summary_wait_label(&c[i].label, i, w->v->lang);
    sa_cat(&c[i].title, &c[i].label);
    sa_catf(&c[i].title, ": %llu", (unsigned long long)c[i].value);
  }
  page_section(w, "", SAYS_WAITS);
  svg_columns(w->out, c, SUMMARY_WAITS, bytes_str(page_say(w, SAYS_WAITS)));
  page_put(w, "</section>\n");
  free_columns(c, SUMMARY_WAITS);
}

void page_plots(const struct page *w) {
  if (!w->s->time.used)
    return;
  page_put(w, "<div class=\"pair\">\n");
  put_series(w, SERIES_RECEIVED, SAYS_RECEIVED, false);
  put_series(w, SERIES_DELIVERED, SAYS_DELIVERED, false);
  put_series(w, SERIES_REFUSED, SAYS_REFUSED, false);
  put_series(w, SERIES_FAILED, SAYS_NOT_DELIVERED, true);
  page_put(w, "</div>\n");
}
