/* What happens is told here and nowhere else: to the log, and to who listens. */
#include "base/sa.h"
#include "remote/remote_private.h"
#include "sys/clock.h"
#include "sys/report.h"
#include "transcript/event.h"

static void log_reply(const struct event *e) {
  struct bytes rest = e->text, line = {"", 0};
  if (!report_is_on(SC104I_reply))
    return;
  do {
    bytes_cut(&rest, '\n', &line);
    report(SC104I_reply, "code=%u text=%.*s", e->code, (int)line.n, line.s);
  } while (rest.s);
}

static void log_event(const struct remote *r, const struct event *e) {
  switch (e->kind) {
  case EVENT_CONNECTED:
    if (!e->reused)
      report(SC102I_connected, "host=%s ip=%s port=%u ms=%lld", r->host, r->ip, r->port, (long long)e->took);
    break;
  case EVENT_COMMAND: report(SC103I_command, "text=%.*s", (int)e->text.n, e->text.s); break;
  case EVENT_REPLY: log_reply(e); break;
  case EVENT_TLS: report(SC107I_encrypted, "host=%s ip=%s tls=%.*s ms=%lld", r->host, r->ip, (int)e->text.n, e->text.s, (long long)e->took); break;
  case EVENT_CLEAR: report(SC202W_sent_in_the_clear, "host=%s ip=%s reason=%.*s", r->host, r->ip, (int)e->text.n, e->text.s); break;
  case EVENT_MESSAGE: report(SC106I_message_sent, "size=%llu ms=%lld", (unsigned long long)e->size, (long long)e->took); break;
  case EVENT_CLOSED: report(SC105I_closed, "host=%s ip=%s", r->host, r->ip); break;
  default: break;   /* LOOKUP is lib/dns' to log, FAILURE and RESULT are lines of their own (say.c) */
  }
}

void remote_tell(struct remote *r, struct event e) {
  log_event(r, &e);
  if (!r->listener)
    return;
  e.at = clock_ms() - r->begun;
  if (e.kind != EVENT_FAILURE && e.kind != EVENT_RESULT)
    e.stage = r->stage;
  r->listener(r->listener_arg, &e);
}

void remote_tell_connection(struct remote *r, enum event_kind kind, int64_t took, bool reused) {
  remote_tell(r, (struct event){.kind = kind, .host = bytes_str(r->host), .ip = bytes_str(r->ip), .port = r->port, .took = took, .reused = reused});
}

void remote_tell_text(struct remote *r, enum event_kind kind, struct bytes text, int64_t took) {
  remote_tell(r, (struct event){.kind = kind, .text = text, .took = took});
}

/* Commands that go together. */
void remote_tell_commands(struct remote *r, struct bytes text) {
  struct bytes line;
  if (!r->listener && !report_is_on(SC103I_command))
    return;
  while (text.n && bytes_cut(&text, '\n', &line)) {
    if (line.n && line.s[line.n - 1] == '\r')
      line.n--;
    remote_tell_text(r, EVENT_COMMAND, line, 0);
  }
}

void remote_tell_lookup(struct remote *r, const char *name, const char *type, const struct dns_answer *answer, int64_t took) {
  stralloc records = {0};
  if (!r->listener)
    return;
  event_records(&records, answer, !strcmp(type, "MX"));
  remote_tell(r, (struct event){.kind = EVENT_LOOKUP, .name = bytes_str(name), .type = bytes_str(type), .result = bytes_str(dns_result_name(answer->result)), .text = bytes_sa(&records), .answer = answer, .took = took});
  stralloc_free(&records);
}

void remote_stage(struct remote *r, enum stage stage) {
  int64_t now = clock_ms();
  if (stage == r->stage)
    return;
  if (stage == STAGE_MAIL)
    r->ready_ms = now - r->begun;
  if (r->stage != STAGE_LOCAL)
    remote_tell(r, (struct event){.kind = EVENT_STAGE, .took = now - r->stage_begun});
  r->stage = stage;
  r->stage_begun = now;
}
