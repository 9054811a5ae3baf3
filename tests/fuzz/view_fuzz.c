/* Whatever stands in a log file: what is shown of it is one line without control bytes, the JSON a line that is ASCII in
 * its structure. */
#include <stdlib.h>

#include "base/sa.h"
#include "log/filter.h"
#include "log/view.h"

static void one_line(const stralloc *out, int tabs) {
  for (size_t i = 0; i < out->len; i++)
    if (((unsigned char)out->s[i] < ' ' && !(tabs && out->s[i] == '\t') && i != out->len - 1) || out->s[i] == 0x7f)
      abort();
  if (!out->len || out->s[out->len - 1] != '\n')
    abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
  struct bytes line = bytes_of((const char *)data, n);
  struct log_filter all = {.level = -1}, some = {.qid = bytes_str("q"), .address = bytes_str("b.c"), .host = bytes_str("::1"), .level = 30};
  stralloc out = {0};
  int64_t t;
  uint32_t ns;
  log_stamp(&line, &t, &ns);
  if (!log_passes(&all, line))
    abort();
  log_want(&some, bytes_str("k=*a*b"));
  log_want(&some, line);
  log_passes(&some, line);
  log_view_text(&out, line, bytes_str("12:00"), LANG_JA);
  one_line(&out, 1);
  out.len = 0;
  log_view_json(&out, line, bytes_str(""), LANG_EN);
  one_line(&out, 0);
  if (out.s[0] != '{' || out.s[out.len - 2] != '}')
    abort();
  stralloc_free(&out);
  return 0;
}
