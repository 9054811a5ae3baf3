/* Whatever stands in a log: the stories are made, their text has no control bytes, their JSON is one line. */
#include <stdlib.h>

#include "story/story.h"

static void when(stralloc *out, int64_t t) { sa_catf(out, "%lld", (long long)t); }
static void when_ns(stralloc *out, int64_t t, uint32_t ns) { sa_catf(out, "%lld.%u", (long long)t, ns); }

static void each_line(struct story_search *s, struct bytes rest, void (*take)(struct story_search *, struct bytes)) {
  s->last_ns = 0;
  s->order = 0;
  while (rest.n) {
    const char *end = memchr(rest.s, '\n', rest.n);
    size_t n = end ? (size_t)(end + 1 - rest.s) : rest.n;
    take(s, bytes_of(rest.s, n));
    rest = bytes_of(rest.s + n, rest.n - n);
  }
}

static void check(const stralloc *out, int lines) {
  for (size_t i = 0; i < out->len; i++)
    if ((unsigned char)out->s[i] < ' ' && out->s[i] != '\t' && (out->s[i] != '\n' || (!lines && i + 1 < out->len)))
      abort();
}

/* The first line is the question, the rest is the log. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
  struct bytes log = bytes_of((const char *)data, n), wanted;
  struct story_search s = {.limit = 2};
  struct stories st;
  stralloc out = {0};
  if (!bytes_cut(&log, '\n', &wanted))
    return 0;
  s.wanted = wanted;
  each_line(&s, log, story_pick);
  each_line(&s, log, story_collect);
  each_line(&s, log, story_collect_session);
  story_tell(&st, &s);
  for (size_t i = 0; i < st.count; i++)
    for (int place = STORY_NOT_LOOKED; place <= STORY_UNSEEN; place++) {
      struct story_view v = {.lang = place & 1 ? LANG_JA : LANG_EN, .level = 99, .when = when, .when_json = when_ns};
      st.story[i].place = (enum story_place)place;
      out.len = 0;
      story_text(&out, &st.story[i], &v);
      story_short(&out, &st.story[i], &v);
      check(&out, 1);
      out.len = 0;
      story_json(&out, &st.story[i], &v);
      check(&out, 0);
    }
  stralloc_free(&out);
  stories_free(&st);
  story_search_free(&s);
  return 0;
}
