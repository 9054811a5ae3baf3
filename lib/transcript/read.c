/* Lines become events again. */
#include <stdlib.h>

#include "base/json.h"
#include "log/log.h"
#include "transcript/transcript.h"

/* --- an event --- */

static bool find_kind(struct bytes name, enum event_kind *k) {
  for (*k = 0; *k < EVENT_KINDS; ++*k)
    if (bytes_eq(name, bytes_str(event_name(*k))))
      return true;
  return false;
}

static bool find_stage(struct bytes name, enum stage *s) {
  for (*s = 0; *s < STAGE_COUNT; ++*s)
    if (bytes_eq(name, bytes_str(stage_name(*s))))
      return true;
  return false;
}

static int64_t number(struct bytes b, int64_t max) {
  uint64_t n;
  return bytes_u64(b, &n) && n <= (uint64_t)max ? (int64_t)n : 0;
}

static void set(struct event *e, struct bytes key, struct bytes value) {
  const struct { const char *key; struct bytes *to; } texts[] = {
    {"host", &e->host}, {"ip", &e->ip}, {"name", &e->name}, {"type", &e->type}, {"result", &e->result}, {"text", &e->text}};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
    if (bytes_eq(key, bytes_str(texts[i].key)))
      *texts[i].to = value;
  if (bytes_eq(key, bytes_str("took")))
    e->took = number(value, INT64_MAX);
  else if (bytes_eq(key, bytes_str("port")))
    e->port = (unsigned)number(value, UINT16_MAX);
  else if (bytes_eq(key, bytes_str("code")))
    e->code = (unsigned)number(value, 999);
  else if (bytes_eq(key, bytes_str("size")))
    e->size = (uint64_t)number(value, INT64_MAX);
  else if (bytes_eq(key, bytes_str("reused")))
    e->reused = number(value, 1);
  else if (bytes_eq(key, bytes_str("state")) && value.n == 1 && memchr("dft", *value.s, 3))
    e->state = *value.s;
}

static bool read_line(struct bytes line, struct event *e, stralloc *scratch) {
  struct log_reader r = {.rest = line};
  struct bytes at, stage, kind, key, raw;
  uint64_t ms;
  *e = (struct event){0};
  if (!bytes_cut(&r.rest, ' ', &at) || !bytes_u64(at, &ms) || ms > INT64_MAX || !bytes_cut(&r.rest, ' ', &stage) || !find_stage(stage, &e->stage) ||
      !bytes_cut(&r.rest, ' ', &kind) || !find_kind(kind, &e->kind))
    return false;
  e->at = (int64_t)ms;
  scratch->len = 0;
  sa_need(scratch, line.n + 1);      /* what is unescaped is never longer: the slices stay where they are */
  while (log_next(&r, &key, &raw)) {
    size_t from = scratch->len;
    log_unescape(scratch, raw);
    set(e, key, bytes_of(scratch->s + from, scratch->len - from));
  }
  return true;
}

bool transcript_event(struct transcript_attempt *a, struct event *e, stralloc *scratch) {
  struct bytes line;
  while (a->events.n && bytes_cut(&a->events, '\n', &line))
    if (read_line(line, e, scratch))
      return true;
  return false;
}

void transcript_host(stralloc *out, const struct transcript_attempt *a) {
  struct transcript_attempt copy = *a;
  stralloc scratch = {0};
  struct event e;
  size_t start = out->len;
  while (transcript_event(&copy, &e, &scratch))
    if (e.kind == EVENT_CONNECT || (e.kind == EVENT_CONNECTED && e.reused)) {
      out->len = start;
      event_where(out, &(struct event){.host = e.host, .ip = e.ip});
    }
  stralloc_free(&scratch);
}

static bool is_text(struct bytes b) {
  for (size_t i = 0; i < b.n; i++)
    if (((unsigned char)b.s[i] < ' ' && b.s[i] != '\n') || b.s[i] == 0x7f)
      return false;
  return true;
}

bool transcript_is_sound(struct bytes events) {
  struct event e;
  struct bytes line;
  stralloc scratch = {0};
  bool sound = events.n && events.n <= TRANSCRIPT_ATTEMPT_MAX && events.s[events.n - 1] == '\n' && is_text(events);
  while (sound && events.n && bytes_cut(&events, '\n', &line))
    sound = read_line(line, &e, &scratch);
  stralloc_free(&scratch);
  return sound;
}

/* --- showing --- */

struct stages {
  int64_t took[STAGE_COUNT];
  bool there[STAGE_COUNT];
};

static bool add_stage(struct stages *s, const struct event *e) {
  if (e->kind == EVENT_STAGE) {
    s->took[e->stage] = s->took[e->stage] > INT64_MAX - e->took ? INT64_MAX : s->took[e->stage] + e->took;
    s->there[e->stage] = true;
  }
  return e->kind == EVENT_STAGE;
}

static void put_stages(stralloc *out, struct stages *s, const char *indent, enum language lang) {
  static const char *const names[STAGE_COUNT][2] = {
    [STAGE_LOCAL] = {"here", "自サーバ内"}, [STAGE_DNS] = {"DNS", "DNS"}, [STAGE_CONNECT] = {"connection", "接続"},
    [STAGE_GREETING] = {"greeting", "挨拶"}, [STAGE_EHLO] = {"EHLO", "EHLO"}, [STAGE_TLS] = {"TLS", "TLS"},
    [STAGE_AUTH] = {"AUTH", "AUTH"}, [STAGE_MAIL] = {"MAIL", "MAIL"}, [STAGE_RCPT] = {"RCPT", "RCPT"},
    [STAGE_DATA] = {"DATA", "DATA"}, [STAGE_BODY] = {"message", "本文"}};
  static const char *const words[2] = {"time: ", "所要時間: "}, *const comma[2] = {", ", "、"};
  bool first = true;
  for (int i = 0; i < STAGE_COUNT; i++)
    if (s->there[i]) {
      if (first)
        sa_catf(out, "%s            %s", indent, words[lang]);
      sa_catf(out, "%s%s %lld ms", first ? "" : comma[lang], names[i][lang], (long long)s->took[i]);
      first = false;
    }
  if (!first)
    sa_catc(out, '\n');
  *s = (struct stages){0};
}

void transcript_write(stralloc *out, const struct transcript_attempt *a, const char *indent, enum language lang) {
  struct transcript_attempt copy = *a;
  struct stages stages = {0};
  stralloc scratch = {0};
  struct event e;
  bool connected = false;
  while (transcript_event(&copy, &e, &scratch)) {
    if (add_stage(&stages, &e))
      continue;
    if (e.kind == EVENT_CONNECT) {   /* the DNS counts for the first one */
      if (connected)
        put_stages(out, &stages, indent, lang);
      connected = true;
    }
    event_text(out, &e, indent, lang);
  }
  put_stages(out, &stages, indent, lang);
  stralloc_free(&scratch);
}

void transcript_write_json(stralloc *out, const struct transcript_attempt *a) {
  struct transcript_attempt copy = *a;
  struct stages stages = {0};
  stralloc scratch = {0};
  struct event e;
  json_key(out, "events");
  json_open(out, '[');
  while (transcript_event(&copy, &e, &scratch)) {
    if (add_stage(&stages, &e))
      continue;
    json_item(out);
    event_json(out, &e);
  }
  json_close(out, ']');
  json_key(out, "ms");
  json_open(out, '{');
  for (int i = 0; i < STAGE_COUNT; i++)
    if (stages.there[i])
      json_member_number(out, stage_name((enum stage)i), stages.took[i]);
  json_close(out, '}');
  stralloc_free(&scratch);
}
