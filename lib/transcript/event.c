#include "transcript/event.h"

#include "base/json.h"
#include "base/sa.h"
#include "dnsmsg/dnsmsg.h"
#include "log/log.h"

enum { RECORDS_SHOWN = 10 };

const char *event_name(enum event_kind k) {
  static const char *const names[EVENT_KINDS] = {"lookup", "connect", "connected", "command", "reply", "tls", "clear", "message", "stage", "failure", "result", "zone", "closed", "skipped"};
  return names[k];
}

static void put_record(stralloc *out, const struct dns_record *r, bool mx) {
  char ip[IP_TEXT];
  if (mx)
    sa_catf(out, "%u %s", r->preference, *r->name ? r->name : ".");
  else {
    ip_format(ip, &r->ip);
    sa_cats(out, ip);
  }
}

void event_records(stralloc *out, const struct dns_answer *a, bool mx) {
  for (size_t i = 0; i < a->count && i < RECORDS_SHOWN; i++) {
    sa_cats(out, i ? ", " : "");
    put_record(out, &a->record[i], mx);
  }
  if (a->count > RECORDS_SHOWN)
    sa_catf(out, ", ... (%zu)", a->count);
}

/* --- for people --- */

/* As in the log, without its quotes: what a stranger wrote never reaches a terminal as it is. */
static void put(stralloc *out, struct bytes b) {
  struct log_line l = {0};
  log_field(&l, "", b);
  bool quoted = l.n > 3 && l.s[2] == '"';
  sa_catb(out, l.s + 2 + quoted, l.n - 2 - 2 * (size_t)quoted);
}

static void put_about(stralloc *out, const char *before, struct bytes b) {
  if (!b.n)
    return;
  sa_cats(out, before);
  put(out, b);
}

void event_where(stralloc *out, const struct event *e) {
  if (e->host.n) {
    put(out, e->host);
    sa_cats(out, e->ip.n ? " " : "");
  }
  if (e->ip.n)
    sa_catf(out, "[%.*s]", (int)e->ip.n, e->ip.s);
  if (e->port)
    sa_catf(out, ":%u", e->port);
}

static void put_lookup(stralloc *out, const struct event *e) {
  sa_cats(out, "DNS ");
  put(out, e->type);
  sa_catc(out, ' ');
  put(out, e->name);
  sa_cats(out, ": ");
  put(out, e->text.n ? e->text : e->result);
}

/* Its first line; the others are put by event_text. */
static void put_reply(stralloc *out, const struct event *e, struct bytes line, bool last) {
  sa_cats(out, "< ");
  if (e->code)
    sa_catf(out, "%u%c", e->code, last ? ' ' : '-');
  if (line.n)
    put(out, line);
}

static void put_result(stralloc *out, const struct event *e, enum language lang) {
  static const char *const words[3][2] = {{"accepted", "受け付けられました"}, {"failed", "失敗"}, {"not now", "今回は配送できず"}};
  put(out, e->name);
  sa_catf(out, ": %s", words[e->state == 'd' ? 0 : e->state == 'f' ? 1 : 2][lang]);
  if (e->result.n) {
    put_about(out, " (", e->result);
    sa_catc(out, ')');
  }
  if (e->stage == STAGE_LOCAL)     /* else the peer's words, or the failure, stand above */
    put_about(out, ": ", e->text);
}

static void put_zone(stralloc *out, const struct event *e, enum language lang) {
  static const char *const words[2] = {"the domain's own servers asked", "ドメイン自身のサーバに確認"};
  sa_catf(out, "%s (", words[lang]);
  put(out, e->result);
  sa_cats(out, ")");
  put_about(out, ": ", e->text);
}

static void put_failure(stralloc *out, const struct event *e, enum language lang) {
  static const char *const words[2] = {"failed", "失敗"};
  sa_catf(out, "%s (", words[lang]);
  put(out, e->result);
  sa_cats(out, ")");
  put_about(out, ": ", e->text);
}

static void put_what(stralloc *out, const struct event *e, enum language lang) {
  static const char *const words[EVENT_KINDS][2] = {
    [EVENT_CONNECT] = {"connecting to ", "接続先 "}, [EVENT_CONNECTED] = {"connected", "接続しました"},
    [EVENT_CLEAR] = {"without TLS from here on", "以後は TLS なし"}, [EVENT_MESSAGE] = {"message sent, bytes: ", "本文を送信。バイト数 "},
    [EVENT_CLOSED] = {"connection closed", "接続を終了"}, [EVENT_SKIPPED] = {"left out for want of room: ", "長いため省略した件数: "}};
  static const char *const reused[2] = {"connection kept from an earlier message: ", "先のメールから保たれた接続: "};
  const char *word = words[e->kind][lang];
  switch (e->kind) {
  case EVENT_LOOKUP: put_lookup(out, e); break;
  case EVENT_COMMAND: sa_cats(out, "> "); put_about(out, "", e->text); break;
  case EVENT_TLS: put(out, e->text); break;
  case EVENT_FAILURE: put_failure(out, e, lang); break;
  case EVENT_RESULT: put_result(out, e, lang); break;
  case EVENT_ZONE: put_zone(out, e, lang); break;
  case EVENT_CLEAR: sa_cats(out, word); put_about(out, ": ", e->text); break;
  case EVENT_MESSAGE: case EVENT_SKIPPED: sa_catf(out, "%s%llu", word, (unsigned long long)e->size); break;
  case EVENT_CONNECTED:
    sa_cats(out, e->reused ? reused[lang] : word);
    if (e->reused)
      event_where(out, e);
    break;
  case EVENT_CONNECT: sa_cats(out, word); event_where(out, e); break;
  default: sa_cats(out, word ? word : "");
  }
}

void event_text(stralloc *out, const struct event *e, const char *indent, enum language lang) {
  struct bytes rest = e->text, line = {"", 0};
  if (e->kind == EVENT_STAGE)
    return;
  do {
    sa_catf(out, "%s%7lld ms  ", indent, (long long)e->at);
    if (e->kind == EVENT_REPLY) {
      bytes_cut(&rest, '\n', &line);
      put_reply(out, e, line, !rest.s);
    } else
      put_what(out, e, lang);
    sa_catc(out, '\n');
  } while (e->kind == EVENT_REPLY && rest.s);
}

/* --- for programs --- */

static void member(stralloc *out, const char *key, struct bytes value) {
  if (value.n)
    json_member(out, key, value);
}

static void number(stralloc *out, const char *key, int64_t value, bool there) {
  if (there)
    json_member_number(out, key, value);
}

void event_json(stralloc *out, const struct event *e) {
  static const unsigned takes = 1u << EVENT_LOOKUP | 1u << EVENT_CONNECTED | 1u << EVENT_TLS | 1u << EVENT_MESSAGE | 1u << EVENT_STAGE | 1u << EVENT_ZONE;
  json_open(out, '{');
  json_member(out, "event", bytes_str(event_name(e->kind)));
  json_member_number(out, "at", e->at);
  json_member(out, "stage", bytes_str(stage_name(e->stage)));
  number(out, "ms", e->took, takes & 1u << e->kind);
  member(out, "host", e->host);
  member(out, "ip", e->ip);
  number(out, "port", e->port, e->port);
  member(out, "name", e->name);
  member(out, "type", e->type);
  number(out, "code", e->code, e->kind == EVENT_REPLY);
  member(out, e->kind == EVENT_LOOKUP || e->kind == EVENT_ZONE ? "result" : "cause", e->result);
  if (e->state)
    json_member(out, "state", bytes_str(e->state == 'd' ? "done" : e->state == 'f' ? "failed" : "tried"));
  if (e->reused)
    json_member_bool(out, "reused", true);
  number(out, "size", (int64_t)e->size, e->kind == EVENT_MESSAGE || e->kind == EVENT_SKIPPED);
  member(out, "text", e->text);
  json_close(out, '}');
}
