#include "filtering/filtering.h"

#include "base/sa.h"
#include "log/view.h"
#include "summary/summary.h"
#include "sys/clock.h"
#include "sys/fd.h"
#include "sys/report.h"
#include "sys/when.h"

static void flush(void *data) {
  stralloc *out = data;
  if (fd_write_all(1, out->s, out->len))
    die_errno(EXIT_TEMPORARY, SY104E_system_call_failed, "action=write path=%s", "(standard output)");
  out->len = 0;
}

static void show(stralloc *out, const struct filtering *f, struct bytes line, bool stamped, int64_t t, uint32_t ns) {
  stralloc when = {0};
  bool json = f->form == FILTERING_JSON;
  if (stamped)
    json ? when_json(&when, t, ns) : when_local(&when, t);
  (json ? log_view_json : log_view_text)(out, line, bytes_sa(&when), f->lang);
  stralloc_free(&when);
}

static void show_summary(stralloc *out, const struct filtering *f, struct summary *s) {
  static void (*const forms[])(stralloc *, const struct summary *, const struct summary_view *) = {summary_text, summary_json, summary_html};
  const struct summary_view v = {.lang = f->lang, .when = when_local};
  summary_end(s);
  forms[f->form](out, s, &v);
  summary_free(s);
}

void filtering_run(const struct filtering *f, struct merge *m) {
  static struct summary s;
  stralloc out = {0};
  struct bytes line;
  s.since = f->since > INT64_MIN ? f->since : 0;
  s.until = f->until < INT64_MAX ? f->until : 0;
  s.time.east = when_east(clock_unix());
  m->before_wait = flush;
  m->data = &out;
  while (merge_next(m, &line)) {
    struct bytes text = line;
    int64_t t;
    uint32_t ns;
    bool stamped = log_stamp(&text, &t, &ns);
    if ((stamped && (t < f->since || t > f->until)) || !log_passes(&f->filter, text))
      continue;
    f->summarize ? summary_line(&s, line) : show(&out, f, text, stamped, t, ns);
  }
  if (f->summarize)
    show_summary(&out, f, &s);
  flush(&out);
  stralloc_free(&out);
}
