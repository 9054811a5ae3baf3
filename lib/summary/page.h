/* page: what the files of the page share. */
#ifndef SUMMARY_PAGE_H
#define SUMMARY_PAGE_H

#include "base/sa.h"
#include "summary/svg.h"
#include "summary/words.h"

struct page {
  stralloc *out;
  const struct summary *s;
  const struct summary_view *v;
};

const char *page_say(const struct page *w, enum summary_word word);
void page_put(const struct page *w, const char *html);
void page_text(const struct page *w, const char *text);                       /* escaped */
void page_word(const struct page *w, const char *before, enum summary_word word, const char *behind);
void page_section(const struct page *w, const char *kind, enum summary_word title);
void page_head_cell(const struct page *w, enum summary_word word, bool number);
void page_number(const struct page *w, uint64_t n, bool at_most);

void page_head(const struct page *w);
void page_plots(const struct page *w);
void page_waits(const struct page *w);
void page_ids(const struct page *w, enum summary_kind kind);
void page_top(const struct page *w, enum summary_top top);
void page_spans(const struct page *w);

#endif
