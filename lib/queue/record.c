/* The log of what happened, at the end of each queue file. */
#include <stdio.h>
#include <stdlib.h>

#include "log/log.h"
#include "log/rcpts.h"
#include "queue/queue.h"

/* CRC-32 (IEEE 802.3), bit by bit: records are short and rare. */
static uint32_t checksum(struct bytes b) {
  uint32_t crc = 0xffffffff;
  for (size_t i = 0; i < b.n; i++) {
    crc ^= (unsigned char)b.s[i];
    for (int k = 0; k < 8; k++)
      crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc;
}

static void put_value(stralloc *out, const char *key, struct bytes v, size_t max) {
  struct log_line l = {0};
  if (!v.n)
    return;
  log_field(&l, key, bytes_of(v.s, v.n < max ? v.n : max));
  sa_catb(out, l.s, l.n);
}

/* At most 4 bytes stand for one of REPLY, so a third of the limit fits even if all are escaped. */
void queue_write_record(stralloc *out, const struct queue_record *r) {
  stralloc line = {0};
  sa_catf(&line, "%lld ", (long long)r->time);
  if (r->rcpt < 0)
    sa_catc(&line, '-');
  else
    sa_catu(&line, (uint64_t)r->rcpt);
  sa_catc(&line, ' ');
  sa_catb(&line, r->state.s, r->state.n);
  if (r->next)
    sa_catf(&line, " next=%lld", (long long)r->next);
  put_value(&line, "cause", r->cause, 60);
  put_value(&line, "reply", r->reply, (QUEUE_RECORD_MAX - 250) / 4);
  sa_catf(out, "\n%08x ", checksum(bytes_sa(&line)));
  sa_cat(out, &line);
  sa_catc(out, '\n');
  stralloc_free(&line);
}

static bool checksum_holds(struct bytes line) {
  char want[10];
  if (line.n < 12 || line.n > QUEUE_RECORD_MAX)
    return false;
  snprintf(want, sizeof want, "%08x ", checksum(bytes_of(line.s + 9, line.n - 9)));
  return !memcmp(line.s, want, 9);
}

static bool read_number(struct bytes text, int64_t *value) {
  uint64_t v;
  if (!bytes_u64(text, &v) || v > INT64_MAX / 2)
    return false;
  *value = (int64_t)v;
  return true;
}

/* TIME RCPT STATE key=value… */
static bool read_record(struct bytes line, struct queue_record *r, stralloc *scratch) {
  struct bytes time, rcpt, key, raw;
  struct log_reader fields;
  int64_t n = -1;
  size_t cause_end = 0;
  *r = (struct queue_record){.rcpt = -1};
  if (!bytes_cut(&line, ' ', &time) || !bytes_cut(&line, ' ', &rcpt) || !bytes_cut(&line, ' ', &r->state) || !read_number(time, &r->time))
    return false;
  if (!bytes_eq(rcpt, bytes_str("-")) && (!read_number(rcpt, &n) || n >= QUEUE_RCPT_MAX))
    return false;
  r->rcpt = (int)n;
  scratch->len = 0;
  fields.rest = line;
  for (bool reply = false; log_next(&fields, &key, &raw);)
    if (bytes_eq(key, bytes_str("next"))) {
      if (!read_number(raw, &r->next))
        return false;
    } else if (bytes_eq(key, bytes_str("cause")) && !reply) {
      log_unescape(scratch, raw);
      cause_end = scratch->len;
    } else if (bytes_eq(key, bytes_str("reply"))) {
      reply = true;
      log_unescape(scratch, raw);
    }
  r->cause = bytes_of(scratch->s, cause_end);
  r->reply = bytes_of(scratch->s ? scratch->s + cause_end : NULL, scratch->len - cause_end);
  return true;
}

bool queue_next_record(struct bytes *log, struct queue_record *r, stralloc *scratch) {
  struct bytes line;
  while (log->n) {
    const char *end = memchr(log->s, '\n', log->n);
    if (!end)
      return false;
    line = bytes_of(log->s, (size_t)(end - log->s));
    *log = bytes_of(end + 1, log->n - line.n - 1);
    if (checksum_holds(line) && read_record(bytes_of(line.s + 9, line.n - 9), r, scratch))
      return true;
  }
  return false;
}

static const struct {
  const char *word;
  enum rcpt_state state;
} states[] = {{"tried", RCPT_TRIED}, {"placed", RCPT_PLACED}, {"done", RCPT_DONE}, {"failed", RCPT_FAILED}, {"bounced", RCPT_BOUNCED}};

static const struct {
  const char *word;
  enum queue_wish wish;
} wishes[] = {{"hold", WISH_HOLD}, {"release", WISH_RELEASE}, {"now", WISH_NOW}, {"remove", WISH_REMOVE}, {"bounce", WISH_BOUNCE}};

/* What was placed stays placed while the rest of its delivery waits: its staged file may have been renamed already. */
static bool may_become(enum rcpt_state now, enum rcpt_state then) {
  return now != RCPT_DONE && now != RCPT_BOUNCED && !(now == RCPT_PLACED && then == RCPT_TRIED);
}

static void fold_rcpt(struct queue_rcpt *rcpt, const struct queue_record *r) {
  if (bytes_eq(r->state, bytes_str("noticed")))
    rcpt->noticed = true;
  for (size_t i = 0; i < sizeof states / sizeof *states; i++)
    if (bytes_eq(r->state, bytes_str(states[i].word)) && may_become(rcpt->state, states[i].state))
      rcpt->state = states[i].state;
  if (bytes_eq(r->state, bytes_str("placed")))
    rcpt->next = 0;
  if (bytes_eq(r->state, bytes_str("tried")) || bytes_eq(r->state, bytes_str("failed"))) {
    rcpt->next = r->next;
    rcpt->attempts++;
    rcpt->tried = r->time;
    sa_copyb(&rcpt->cause, r->cause.s, r->cause.n);
    sa_copyb(&rcpt->reply, r->reply.s, r->reply.n);
  }
}

static void fold_wish(struct queue_message *m, const struct queue_record *r) {
  for (size_t i = 0; i < sizeof wishes / sizeof *wishes; i++) {
    if (!bytes_eq(r->state, bytes_str(wishes[i].word)))
      continue;
    enum queue_wish w = wishes[i].wish;
    if (w == WISH_HOLD || w == WISH_RELEASE)
      m->held = w == WISH_HOLD;
    else {
      m->wish = w;
      m->wish_time = r->time;
      for (size_t k = 0; w == WISH_NOW && k < m->count; k++)
        m->rcpt[k].next = 0;     /* whoever reads it again before the attempt must not wait either */
    }
  }
}

void queue_fold(struct queue_message *m, struct bytes log) {
  struct queue_record r;
  stralloc scratch = {0};
  while (queue_next_record(&log, &r, &scratch))
    if (r.rcpt < 0)
      fold_wish(m, &r);
    else if ((size_t)r.rcpt < m->count) {
      fold_rcpt(&m->rcpt[r.rcpt], &r);
      if (m->wish == WISH_NOW)   /* any later attempt answers it */
        m->wish = WISH_NONE;
    }
  stralloc_free(&scratch);
}

void queue_show_rcpts(stralloc *out, const struct queue_message *m) {
  for (size_t i = 0; i < m->count; i++)
    if (!log_rcpts_add(out, bytes_sa(&m->rcpt[i].original), bytes_sa(&m->rcpt[i].addr)))
      return;
}

bool queue_finished(const struct queue_message *m) {
  for (size_t i = 0; i < m->count; i++)
    if (m->rcpt[i].state != RCPT_DONE && m->rcpt[i].state != RCPT_BOUNCED)
      return false;
  return true;
}

int64_t queue_next_attempt(const struct queue_message *m) {
  int64_t next = INT64_MAX;
  if (m->held && m->wish != WISH_REMOVE && m->wish != WISH_BOUNCE)
    return INT64_MAX;
  if (m->wish != WISH_NONE)
    return 0;
  for (size_t i = 0; i < m->count; i++) {
    const struct queue_rcpt *r = &m->rcpt[i];
    int64_t t = r->state == RCPT_TRIED || r->state == RCPT_PLACED ? r->next : r->state == RCPT_DONE || r->state == RCPT_BOUNCED ? INT64_MAX : 0;
    if (t < next)
      next = t;
  }
  return next;
}
