/* The frame of the page: style, head, cells.  No script, no reference to anything outside; a Content-Security-Policy says so. */
#include "summary/page.h"

static const char style[] =
  ":root{color-scheme:light dark;--paper:#fcfcfa;--ink:#1d2327;--soft:#5f6b73;--line:#dfe3e5;--bar:#3f7396;--bad:#b5532f}\n"
  "@media(prefers-color-scheme:dark){:root{--paper:#15191c;--ink:#e3e6e8;--soft:#99a4ab;--line:#2e363b;--bar:#6ba3c7;--bad:#e08a63}}\n"
  "*{box-sizing:border-box}\n"
  "body{margin:0 auto;max-width:70rem;padding:1.5rem;background:var(--paper);color:var(--ink);"
  "font:15px/1.5 system-ui,\"Hiragino Sans\",\"Noto Sans CJK JP\",\"Yu Gothic UI\",\"VL PGothic\",sans-serif}\n"
  "h1{font-size:1.5rem;font-weight:600;margin:0}h2{font-size:1rem;font-weight:600;margin:0 0 .5rem}\n"
  "p{margin:0}.soft{color:var(--soft)}\n"
  "header{padding-bottom:1rem;border-bottom:1px solid var(--line)}\n"
  "section{margin-top:2rem;min-width:0}\n"
  ".pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(26rem,100%),1fr));gap:0 2.5rem}\n"
  ".figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(9.5rem,1fr));gap:1.2rem;margin:1.5rem 0 0}\n"
  ".figures div{display:flex;flex-direction:column}\n"
  ".figures dt{order:2;color:var(--soft);font-size:.85rem}.figures dd{margin:0;font-size:1.9rem;line-height:1.2;font-variant-numeric:tabular-nums}\n"
  ".figures dd.small{order:3;font-size:.85rem;color:var(--soft);line-height:1.5}\n"
  ".figures .bad dd:first-of-type{color:var(--bad)}\n"
  "table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}\n"
  "th{font-weight:400;font-size:.85rem;color:var(--soft);text-align:left;padding:.2rem .8rem .2rem 0;white-space:nowrap}\n"
  "td{padding:.3rem .8rem .3rem 0;border-top:1px solid var(--line);vertical-align:top;overflow-wrap:anywhere}\n"
  "th:last-child,td:last-child{padding-right:0}.n{text-align:right;white-space:nowrap}.nowrap{white-space:nowrap}\n"
  ".ids .n{width:5rem}.ids .n:last-child{width:11rem}.ids td,.ids th{width:5.5rem}.ids td:nth-last-child(2),.ids th:nth-last-child(2){width:auto;min-width:16rem}\n"
  "td.bars{width:22%;vertical-align:middle}code{font-size:.9em}\n"
  ".scroll{overflow-x:auto}\n"
  "details p{margin:.3rem 0 .3rem 1.1rem;color:var(--soft);max-width:46rem}details summary{cursor:pointer}\n"
  "svg{display:block;width:100%}.plot{height:auto}.inline{height:.55rem}\n"
  ".bar{fill:var(--bar)}.bad .bar,.bar.bad{fill:var(--bad)}.hit{fill:transparent}.grid{stroke:var(--line);stroke-width:1}\n"
  ".axis{fill:var(--soft);font-size:11px;font-variant-numeric:tabular-nums}\n"
  "footer{margin-top:2rem;padding-top:1rem;border-top:1px solid var(--line);color:var(--soft);font-size:.85rem}\n"
  "@media print{body{max-width:none;padding:0}section{break-inside:avoid}}\n";

const char *page_say(const struct page *w, enum summary_word word) { return summary_word(word, w->v->lang); }

void page_put(const struct page *w, const char *html) { sa_cats(w->out, html); }

void page_text(const struct page *w, const char *text) { xml_text(w->out, bytes_str(text)); }

void page_section(const struct page *w, const char *class, enum summary_word title) {
  sa_catf(w->out, "<section%s%s%s><h2>", *class ? " class=\"" : "", class, *class ? "\"" : "");
  page_word(w, "", title, "</h2>\n");
}

void page_head_cell(const struct page *w, enum summary_word word, bool number) {
  page_word(w, number ? "<th class=\"n\" scope=\"col\">" : "<th scope=\"col\">", word, "</th>");
}

void page_number(const struct page *w, uint64_t n, bool at_most) { sa_catf(w->out, "<td class=\"n\">%s%llu</td>", at_most ? "~" : "", (unsigned long long)n); }

void page_word(const struct page *w, const char *before, enum summary_word word, const char *behind) {
  page_put(w, before);
  page_text(w, page_say(w, word));
  page_put(w, behind);
}

/* --- head --- */

void page_head(const struct page *w) {
  stralloc between = {0};
  summary_between(&between, w->s, w->v);
  sa_catf(w->out, "<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n", w->v->lang == LANG_JA ? "ja" : "en");
  page_put(w, "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
         "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>");
  page_text(w, page_say(w, SAYS_TITLE));
  sa_catf(w->out, "</title>\n<style>\n%s</style>\n</head>\n<body>\n<header><h1>", style);
  page_text(w, page_say(w, SAYS_TITLE));
  page_put(w, "</h1>\n<p class=\"soft\">");
  xml_text(w->out, bytes_sa(&between));
  page_put(w, "</p></header>\n");
  stralloc_free(&between);
}
