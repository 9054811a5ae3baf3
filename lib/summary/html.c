/* One page that needs nothing else. */
#include "log/human.h"
#include "summary/page.h"

/* --- figures --- */

static void put_figure(const struct page *w, uint64_t n, enum summary_word word, bool bad) {
  sa_catf(w->out, "<div%s><dt>", bad && n ? " class=\"bad\"" : "");
  page_text(w, page_say(w, word));
  sa_catf(w->out, "</dt><dd>%llu</dd>", (unsigned long long)n);
}

static void put_small(const struct page *w, enum summary_word word, uint64_t n) {
  sa_catf(w->out, "<dd class=\"small\">%llu ", (unsigned long long)n);
  page_text(w, page_say(w, word));
  page_put(w, "</dd>");
}

static void put_figures(const struct page *w) {
  const uint64_t *f = w->s->figure;
  page_put(w, "<dl class=\"figures\">\n");
  put_figure(w, f[SUM_RECEIVED], SAYS_RECEIVED, false);
  page_put(w, "<dd class=\"small\">");
  human_size(w->out, f[SUM_BYTES]);
  page_put(w, "</dd></div>\n");
  put_figure(w, f[SUM_TO_MAILBOXES] + f[SUM_TO_SERVERS], SAYS_DELIVERED, false);
  put_small(w, SAYS_TO_MAILBOXES, f[SUM_TO_MAILBOXES]);
  put_small(w, SAYS_TO_SERVERS, f[SUM_TO_SERVERS]);
  page_put(w, "</div>\n");
  put_figure(w, f[SUM_REFUSED], SAYS_REFUSED, false);
  page_put(w, "</div>\n");
  put_figure(w, f[SUM_DELAYED], SAYS_DELAYED, false);
  page_put(w, "</div>\n");
  put_figure(w, f[SUM_FAILED], SAYS_FAILED, true);
  page_put(w, "</div>\n");
  put_figure(w, f[SUM_OTHER_ERRORS], SAYS_ERRORS, true);
  page_put(w, "</div>\n</dl>\n<p class=\"soft\" style=\"margin-top:1rem\">");
  page_text(w, page_say(w, SAYS_LOGINS));
  sa_catf(w->out, ": %llu / %llu \xc2\xb7 ", (unsigned long long)f[SUM_LOGINS], (unsigned long long)f[SUM_LOGINS_REFUSED]);
  page_text(w, page_say(w, SAYS_NOTICES));
  sa_catf(w->out, ": %llu / %llu / %llu", (unsigned long long)f[SUM_BOUNCES], (unsigned long long)f[SUM_NOTICES], (unsigned long long)f[SUM_DOUBLE_BOUNCES]);
  if (f[SUM_DROPPED]) {
    page_put(w, " \xc2\xb7 ");
    page_text(w, page_say(w, SAYS_DROPPED));
    sa_catf(w->out, ": %llu", (unsigned long long)f[SUM_DROPPED]);
  }
  page_put(w, "</p>\n");
}

static void put_body(const struct page *w) {
  put_figures(w);
  page_plots(w);
  for (int i = 0; i < SUMMARY_KINDS; i++)
    page_ids(w, (enum summary_kind)i);
  page_put(w, "<div class=\"pair\">\n");
  for (int i = 0; i < SUMMARY_TOPS; i++)
    page_top(w, (enum summary_top)i);
  page_put(w, "</div>\n<div class=\"pair\">\n");
  page_waits(w);
  page_spans(w);
  page_put(w, "</div>\n");
}

void summary_html(stralloc *out, const struct summary *s, const struct summary_view *v) {
  const struct page w = {out, s, v};
  page_head(&w);
  if (s->figure[SUM_LINES])
    put_body(&w);
  else
    page_word(&w, "<section><p>", SAYS_NOTHING, "</p></section>\n");
  page_put(&w, "<footer>wiz98 log-filter --summary --html</footer>\n</body>\n</html>\n");
}
