/* The lines of the mail are not wrapped: commands and DNS records in it are to be copied. */
#include "watch/watch.h"

struct words { const char *greeting, *over, *was, *still, *end; };
static const struct words words[2] = {
  {.greeting = "The check of the mail server %.*s (mail-doctor --changes) has news.\n", .over = "Over:\n", .was = "good; it was",
   .still = "As told before:\n",
   .end = "Each finding is told once, when two runs have agreed on it, and once more when it is over.\nAll checks, now: wiz98 doctor\n"},
  {.greeting = "メールサーバ %.*s の点検(mail-doctor --changes)の結果に変化がありました。\n", .over = "解消したもの:\n", .was = "正常に戻りました。以前の結果",
   .still = "お知らせ済みで、変わっていないもの:\n",
   .end = "同じ結果が2回続いたときに一度だけお知らせし、解消したときにもう一度お知らせします。\n現在の全項目の結果: wiz98 doctor\n"},
};

struct letter {
  const struct watch *w;
  const struct check_finding *f;
  const bool *news;
  struct bytes hostname;
};

static bool is_over(const struct letter *l, int c) { return l->news[c] && l->f[c].result == CHECK_PASS; }
static bool is_still(const struct letter *l, int c) {
  return !l->news[c] && l->f[c].result > CHECK_CANNOT_TELL && l->f[c].result == l->w->told[c].result;
}

static void put_line(stralloc *out, enum check c, const char *word, enum message_id message, enum language lang) {
  sa_catf(out, "  %s %s: %s", check_rows[c].id, check_rows[c].title[lang], word);
  if (message)
    sa_catf(out, "%s%s (%s)", *word ? ": " : "", explanation_of(message)->text[lang], message_of(message)->id);
  sa_catc(out, '\n');
}

/* A line a check that BELONGS, what was told of it last, under TITLE. */
static void put_lines(stralloc *out, const struct letter *l, bool (*belongs)(const struct letter *l, int c),
                      const char *title, const char *word, enum language lang) {
  bool any = false;
  for (int c = CHECK_NONE + 1; c < CHECK_COUNT; c++) {
    if (!belongs(l, c))
      continue;
    if (!any)
      sa_catf(out, "\n%s", title);
    any = true;
    put_line(out, (enum check)c, word, l->w->told[c].message, lang);
  }
}

static void put_new(stralloc *out, const struct letter *l, enum check_result result, enum language lang) {
  stralloc list = {0};
  check_list(&list, l->f, result, l->news, lang);
  if (list.len) {
    sa_catc(out, '\n');
    sa_cat(out, &list);
  }
  stralloc_free(&list);
}

static void put_text(stralloc *out, const void *data, enum language lang) {
  const struct letter *l = data;
  const struct words *w = &words[lang];
  sa_catf(out, w->greeting, (int)l->hostname.n, l->hostname.s);
  put_new(out, l, CHECK_FAIL, lang);
  put_new(out, l, CHECK_WARN, lang);
  put_lines(out, l, is_over, w->over, w->was, lang);
  put_lines(out, l, is_still, w->still, "", lang);
  sa_catf(out, "\n%s", w->end);
}

/* What it is about: the first that fails, else the first to be watched, else the first that is over; and how many more. */
static enum check first_of(const struct letter *l, size_t *more) {
  static const enum check_result order[] = {CHECK_FAIL, CHECK_WARN, CHECK_PASS};
  enum check first = CHECK_NONE;
  *more = 0;
  for (size_t i = 0; i < sizeof order / sizeof *order; i++)
    for (int c = CHECK_NONE + 1; c < CHECK_COUNT; c++) {
      if (!l->news[c] || l->f[c].result != order[i])
        continue;
      if (first)
        ++*more;
      else
        first = (enum check)c;
    }
  return first;
}

static void put_subject(stralloc *out, const void *data, enum language lang) {
  static const char *const kinds[][2] = {
    [CHECK_PASS] = {"Over: ", "【復旧】"}, [CHECK_WARN] = {"To be watched: ", "【注意】"}, [CHECK_FAIL] = {"Action needed: ", "【要対応】"}};
  static const char *const others[] = {" (%zu more)", "(ほか%zu件)"};
  const struct letter *l = data;
  size_t more;
  enum check c = first_of(l, &more);
  enum message_id message = l->f[c].result == CHECK_PASS ? l->w->told[c].message : l->f[c].message;
  sa_cats(out, kinds[l->f[c].result][lang]);
  sa_cats(out, message ? explanation_of(message)->text[lang] : check_rows[c].title[lang]);
  if (more)
    sa_catf(out, others[lang], more);
}

void watch_mail(stralloc *out, const struct operator_head *h, const struct watch *w, const struct check_finding *f,
                const bool news[CHECK_COUNT]) {
  const struct letter l = {w, f, news, h->hostname};
  operator_mail(out, h, put_subject, put_text, &l);
}
