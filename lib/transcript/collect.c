/* An attempt's events become lines. */
#include <stdio.h>

#include "log/log.h"
#include "transcript/transcript.h"

void transcript_begin(struct transcript *t) { t->text.len = t->skipped = 0; }

void transcript_free(struct transcript *t) { stralloc_free(&t->text); }

static void put_text(struct log_line *l, const char *key, struct bytes value) {
  if (value.n)
    log_field(l, key, value);
}

static void put_number(struct log_line *l, const char *key, int64_t value) {
  char text[24];
  snprintf(text, sizeof text, "%lld", (long long)value);
  if (value)
    log_field(l, key, bytes_str(text));
}

/* The words of a recipient's result stand in the reply or the failure before it, but for what was decided here. */
static struct bytes text_of(const struct event *e) {
  return e->kind == EVENT_RESULT && e->stage != STAGE_LOCAL ? bytes_of("", 0) : e->text;
}

static void write_line(struct log_line *l, const struct event *e) {
  l->n = (size_t)snprintf(l->s, sizeof l->s, "%lld %s %s", (long long)e->at, stage_name(e->stage), event_name(e->kind));
  put_number(l, "took", e->took);
  put_text(l, "host", e->host);
  put_text(l, "ip", e->ip);
  put_number(l, "port", e->port);
  put_number(l, "code", e->code);
  put_text(l, "name", e->name);
  put_text(l, "type", e->type);
  put_text(l, "result", e->result);
  put_number(l, "size", (int64_t)e->size);
  put_text(l, "state", bytes_of(&e->state, e->state != 0));
  put_number(l, "reused", e->reused);
  put_text(l, "text", text_of(e));
  log_end(l);
}

static void add(struct transcript *t, const struct log_line *l) { sa_catb(&t->text, l->s, l->n); }

static void say_skipped(struct transcript *t, const struct event *before) {
  struct log_line l;
  if (!t->skipped)
    return;
  write_line(&l, &(struct event){.kind = EVENT_SKIPPED, .stage = before->stage, .at = before->at, .size = t->skipped});
  add(t, &l);
  t->skipped = 0;
}

/* How it ended is told even where the peer's chatter took all the room. */
static bool is_end(const struct event *e) {
  return e->kind == EVENT_FAILURE || e->kind == EVENT_STAGE || e->kind == EVENT_CLOSED || (e->kind == EVENT_RESULT && e->state != 'd');
}

void transcript_listen(void *arg, const struct event *e) {
  enum { SKIPPED_LINE = 80 };
  struct transcript *t = arg;
  struct log_line l;
  size_t room = TRANSCRIPT_ATTEMPT_MAX - 2 * SKIPPED_LINE - (is_end(e) ? 0 : TRANSCRIPT_END_ROOM);
  write_line(&l, e);
  if (t->text.len + l.n > room) {
    t->skipped++;
    return;
  }
  say_skipped(t, e);
  add(t, &l);
}

struct bytes transcript_end(struct transcript *t) {
  say_skipped(t, &(struct event){0});
  return bytes_sa(&t->text);
}
