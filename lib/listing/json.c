/* For programs: one object, one line. */
#include "base/json.h"
#include "listing/listing.h"
#include "sys/when.h"

static void put_time(stralloc *out, const char *key, int64_t t) {
  stralloc text = {0};
  when_json(&text, t, 0);
  json_member(out, key, bytes_sa(&text));
  stralloc_free(&text);
}

static void put_rcpt(stralloc *out, const struct listing *l, const struct queue_message *m, const struct queue_rcpt *r) {
  struct waiting w;
  enum message_id id;
  listing_waiting(&w, l, r);
  json_item(out);
  json_open(out, '{');
  json_member(out, "address", bytes_sa(&r->addr));
  if (r->original.len)
    json_member(out, "original", bytes_sa(&r->original));
  json_member(out, "state", bytes_str(listing_state(r->state)));
  json_member(out, "destination", bytes_str(w.destination));
  json_member_number(out, "attempts", w.attempts);
  if (w.pending && !m->held)
    put_time(out, "next", w.next ? w.next : l->now);
  if (w.pending)
    json_member_bool(out, "destination_rests", w.by_destination);
  if (w.cause.n)
    json_member(out, "cause", w.cause);
  if (listing_cause(w.cause, &id))
    json_member(out, "cause_id", bytes_str(message_of(id)->id));
  if (w.reply.n)
    json_member(out, "reply", w.reply);
  json_close(out, '}');
}

void listing_json(stralloc *out, const struct listing *l, const struct queue_message *m, bool incoming) {
  static const char *const wishes[] = {"", "hold", "release", "now", "remove", "bounce"};
  json_open(out, '{');
  json_member(out, "id", bytes_str(m->id));
  json_member(out, "place", bytes_str(incoming ? "incoming" : "queue"));
  put_time(out, "received", m->received);
  json_member_number(out, "age", l->now - m->received);
  json_member_number(out, "size", (int64_t)m->size);
  json_member(out, "sender", bytes_sa(&m->sender));
  json_member(out, "client", bytes_sa(&m->client));
  json_member_bool(out, "held", m->held);
  json_member(out, "wish", bytes_str(wishes[m->wish]));
  json_key(out, "recipients");
  json_open(out, '[');
  for (size_t i = 0; i < m->count; i++)
    put_rcpt(out, l, m, &m->rcpt[i]);
  json_close(out, ']');
  json_close(out, '}');
  sa_catc(out, '\n');
}
