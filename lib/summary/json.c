/* For programs. */
#include "base/date.h"
#include "base/json.h"
#include "base/sa.h"
#include "summary/words.h"

static const char *const figures[SUM_FIGURES] = {
  "received", "received_here", "bytes", "recipients", "to_mailboxes", "to_servers", "refused", "delayed", "failed", "bounces", "delay_notices",
  "double_bounces", "logins", "logins_refused", "other_errors", "warnings", "lines_dropped", "lines", "foreign_lines"};
static const char *const kinds[SUMMARY_KINDS] = {"refused_by", "undelivered_by", "errors"};
static const char *const spans[SUMMARY_SPANS] = {"receiving", "queue", "sending", "storing"};
static const char *const quantiles[4] = {"p50", "p90", "p99", "longest"};
static const char *const series[TIMELINE_SERIES] = {"received", "delivered", "refused", "not_delivered"};

static void put_time(stralloc *out, const char *key, int64_t t) {
  stralloc iso = {0};
  date_iso(&iso, t);
  if (t)
    json_member(out, key, bytes_sa(&iso));
  stralloc_free(&iso);
}

static void put_ids(stralloc *out, const struct summary *s, enum summary_kind kind, enum language lang) {
  enum message_id ids[MESSAGE_COUNT];
  size_t n = summary_ids(s, kind, ids, MESSAGE_COUNT);
  json_key(out, kinds[kind]);
  json_open(out, '[');
  for (size_t i = 0; i < n; i++) {
    const struct summary_id *x = &s->id[ids[i]];
    json_item(out);
    json_open(out, '{');
    json_member(out, "id", bytes_str(message_of(ids[i])->id));
    json_member(out, "title", bytes_str(explanation_of(ids[i])->text[lang]));
    json_member_number(out, "count", (int64_t)x->count[kind]);
    if (kind == KIND_UNDELIVERED)
      json_member_number(out, "failed", (int64_t)x->failed);
    put_time(out, "last", x->last);
    json_close(out, '}');
  }
  json_close(out, ']');
}

static void put_top(stralloc *out, const struct summary *s, enum summary_top top) {
  static const char *const part[SUMMARY_TOPS] = {"refused", "bytes", "recipients", "in_vain"};
  const struct topk_entry *best[TOPK_KEYS];
  size_t n = topk_best(&s->top[top], best, TOPK_KEYS);
  json_key(out, summary_tables[top].name);
  json_open(out, '[');
  for (size_t i = 0; i < n && i < 100; i++) {
    json_item(out);
    json_open(out, '{');
    json_member(out, "name", bytes_of(best[i]->key, best[i]->n));
    json_member_number(out, "count", (int64_t)best[i]->count);
    json_member_number(out, "count_at_least", (int64_t)(best[i]->count - best[i]->over));
    json_member_number(out, part[top], (int64_t)best[i]->part);
    json_close(out, '}');
  }
  json_close(out, ']');
}

static void put_span(stralloc *out, const struct spread *d, const char *name) {
  json_key(out, name);
  json_open(out, '{');
  json_member_number(out, "count", (int64_t)d->count);
  for (size_t i = 0; i < 4 && d->count; i++)
    json_member_number(out, quantiles[i], (int64_t)spread_quantile(d, summary_permille[i]));
  json_close(out, '}');
}

static void put_slot(stralloc *out, const struct timeline *t, size_t slot) {
  json_item(out);
  json_open(out, '{');
  put_time(out, "begin", t->begin + (int64_t)slot * t->step);
  for (int k = 0; k < TIMELINE_SERIES; k++)
    json_member_number(out, series[k], (int64_t)t->slot[slot][k]);
  json_close(out, '}');
}

void summary_json(stralloc *out, const struct summary *s, const struct summary_view *v) {
  json_open(out, '{');
  put_time(out, "since", s->since ? s->since : s->first);
  put_time(out, "until", s->until ? s->until : s->last);
  for (int i = 0; i < SUM_FIGURES; i++)
    json_member_number(out, figures[i], (int64_t)s->figure[i]);
  for (int i = 0; i < SUMMARY_KINDS; i++)
    put_ids(out, s, (enum summary_kind)i, v->lang);
  for (int i = 0; i < SUMMARY_TOPS; i++)
    put_top(out, s, (enum summary_top)i);
  json_key(out, "ms");
  json_open(out, '{');
  for (int i = 0; i < SUMMARY_SPANS; i++)
    put_span(out, &s->span[i], spans[i]);
  json_close(out, '}');
  json_member_number(out, "slot_seconds", s->time.step);
  json_key(out, "slots");
  json_open(out, '[');
  for (size_t i = 0; i < s->time.used; i++)
    put_slot(out, &s->time, i);
  json_close(out, ']');
  json_close(out, '}');
  sa_catc(out, '\n');
}
