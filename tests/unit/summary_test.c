/* summary: who occurs most, how durations are spread, counts over time, what lines count as, what is drawn. */
#include "unit.h"

#include <stdlib.h>

#include "summary/summary.h"
#include "summary/svg.h"
#include "summary/words.h"

/* --- topk --- */

static void counts_exactly_while_there_is_room(void **state) {
  (void)state;
  struct topk t = {0};
  const struct topk_entry *best[4];
  static const struct { const char *key; uint64_t weight, part; } rows[] = {{"b", 2, 1}, {"a", 5, 0}, {"B", 3, 2}, {"c", 5, 1}};
  for (size_t i = 0; i < COUNT(rows); i++)
    topk_add(&t, bytes_str(rows[i].key), rows[i].weight, rows[i].part);
  assert_int_equal(topk_best(&t, best, 4), 3);
  row_string("equal counts go by key", bytes_of(best[0]->key, best[0]->n), "a");
  row_string("either case is one key", bytes_of(best[1]->key, best[1]->n), "b");
  assert_int_equal(best[1]->count, 5);
  assert_int_equal(best[1]->part, 3);
  assert_int_equal(best[1]->over, 0);
  assert_int_equal(topk_best(&t, best, 1), 1);
  assert_int_equal(t.total, 15);
  topk_free(&t);
  assert_int_equal(topk_best(&t, best, 4), 0);
}

/* A hundred thousand strangers, each once, and three that come often: those are found, and what is said of them holds. */
static void finds_the_frequent_among_many(void **state) {
  (void)state;
  struct topk t = {0};
  const struct topk_entry *best[3];
  char key[32];
  for (int i = 0; i < 100000; i++) {
    snprintf(key, sizeof key, "stranger %d", i);
    topk_add(&t, bytes_str(key), 1, 0);
    for (int k = 0; k < 3; k++)
      if (i % (20 << k) == 0) {
        snprintf(key, sizeof key, "often %d", k);
        topk_add(&t, bytes_str(key), 1, 0);
      }
  }
  assert_int_equal(topk_best(&t, best, 3), 3);
  for (int k = 0; k < 3; k++) {
    uint64_t truth = 100000 / (20 << k);
    snprintf(key, sizeof key, "often %d", k);
    row_string("the most frequent come first", bytes_of(best[k]->key, best[k]->n), key);
    row_check(key, best[k]->count >= truth && best[k]->count - best[k]->over <= truth);
  }
  assert_int_equal(t.count, TOPK_KEYS);
  topk_free(&t);
}

static void cuts_long_keys(void **state) {
  (void)state;
  struct topk t = {0};
  const struct topk_entry *best[2];
  char key[400];
  memset(key, 'x', sizeof key);
  topk_add(&t, bytes_of(key, sizeof key), 1, 0);
  topk_add(&t, bytes_of(key, TOPK_KEY_MAX), 1, 0);
  topk_add(&t, bytes_of("", 0), 1, 0);
  assert_int_equal(topk_best(&t, best, 2), 2);
  assert_int_equal(best[0]->n, TOPK_KEY_MAX);
  assert_int_equal(best[0]->count, 2);
  topk_free(&t);
}

/* --- spread --- */

static void quantiles(void **state) {
  (void)state;
  struct spread s = {0};
  assert_int_equal(spread_quantile(&s, 500), 0);
  for (uint64_t i = 1; i <= 1000; i++)
    spread_add(&s, i * 10);
  static const struct { unsigned permille; uint64_t truth; } rows[] = {{1, 10}, {500, 5000}, {900, 9000}, {990, 9900}, {1000, 10000}};
  for (size_t i = 0; i < COUNT(rows); i++) {
    uint64_t got = spread_quantile(&s, rows[i].permille);
    char name[32];
    snprintf(name, sizeof name, "%u of 1000", rows[i].permille);
    row_check(name, got >= rows[i].truth && got <= rows[i].truth + rows[i].truth / 16);
  }
  struct spread one = {0};
  spread_add(&one, 0);
  assert_int_equal(spread_quantile(&one, 990), 0);
  spread_add(&one, UINT64_MAX);
  assert_true(spread_quantile(&one, 1000) == UINT64_MAX);
  assert_int_equal(spread_quantile(&one, 500), 0);
}

/* Small values are exact, and no value is put below itself. */
static void slots_hold_their_values(void **state) {
  (void)state;
  for (uint64_t v = 0; v < (1ULL << 36); v = v < 40 ? v + 1 : v + v / 7 + 1) {
    struct spread s = {0};
    char name[32];
    spread_add(&s, v);
    spread_add(&s, UINT64_MAX);
    snprintf(name, sizeof name, "%llu", (unsigned long long)v);
    uint64_t got = spread_quantile(&s, 500);
    row_check(name, v < 16 ? got == v : got >= v && got <= v + v / 16);
  }
}

/* --- timeline --- */

static uint64_t sum(const struct timeline *t, unsigned series) {
  uint64_t n = 0;
  for (size_t i = 0; i < t->used; i++)
    n += t->slot[i][series];
  return n;
}

enum { DAY0 = 1700006400 };   /* 2023-11-15 00:00 UTC */

static void time_in_slots(void **state) {
  (void)state;
  static const struct { const char *name; int64_t east, first, last; size_t most; int64_t begin, step; size_t used; } rows[] = {
    {"one moment", 0, DAY0 + 5, DAY0 + 5, 48, DAY0, 600, 1},
    {"an hour", 0, DAY0, DAY0 + 3599, 48, DAY0, 600, 6},
    {"backwards", 0, DAY0 + 3599, DAY0, 48, DAY0, 600, 6},
    {"a day", 0, DAY0, DAY0 + 86399, 48, DAY0, 1800, 48},
    {"a day from the middle of an hour", 0, DAY0 + 1900, DAY0 + 1900 + 86400, 48, DAY0, 3600, 25},
    {"a day where slots of three hours do", 0, DAY0, DAY0 + 86399, 8, DAY0, 10800, 8},
    {"a zone of half hours", 19800, DAY0, DAY0 + 86400, 48, DAY0 - 1800, 3600, 25},
    {"days begin where the reader is", 32400, DAY0, DAY0 + 40 * 86400, 48, DAY0 - 32400, 86400, 41},
    {"a year", 0, DAY0, DAY0 + 365 * 86400LL, 48, DAY0 - 86400 * 6, 2419200, 14},
    {"far before 1970", 0, -8000000000, DAY0, 48, 0, 0, 0},
    {"the end of the world", 0, 0, 9000000000, 48, 0, 0, 0},
  };
  for (size_t i = 0; i < COUNT(rows); i++) {
    static struct timeline t;
    t = (struct timeline){.east = rows[i].east};
    timeline_add(&t, rows[i].first, 1, 3);
    timeline_add(&t, rows[i].last, 1, 4);
    timeline_add(&t, (rows[i].first + rows[i].last) / 2, 2, 5);
    timeline_fit(&t, rows[i].most);
    row_check(rows[i].name, sum(&t, 1) == 7 && sum(&t, 2) == 5 && sum(&t, 0) == 0);
    row_check(rows[i].name, t.used && t.used <= rows[i].most);
    row_check(rows[i].name, t.begin <= rows[i].first && t.begin <= rows[i].last);
    row_check(rows[i].name, !rows[i].step || (t.step == rows[i].step && t.used == rows[i].used));
    row_check(rows[i].name, !rows[i].begin || t.step > 86400 || t.begin == rows[i].begin);
  }
}

/* Whatever comes, nothing is lost, and each count is in the slot of its time. */
static void time_at_random(void **state) {
  (void)state;
  static struct timeline t;
  srand(7);
  for (int round = 0; round < 200; round++) {
    int64_t at[50], width = 600LL << (rand() % 12);
    t = (struct timeline){.east = rand() % 48 * 1800 - 43200};
    for (int i = 0; i < 50; i++) {
      at[i] = DAY0 + rand() % width - width / 2;
      timeline_add(&t, at[i], 0, 1);
    }
    assert_int_equal(sum(&t, 0), 50);
    timeline_fit(&t, 2 + (size_t)rand() % 50);
    assert_int_equal(sum(&t, 0), 50);
    for (int i = 0; i < 50; i++)
      assert_true(t.slot[(at[i] - t.begin) / t.step][0] > 0);
  }
}

/* --- lines --- */

#define STAMP "@4000000065a0a0a000000000 "   /* 2024-01-12 02:14:46 UTC */

static void what_lines_count_as(void **state) {
  (void)state;
  static const struct { const char *line; enum summary_figure figure; uint64_t n; } rows[] = {
    {"30 SM107I program=smtp-recv qid=q ip=192.0.2.1 from=a@b size=1000 recipients=3 ms=5", SUM_RECEIVED, 1},
    {"30 SM107I program=smtp-recv qid=q ip=192.0.2.1 from=a@b size=1000 recipients=3 ms=5", SUM_BYTES, 1000},
    {"30 SM107I program=smtp-recv qid=q ip=192.0.2.1 from=a@b size=1000 recipients=3 ms=5", SUM_RECIPIENTS, 3},
    {"30 QU301I program=queue-put qid=q from=a@b user=root size=10 recipients=1", SUM_RECEIVED_HERE, 1},
    {"30 LD001I program=local-deliver qid=q from=a@b to=c@d ms=1", SUM_TO_MAILBOXES, 1},
    {"30 SC101I program=remote-send qid=q from=a@b to=c@d ms=1", SUM_TO_SERVERS, 1},
    {"0 CL110E program=remote-send qid=q state=tried to=c@d", SUM_DELAYED, 1},
    {"0 CL101E program=remote-send qid=q state=failed to=c@d", SUM_FAILED, 1},
    {"0 QU109E program=queue-run qid=q to=c@d", SUM_FAILED, 1},
    {"10 LD201W program=local-deliver qid=q to=c@d", SUM_DELAYED, 1},
    {"0 SM301E program=smtp-recv ip=192.0.2.1 to=c@d", SUM_REFUSED, 1},
    {"0 RL201E program=smtp-recv ip=192.0.2.1 to=c@d", SUM_REFUSED, 1},
    {"0 RL201E program=relay-check ip=192.0.2.1 to=c@d", SUM_OTHER_ERRORS, 1},
    {"0 SY102E program=queue-run path=x", SUM_OTHER_ERRORS, 1},
    {"10 TL105W program=tls-serve", SUM_WARNINGS, 1},
    {"50 BO001I program=bounce-make qid=q bounce=q.b0", SUM_BOUNCES, 1},
    {"30 AU001I program=auth-serve ip=192.0.2.1 user=taro", SUM_LOGINS, 1},
    {"30 AU001I program=smtp-recv ip=192.0.2.1 user=taro", SUM_LOGINS, 0},
    {"10 AU201W program=auth-serve ip=192.0.2.1 user=taro", SUM_LOGINS_REFUSED, 1},
    {"10 LG101W program=smtp-recv count=12", SUM_DROPPED, 12},
    {"10 LG101W program=smtp-recv count=99999999999999999999999", SUM_DROPPED, 0},
    {"tcpserver: status: 1/40", SUM_FOREIGN, 1},
    {"30 ZZ301I program=x", SUM_LINES, 1},
    {"30 ZZ301I program=x", SUM_FOREIGN, 0},
    {"30 SM107I program=smtp-recv size=-5", SUM_BYTES, 0},
    {"30 SM107I program=smtp-recv size=-", SUM_RECEIVED, 1},
  };
  for (size_t i = 0; i < COUNT(rows); i++) {
    static struct summary s;
    stralloc line = {0};
    s = (struct summary){0};
    sa_catf(&line, STAMP "%s\n", rows[i].line);
    summary_line(&s, bytes_sa(&line));
    summary_end(&s);
    row_check(rows[i].line, s.figure[rows[i].figure] == rows[i].n);
    row_check(rows[i].line, s.figure[SUM_LINES] == 1 && s.first == 1705025686 && s.last == s.first);
    summary_free(&s);
    stralloc_free(&line);
  }
}

static void time_bounds(void **state) {
  (void)state;
  static struct summary s;
  s = (struct summary){.since = 1705025686, .until = 1705025700};
  static const struct { const char *line; uint64_t lines; } rows[] = {
    {"@4000000065a0a09f00000000 30 ZZ301I a=1", 0}, {STAMP "30 ZZ301I a=1", 1}, {"30 ZZ301I a=1", 2}, {"@4000000065a0a0af00000000 30 ZZ301I a=1", 2}};
  for (size_t i = 0; i < COUNT(rows); i++) {
    summary_line(&s, bytes_str(rows[i].line));
    row_check(rows[i].line, s.figure[SUM_LINES] == rows[i].lines);
  }
  summary_free(&s);
}

static void waits(void **state) {
  (void)state;
  static const struct { unsigned seconds; size_t class; } rows[] = {{0, 0}, {1, 1}, {9, 1}, {10, 2}, {59, 2}, {60, 3}, {3600, 5}, {86399, 6}, {86400, 7}, {9999999, 7}};
  for (size_t i = 0; i < COUNT(rows); i++) {
    static struct summary s;
    stralloc line = {0};
    s = (struct summary){0};
    sa_catf(&line, "30 QU302I program=queue-run qid=q done=1 bounced=0 seconds=%u", rows[i].seconds);
    summary_line(&s, bytes_sa(&line));
    row_check(sa_cstr(&line), s.wait[rows[i].class] == 1);
    summary_free(&s);
    stralloc_free(&line);
  }
}

static void ids_in_order(void **state) {
  (void)state;
  static struct summary s;
  enum message_id ids[2];
  s = (struct summary){0};
  for (int i = 0; i < 3; i++)
    summary_line(&s, bytes_str("0 SM301E program=smtp-recv ip=192.0.2.1"));
  for (int i = 0; i < 2; i++)
    summary_line(&s, bytes_str("0 RL201E program=smtp-recv ip=192.0.2.1"));
  summary_line(&s, bytes_str("0 SM302E program=smtp-recv ip=192.0.2.1"));
  assert_int_equal(summary_ids(&s, KIND_REFUSED, ids, 2), 2);
  assert_int_equal(ids[0], SM301E_user_unknown);
  assert_int_equal(ids[1], RL201E_relay_refused);
  assert_int_equal(summary_ids(&s, KIND_OTHER, ids, 2), 0);
  summary_free(&s);
}

/* --- drawing --- */

static void numbers_rounded_up(void **state) {
  (void)state;
  static const struct { uint64_t n, up; } rows[] = {{0, 1}, {1, 1}, {3, 4}, {5, 5}, {6, 10}, {41, 50}, {1001, 2000}, {UINT64_MAX, UINT64_MAX}};
  for (size_t i = 0; i < COUNT(rows); i++)
    assert_true(svg_round_up(rows[i].n) == rows[i].up);
}

static void text_escaped(void **state) {
  (void)state;
  static const struct { const char *name; struct bytes text; const char *want; } rows[] = {
    {"markup", {"<b a=\"1\">&'", 11}, "&lt;b a=&quot;1&quot;&gt;&amp;&#39;"},
    {"Japanese", {"日本", 6}, "日本"},
    {"control bytes", {"a\0\n\x7f", 4}, "a\ufffd\ufffd\ufffd"},
    {"no UTF-8", {"\xff\xc0\xaf\xed\xa0\x80", 6}, "\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd"},
    {"half a character", {"\xe6\x97", 2}, "\ufffd\ufffd"},
    {"what XML forbids", {"\xef\xbf\xbf", 3}, "\ufffd\ufffd\ufffd"},
  };
  for (size_t i = 0; i < COUNT(rows); i++) {
    stralloc out = {0};
    xml_text(&out, rows[i].text);
    row_string(rows[i].name, bytes_sa(&out), rows[i].want);
    stralloc_free(&out);
  }
}

static bool has(const stralloc *out, const char *text) { return out->len && memmem(out->s, out->len, text, strlen(text)); }

static void columns_drawn(void **state) {
  (void)state;
  struct svg_column c[3] = {{.value = 0}, {.value = 50}, {.value = UINT64_MAX}};
  stralloc out = {0};
  sa_copys(&c[0].title, "a<b");
  svg_columns(&out, c, 2, bytes_str("x\"y"));
  row_check("escaped", has(&out, "aria-label=\"x&quot;y\"") && has(&out, "<title>a&lt;b</title>"));
  row_check("the highest is as high as there is room", has(&out, "y=\"14.0\" height=\"100.0\""));
  row_check("nothing has no height", has(&out, "y=\"114.0\" height=\"0.0\""));
  row_check("the scale", has(&out, ">50</text>") && has(&out, ">25</text>") && has(&out, ">0</text>"));
  out.len = 0;
  svg_columns(&out, c, 3, bytes_str("large"));
  row_check("numbers that fill their type", has(&out, "height=\"100.0\"") && has(&out, "height=\"1.0\""));
  out.len = 0;
  svg_columns(&out, c, 0, bytes_str("none"));
  row_check("no columns", has(&out, "</svg>"));
  out.len = 0;
  svg_bar(&out, 500, 200);
  row_check("a bar and its part", has(&out, "width=\"50.0\"") && has(&out, "x=\"30.0\" width=\"20.0\""));
  stralloc_free(&c[0].title);
  stralloc_free(&out);
}

static void when(stralloc *out, int64_t t) { sa_catf(out, "T%lld", (long long)t); }

static void nothing_is_said_of_nothing(void **state) {
  (void)state;
  static struct summary s;
  s = (struct summary){0};
  summary_end(&s);
  for (int lang = LANG_EN; lang <= LANG_JA; lang++) {
    const struct summary_view v = {.lang = (enum language)lang, .when = when};
    stralloc out = {0};
    summary_text(&out, &s, &v);
    row_check("text", has(&out, summary_word(SAYS_NOTHING, v.lang)));
    out.len = 0;
    summary_html(&out, &s, &v);
    row_check("page", has(&out, summary_word(SAYS_NOTHING, v.lang)) && has(&out, "</html>"));
    out.len = 0;
    summary_json(&out, &s, &v);
    row_check("JSON", has(&out, "\"received\":0") && !has(&out, "since"));
    stralloc_free(&out);
  }
}

/* Every word is there in both languages. */
static void words_are_complete(void **state) {
  (void)state;
  for (int i = 0; i < SUMMARY_WORDS; i++)
    for (int lang = LANG_EN; lang <= LANG_JA; lang++) {
      char name[16];
      snprintf(name, sizeof name, "word %d", i);
      row_check(name, summary_word((enum summary_word)i, (enum language)lang) && *summary_word((enum summary_word)i, (enum language)lang));
    }
}

/* What strangers wrote is text in every form. */
static void strangers_stay_text(void **state) {
  (void)state;
  static struct summary s;
  const struct summary_view v = {.lang = LANG_JA, .when = when};
  stralloc out = {0};
  s = (struct summary){0};
  summary_line(&s, bytes_str(STAMP "30 SM107I program=smtp-recv ip=192.0.2.1 host=\"<script>x\" user=\"</td>\\x1b[31m\" from=\"a\\n\\\"b'<i>@x\" size=1\n"));
  summary_line(&s, bytes_str(STAMP "30 SC101I program=remote-send from=a@b to=\"x@<b>.example\" ms=1\n"));
  summary_end(&s);
  summary_html(&out, &s, &v);
  row_check("page", !has(&out, "<script") && !has(&out, "<i>") && !has(&out, "<b>") && !has(&out, "</td>\x1b") && has(&out, "&lt;script&gt;x"));
  out.len = 0;
  summary_text(&out, &s, &v);
  row_check("text", !has(&out, "\x1b") && has(&out, "\\x1b[31m") && has(&out, "a\\n"));
  summary_free(&s);
  stralloc_free(&out);
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(counts_exactly_while_there_is_room), cmocka_unit_test(finds_the_frequent_among_many), cmocka_unit_test(cuts_long_keys),
    cmocka_unit_test(quantiles), cmocka_unit_test(slots_hold_their_values), cmocka_unit_test(time_in_slots), cmocka_unit_test(time_at_random),
    cmocka_unit_test(what_lines_count_as), cmocka_unit_test(time_bounds), cmocka_unit_test(waits), cmocka_unit_test(ids_in_order),
    cmocka_unit_test(numbers_rounded_up), cmocka_unit_test(text_escaped), cmocka_unit_test(columns_drawn), cmocka_unit_test(nothing_is_said_of_nothing),
    cmocka_unit_test(words_are_complete), cmocka_unit_test(strangers_stay_text),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
