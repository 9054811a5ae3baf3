/* Lines become stories: what a line says. */
#include "log/rcpts.h"
#include "story/part.h"

/* --- a line's fields --- */

bool story_has(const struct teller *t, enum story_field field) {
  struct bytes raw = t->f.raw[field];
  return raw.s && !bytes_eq(raw, bytes_str("-"));
}

void story_take(stralloc *to, const struct teller *t, enum story_field field) {
  to->len = 0;
  if (story_has(t, field))
    log_unescape(to, t->f.raw[field]);
}

static uint64_t number(const struct teller *t, enum story_field field) {
  uint64_t n;
  return story_has(t, field) && bytes_u64(t->f.raw[field], &n) && n < INT64_MAX / 1000000 ? n : 0;
}

static struct story_rcpt *rcpt_of(struct story *s, struct bytes addr) {
  for (size_t i = 0; i < s->rcpts; i++)
    if (bytes_ieq(bytes_sa(&s->rcpt[i].addr), addr))
      return &s->rcpt[i];
  s->rcpt = story_grow(s->rcpt, s->rcpts, sizeof *s->rcpt);
  sa_copyb(&s->rcpt[s->rcpts].addr, addr.s, addr.n);
  return &s->rcpt[s->rcpts++];
}

/* --- how it came in --- */

static void named(struct teller *t, struct story *s) {
  stralloc list = {0};
  struct bytes rest, original, addr;
  story_take(&list, t, STORY_rcpt);
  rest = bytes_sa(&list);
  while (log_rcpts_next(&rest, &original, &addr)) {
    struct story_rcpt *r = rcpt_of(s, addr);
    if (!r->original.len)
      sa_copyb(&r->original, original.s, original.n);
  }
  stralloc_free(&list);
}

static void began(struct teller *t, struct story *s) {
  s->begun = true;
  s->local = t->id == QU301I_queued;
  s->begin_ns = t->line->ns;
  s->receive_ms = (int64_t)number(t, STORY_ms);
  s->size = number(t, STORY_size);
  s->has_from = true;
  story_take(&s->from, t, STORY_from);
  story_take(&s->mid, t, STORY_mid);
  story_take(&s->ip, t, STORY_ip);
  story_take(&s->host, t, STORY_host);
  story_take(&s->helo, t, STORY_helo);
  story_take(&s->user, t, STORY_user);
  story_take(&s->tls, t, STORY_tls);
  named(t, s);
}

/* A client was given an answer: about one recipient, or about the message. */
static void answered(struct teller *t, struct story *s) {
  bool refusal = t->f.level <= 10 || t->id == SM319W_client_left;
  if (!s->has_from && story_has(t, STORY_from)) {
    s->has_from = true;
    story_take(&s->from, t, STORY_from);
  }
  if (!s->ip.len)
    story_take(&s->ip, t, STORY_ip);
  if (!s->host.len)
    story_take(&s->host, t, STORY_host);
  if (!story_has(t, STORY_to)) {
    if (refusal && *s->id && !s->begun)
      s->refused = true;
    if (refusal)
      s->refusal = t->id;
    return;
  }
  stralloc addr = {0};
  story_take(&addr, t, STORY_to);
  struct story_rcpt *r = rcpt_of(s, bytes_sa(&addr));
  r->state = refusal ? STORY_REFUSED : r->state == STORY_REFUSED ? STORY_UNKNOWN : r->state;
  r->id = t->id;
  r->ns = t->line->ns;
  stralloc_free(&addr);
}

static void bounced(struct teller *t, struct story *s) {
  struct bytes id = t->f.raw[STORY_bounce];
  if (!queue_id_valid(id))
    return;
  s->bounce = story_grow(s->bounce, s->bounces, sizeof *s->bounce);
  story_copy(s->bounce[s->bounces].id, QUEUE_ID_MAX, id);
  s->bounce[s->bounces++].kind = t->id;
  for (size_t i = 0; i < s->rcpts && t->id != BO002I_delay_notice_made; i++)
    s->rcpt[i].told |= s->rcpt[i].state == STORY_FAILED;
}

/* The line speaks of the message that failed; the bounce is another one, whose story begins here. */
void story_bounce_began(struct teller *t) {
  struct bytes id = t->f.raw[STORY_bounce];
  if (!queue_id_valid(id))
    return;
  struct story *s = story_of(t->st, id);
  s->begun = s->local = s->has_from = true;
  s->begin_ns = t->line->ns;
}

/* --- deliveries --- */

static void delivery(struct teller *t, struct story *s, enum story_state state) {
  stralloc addr = {0};
  int64_t ms = (int64_t)number(t, STORY_ms), connect = (int64_t)number(t, STORY_connect_ms);
  bool tries = t->id != QU109E_expired;
  story_take(&addr, t, STORY_to);
  if (!s->has_from && t->f.raw[STORY_from].s) {
    s->has_from = true;
    story_take(&s->from, t, STORY_from);
  }
  struct story_rcpt *r = rcpt_of(s, bytes_sa(&addr));
  stralloc_free(&addr);
  r->connect_known = (!r->attempts || r->connect_known) && (t->id == LD001I_delivered || story_has(t, STORY_connect_ms));
  r->ours_to_do = true;
  r->state = state;
  r->attempts += tries;
  r->ns = t->line->ns;
  if (!tries && r->reply.len)      /* given up: why is what the last attempt said */
    return;
  r->id = t->id;
  r->connect_ms += connect < ms ? connect : ms;
  r->send_ms += connect < ms ? ms - connect : 0;
  story_take(&r->host, t, STORY_host);
  story_take(&r->ip, t, STORY_ip);
  story_take(&r->path, t, STORY_path);
  story_take(&r->reply, t, STORY_reply);
  story_take(&r->cause, t, STORY_cause);
  story_take(&r->stage, t, STORY_stage);
  if (story_has(t, STORY_original))
    story_take(&r->original, t, STORY_original);
}

/* A message that was fetched was delivered, whatever else the log still has. */
static void fetched(struct teller *t, struct story *s) {
  stralloc addr = {0};
  story_take(&addr, t, STORY_user);
  struct story_rcpt *r = rcpt_of(s, bytes_sa(&addr));
  stralloc_free(&addr);
  if (bytes_eq(t->f.raw[STORY_fetched], bytes_str("yes")))
    r->fetched_ns = t->line->ns;
  if (bytes_eq(t->f.raw[STORY_removed], bytes_str("yes")))
    r->removed_ns = t->line->ns;
  story_take(&r->fetched_ip, t, STORY_ip);
  if (r->state != STORY_DELIVERED)
    r->id = t->id;
  r->ours_to_do = true;
  r->state = STORY_DELIVERED;
}

/* What the operator wished for those that nothing had become of yet. */
static void left(struct teller *t, struct story *s) {
  s->left = true;
  s->left_ns = t->line->ns;
  s->seconds = (int64_t)number(t, STORY_seconds);
  s->done = number(t, STORY_done);
  s->bounced = number(t, STORY_bounced);
  for (size_t i = 0; i < s->rcpts; i++) {
    struct story_rcpt *r = &s->rcpt[i];
    if (r->ours_to_do && r->state == STORY_WAITING && bytes_eq(bytes_sa(&s->wish), bytes_str("remove")))
      r->state = STORY_REMOVED;
    else if (r->ours_to_do && r->state == STORY_WAITING && bytes_eq(bytes_sa(&s->wish), bytes_str("bounce")))
      r->state = STORY_FAILED, r->id = QU108E_bounced_by_operator, r->told = s->bounces > 0;
  }
}

void story_fold(struct teller *t, struct story *s) {
  enum story_state state = story_says(&t->f, t->id);
  if (state != STORY_UNKNOWN) {
    delivery(t, s, state);
    return;
  }
  switch (t->id) {
  case SM107I_message_accepted: case QU301I_queued: began(t, s); break;
  case BO001I_bounce_made: case BO002I_delay_notice_made: case BO004I_double_bounce_made: bounced(t, s); break;
  case QU302I_left: left(t, s); break;
  case PO006I_message_fetched: fetched(t, s); break;
  case QU303I_wish_obeyed: story_take(&s->wish, t, STORY_wish); break;
  case QU201E_damaged: s->set_aside = true; break;
  default:
    if (bytes_eq(t->f.raw[STORY_program], bytes_str("smtp-recv")))
      answered(t, s);
  }
}
