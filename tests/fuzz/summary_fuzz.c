/* Whatever a log holds, it is counted, and what is said of it is well formed: the page has the tags that it has for an empty
 * value and no control byte, the text no control byte, the JSON one line. */
#include <stdlib.h>

#include "base/sa.h"
#include "summary/summary.h"

static void when(stralloc *out, int64_t t) { sa_catf(out, "%lld", (long long)t); }

static void no_control_byte(const stralloc *out, int newlines) {
  int seen = 0;
  for (size_t i = 0; i < out->len; i++) {
    seen += out->s[i] == '\n';
    if (((unsigned char)out->s[i] < ' ' && out->s[i] != '\n') || out->s[i] == 0x7f)
      abort();
  }
  if (newlines && seen != newlines)
    abort();
}

/* Only our own tags. */
static void tags(const stralloc *out) {
  static const char *const ours[] = {"!DOCTYPE", "html", "head", "meta", "title", "style", "body", "header", "h1", "h2", "p", "section", "div", "dl", "dt", "dd",
                                     "table", "tr", "th", "td", "code", "details", "summary", "svg", "g", "rect", "path", "text", "footer"};
  int depth = 0;
  for (size_t i = 0; i < out->len; i++)
    if (out->s[i] == '<') {
      size_t begin = i + 1 + (i + 1 < out->len && out->s[i + 1] == '/'), n = 0, k = 0;
      depth += begin == i + 1 ? 1 : -1;
      while (begin + n < out->len && ((out->s[begin + n] >= '0' && out->s[begin + n] <= '9') || ascii_lower(out->s[begin + n]) >= 'a') && out->s[begin + n] != '>' && out->s[begin + n] != ' ')
        n++;
      if (out->s[begin] == '!')
        n = 8;
      while (k < sizeof ours / sizeof *ours && !bytes_eq(bytes_of(out->s + begin, n), bytes_str(ours[k])))
        k++;
      if (k == sizeof ours / sizeof *ours)
        abort();
    }
  if (depth < 0)
    abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
  static struct summary s;
  const struct summary_view v = {.lang = n % 2 ? LANG_JA : LANG_EN, .when = when};
  struct bytes rest = bytes_of((const char *)data, n), line;
  stralloc out = {0};
  memset(&s, 0, sizeof s);
  while (rest.n && bytes_cut(&rest, '\n', &line))
    summary_line(&s, line);
  summary_end(&s);
  summary_text(&out, &s, &v);
  no_control_byte(&out, 0);
  out.len = 0;
  summary_json(&out, &s, &v);
  no_control_byte(&out, 1);
  out.len = 0;
  summary_html(&out, &s, &v);
  no_control_byte(&out, 0);
  tags(&out);
  summary_free(&s);
  stralloc_free(&out);
  return 0;
}
