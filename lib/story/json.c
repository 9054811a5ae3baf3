/* For programs: one object, one line.  A member that is not there is not known. */
#include "base/json.h"
#include "log/view.h"
#include "story/words.h"

static const int64_t SECOND = 1000000000, MS = 1000000;

static void put_text(stralloc *out, const char *key, const stralloc *value) {
  if (value->len)
    json_member(out, key, bytes_sa(value));
}

static void put_time(stralloc *out, const struct story_view *v, const char *key, int64_t ns) {
  stralloc when = {0};
  if (ns) {
    v->when_json(&when, ns / SECOND, (uint32_t)(ns % SECOND));
    json_member(out, key, bytes_sa(&when));
  }
  stralloc_free(&when);
}

static void put_rcpt(stralloc *out, const struct story *s, const struct story_rcpt *r, const struct story_view *v) {
  bool why = r->state == STORY_WAITING || r->state == STORY_FAILED || r->state == STORY_REFUSED;
  json_item(out);
  json_open(out, '{');
  json_member(out, "address", bytes_sa(&r->addr));
  if (!bytes_ieq(bytes_sa(&r->original), bytes_sa(&r->addr)))
    put_text(out, "original", &r->original);
  json_member(out, "state", bytes_str(story_state_name(r->state)));
  json_member_bool(out, "delivery_seen", r->ours_to_do);
  if (why) {
    json_member(out, "reason_id", bytes_str(message_of(r->id)->id));
    json_member(out, "reason", bytes_str(explanation_of(r->id)->text[v->lang]));
  }
  put_text(out, "cause", &r->cause);
  put_text(out, "host", &r->host);
  put_text(out, "ip", &r->ip);
  put_text(out, "stage", &r->stage);
  put_text(out, "reply", &r->reply);
  put_text(out, "path", &r->path);
  put_time(out, v, "time", r->ns);
  put_time(out, v, "fetched", r->fetched_ns);
  put_time(out, v, "removed", r->removed_ns);
  put_text(out, "fetched_by", &r->fetched_ip);
  if (r->ours_to_do) {
    json_member_number(out, "attempts", r->attempts);
    if (r->connect_known && !r->path.len) {
      json_member_number(out, "connect_ms", r->connect_ms);
      json_member_number(out, "transfer_ms", r->send_ms);
    } else
      json_member_number(out, "deliver_ms", r->connect_ms + r->send_ms);
    int64_t wait = (r->ns - s->begin_ns) / MS - r->connect_ms - r->send_ms;
    if (s->begun && s->begin_ns && r->ns)
      json_member_number(out, "wait_ms", wait < 0 ? 0 : wait);
  }
  if (r->state == STORY_FAILED)
    json_member_bool(out, "sender_told", r->told);
  json_close(out, '}');
}

static void put_lists(stralloc *out, const struct story *s, const struct story_view *v) {
  json_key(out, "recipients");
  json_open(out, '[');
  for (size_t i = 0; i < s->rcpts; i++)
    put_rcpt(out, s, &s->rcpt[i], v);
  json_close(out, ']');
  json_key(out, "bounces");
  json_open(out, '[');
  for (size_t i = 0; i < s->bounces; i++) {
    json_item(out);
    json_string(out, bytes_str(s->bounce[i].id));
  }
  json_close(out, ']');
}

static void put_line(stralloc *out, const struct story_line *l, const struct story_view *v) {
  stralloc when = {0};
  struct story_fields f;
  if (!story_read(&f, l->text) || f.level > v->level)
    return;
  if (l->stamped)
    v->when_json(&when, l->ns / SECOND, (uint32_t)(l->ns % SECOND));
  json_item(out);
  log_view_json(out, l->text, bytes_sa(&when), v->lang);
  out->len--;   /* its newline */
  stralloc_free(&when);
}

static void put_lines(stralloc *out, const struct story *s, const struct story_view *v) {
  json_key(out, "lines");
  json_open(out, '[');
  for (size_t i = 0; i < s->lines; i++)
    put_line(out, &s->line[i], v);
  json_close(out, ']');
}

static void put_end(stralloc *out, const struct story *s, const struct story_view *v) {
  static const char *const places[] = {"not looked up", "in the queue", "not in the queue", "not visible"};
  json_member(out, "place", bytes_str(places[s->place]));
  if (s->left) {
    put_time(out, v, "left", s->left_ns);
    json_member_number(out, "queue_seconds", s->seconds);
  }
  put_text(out, "wish", &s->wish);
  if (s->queue.len) {
    json_key(out, "queue");
    sa_catb(out, s->queue.s, s->queue.len - (s->queue.s[s->queue.len - 1] == '\n'));
  }
}

void story_json(stralloc *out, const struct story *s, const struct story_view *v) {
  char parent[QUEUE_ID_MAX];
  json_open(out, '{');
  if (*s->id)
    json_member(out, "id", bytes_str(s->id));
  if (*s->sid)
    json_member(out, "sid", bytes_str(s->sid));
  if (*s->id && queue_id_parent(parent, s->id))
    json_member(out, "about", bytes_str(parent));
  json_member(out, "state", bytes_str(story_state_name(story_outcome(s))));
  if (s->has_from)
    json_member(out, "from", bytes_sa(&s->from));
  put_text(out, "mid", &s->mid);
  put_text(out, "ip", &s->ip);
  put_text(out, "host", &s->host);
  put_text(out, "user", &s->user);
  json_member_bool(out, "begin_known", s->begun);
  if (s->begun)
    put_time(out, v, "received", s->begin_ns);
  if (s->begun && !s->local)
    json_member_number(out, "receive_ms", s->receive_ms);
  if (s->size)
    json_member_number(out, "size", (int64_t)s->size);
  if (s->refusal)
    json_member(out, "refusal_id", bytes_str(message_of(s->refusal)->id));
  put_lists(out, s, v);
  put_end(out, s, v);
  put_lines(out, s, v);
  json_close(out, '}');
  sa_catc(out, '\n');
}
