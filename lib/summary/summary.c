#include "summary/summary.h"

#include <stdlib.h>

#include "base/sa.h"
#include "log/log.h"
#include "log/view.h"
#include "story/story.h"

static const int64_t SECONDS_MAX = 9000000000;
const uint64_t summary_wait_below[] = {1000, 10000, 60000, 600000, 3600000, 21600000, 86400000};
enum { SHOWN_SLOTS = 48 };

struct counter {
  struct summary *s;
  struct story_fields f;
  enum message_id id;
  int64_t time;            /* 0: the line has no stamp */
};

/* --- a line's fields --- */

static bool is_said(const struct counter *c, enum story_field f) { return c->f.raw[f].s && !bytes_eq(c->f.raw[f], bytes_str("-")); }

static uint64_t number(const struct counter *c, enum story_field f) {
  uint64_t n;
  return is_said(c, f) && bytes_u64(c->f.raw[f], &n) && n < INT64_MAX / 1000000 ? n : 0;
}

static bool is_program(const struct counter *c, const char *name) { return bytes_eq(c->f.raw[STORY_program], bytes_str(name)); }

/* --- counting --- */

static void count(const struct counter *c, enum summary_figure f, uint64_t n) { c->s->figure[f] += n; }

static void count_in_time(const struct counter *c, enum summary_series series) {
  if (c->time)
    timeline_add(&c->s->time, c->time, series, 1);
}

static void count_top(const struct counter *c, enum summary_top top, enum story_field field, uint64_t part) {
  stralloc value = {0};
  log_unescape(&value, c->f.raw[field]);
  topk_add(&c->s->top[top], value.len ? bytes_sa(&value) : bytes_str("<>"), 1, part);
  stralloc_free(&value);
}

/* "192.0.2.7 mx1.example.net" */
static void count_client(const struct counter *c, bool refused) {
  stralloc who = {0};
  if (!is_said(c, STORY_ip))
    return;
  log_unescape(&who, c->f.raw[STORY_ip]);
  if (is_said(c, STORY_host)) {
    sa_catc(&who, ' ');
    log_unescape(&who, c->f.raw[STORY_host]);
  }
  topk_add(&c->s->top[TOP_CLIENTS], bytes_sa(&who), 1, refused);
  stralloc_free(&who);
}

static void count_domain(const struct counter *c, bool in_vain) {
  stralloc to = {0};
  log_unescape(&to, c->f.raw[STORY_to]);
  const char *at = to.len ? memrchr(to.s, '@', to.len) : NULL;
  if (at)
    topk_add(&c->s->top[TOP_DOMAINS], bytes_of(at + 1, to.len - (size_t)(at + 1 - to.s)), 1, in_vain);
  stralloc_free(&to);
}

static void count_span(const struct counter *c, enum summary_span span, enum story_field field, uint64_t unit) {
  if (is_said(c, field))
    spread_add(&c->s->span[span], number(c, field) * unit);
}

/* --- what happened --- */

static void received(const struct counter *c) {
  bool here = c->id == QU301I_queued;
  count(c, SUM_RECEIVED, 1);
  count(c, SUM_RECEIVED_HERE, here);
  count(c, SUM_BYTES, number(c, STORY_size));
  count(c, SUM_RECIPIENTS, number(c, STORY_recipients));
  count_in_time(c, SERIES_RECEIVED);
  if (is_said(c, STORY_from))
    count_top(c, TOP_SENDERS, STORY_from, number(c, STORY_size));
  if (is_said(c, STORY_user))
    count_top(c, TOP_USERS, STORY_user, number(c, STORY_recipients));
  if (!here) {
    count_client(c, false);
    count_span(c, SPAN_RECEIVING, STORY_ms, 1);
  }
}

static void delivered(const struct counter *c) {
  bool here = c->id == LD001I_delivered;
  count(c, here ? SUM_TO_MAILBOXES : SUM_TO_SERVERS, 1);
  count_in_time(c, SERIES_DELIVERED);
  count_span(c, here ? SPAN_STORING : SPAN_SENDING, STORY_ms, 1);
  if (!here)
    count_domain(c, false);
}

static void not_delivered(const struct counter *c, bool failed) {
  count(c, failed ? SUM_FAILED : SUM_DELAYED, 1);
  count_in_time(c, SERIES_FAILED);
  c->s->id[c->id].count[KIND_UNDELIVERED]++;
  c->s->id[c->id].failed += failed;
  if (c->id != QU109E_expired && !is_program(c, "local-deliver"))
    count_domain(c, true);
}

static void refused(const struct counter *c) {
  count(c, SUM_REFUSED, 1);
  count_in_time(c, SERIES_REFUSED);
  count_client(c, true);
  c->s->id[c->id].count[KIND_REFUSED]++;
}

static void left_queue(const struct counter *c) {
  uint64_t ms = number(c, STORY_seconds) * 1000;
  size_t i = 0;
  count_span(c, SPAN_QUEUE, STORY_seconds, 1000);
  while (i < SUMMARY_WAITS - 1 && ms >= summary_wait_below[i])
    i++;
  c->s->wait[i]++;
}

static void other(const struct counter *c) {
  char kind = message_of(c->id)->id[5];
  count(c, kind == 'E' ? SUM_OTHER_ERRORS : SUM_WARNINGS, kind != 'I');
  if (kind == 'E')
    c->s->id[c->id].count[KIND_OTHER]++;
}

static void count_login(const struct counter *c) {
  if (!is_program(c, "auth-serve"))
    return;
  count(c, c->id == AU001I_login ? SUM_LOGINS : SUM_LOGINS_REFUSED, 1);
}

static void count_event(const struct counter *c) {
  switch (c->id) {
  case SM107I_message_accepted: case QU301I_queued: received(c); return;
  case QU302I_left: left_queue(c); return;
  case BO001I_bounce_made: count(c, SUM_BOUNCES, 1); return;
  case BO002I_delay_notice_made: count(c, SUM_NOTICES, 1); return;
  case BO004I_double_bounce_made: count(c, SUM_DOUBLE_BOUNCES, 1); return;
  case AU001I_login: case AU201W_login_refused: case AU214W_address_refused: count_login(c); return;
  case LG101W_lines_dropped: count(c, SUM_DROPPED, number(c, STORY_count)); break;
  default: break;
  }
  enum story_state state = story_says(&c->f, c->id);
  if (state == STORY_DELIVERED)
    delivered(c);
  else if (state == STORY_WAITING || state == STORY_FAILED)
    not_delivered(c, state == STORY_FAILED);
  else if (is_program(c, "smtp-recv") && message_is_refusal(c->id))
    refused(c);
  else
    other(c);
}

static bool is_in_time(struct summary *s, int64_t t) {
  if ((s->since && t < s->since) || (s->until && t > s->until))
    return false;
  if (!s->first || t < s->first)
    s->first = t;
  if (t > s->last)
    s->last = t;
  return true;
}

void summary_line(struct summary *s, struct bytes line) {
  struct counter c = {.s = s};
  uint32_t ns;
  int64_t t;
  if (log_stamp(&line, &t, &ns) && t > 0 && t < SECONDS_MAX)
    c.time = t;
  if (c.time && !is_in_time(s, c.time))
    return;
  s->figure[SUM_LINES]++;
  if (!story_read(&c.f, line)) {
    s->figure[SUM_FOREIGN]++;
    return;
  }
  if (!message_find(c.f.id.s, c.f.id.n, &c.id))
    return;
  if (c.time > s->id[c.id].last)
    s->id[c.id].last = c.time;
  count_event(&c);
}

void summary_end(struct summary *s) {
  if (s->since && s->since < SECONDS_MAX && s->first)
    timeline_touch(&s->time, s->since);
  if (s->first)
    timeline_touch(&s->time, s->first);
  if (s->last)
    timeline_touch(&s->time, s->last);
  timeline_fit(&s->time, SHOWN_SLOTS);
}

void summary_free(struct summary *s) {
  for (int i = 0; i < SUMMARY_TOPS; i++)
    topk_free(&s->top[i]);
}

struct ranked {
  enum message_id id;
  uint64_t count;
};

static int by_count(const void *a, const void *b) {
  const struct ranked *x = a, *y = b;
  return x->count != y->count ? (x->count < y->count) - (x->count > y->count) : (x->id > y->id) - (x->id < y->id);
}

size_t summary_ids(const struct summary *s, enum summary_kind kind, enum message_id *ids, size_t n) {
  struct ranked all[MESSAGE_COUNT];
  size_t found = 0;
  for (int i = 0; i < MESSAGE_COUNT; i++)
    if (s->id[i].count[kind])
      all[found++] = (struct ranked){(enum message_id)i, s->id[i].count[kind]};
  if (found)
    qsort(all, found, sizeof *all, by_count);
  if (n > found)
    n = found;
  for (size_t i = 0; i < n; i++)
    ids[i] = all[i].id;
  return n;
}
