/* Lines become stories. */
#include "story/story.h"

#include <stdlib.h>

#include "classify/classify.h"
#include "log/log.h"

struct teller {
  struct stories *st;
  struct story_search *s;
  const struct story_line *line;
  struct story_fields f;
  enum message_id id;
};

/* --- growing things --- */

static void *grow(void *array, size_t count, size_t size) {
  void *grown = count & (count - 1) ? array : reallocarray(array, count ? count * 2 : 1, size);   /* at powers of two */
  if (!grown)
    out_of_memory();
  memset((char *)grown + count * size, 0, size);
  return grown;
}

static void copy(char *to, size_t room, struct bytes b) {
  size_t n = b.n < room ? b.n : room - 1;
  memcpy(to, b.n ? b.s : "", n);
  to[n] = 0;
}

static struct story *add_story(struct stories *st, struct bytes id, struct bytes sid) {
  st->story = grow(st->story, st->count, sizeof *st->story);
  struct story *s = &st->story[st->count++];
  copy(s->id, sizeof s->id, id);
  copy(s->sid, sizeof s->sid, sid);
  return s;
}

static struct story *find_story(struct stories *st, struct bytes id) {
  for (size_t i = 0; i < st->count; i++)
    if (bytes_eq(bytes_str(st->story[i].id), id))
      return &st->story[i];
  return NULL;
}

static struct story *story_of(struct stories *st, struct bytes id) {
  struct story *s = find_story(st, id);
  return s ? s : add_story(st, id, bytes_of("", 0));
}

static struct story_rcpt *rcpt_of(struct story *s, struct bytes addr) {
  for (size_t i = 0; i < s->rcpts; i++)
    if (bytes_ieq(bytes_sa(&s->rcpt[i].addr), addr))
      return &s->rcpt[i];
  s->rcpt = grow(s->rcpt, s->rcpts, sizeof *s->rcpt);
  sa_copyb(&s->rcpt[s->rcpts].addr, addr.s, addr.n);
  return &s->rcpt[s->rcpts++];
}

/* --- a line's fields --- */

static bool has(const struct teller *t, enum story_field field) {
  struct bytes raw = t->f.raw[field];
  return raw.s && !bytes_eq(raw, bytes_str("-"));
}

static void take(stralloc *to, const struct teller *t, enum story_field field) {
  to->len = 0;
  if (has(t, field))
    log_unescape(to, t->f.raw[field]);
}

static uint64_t number(const struct teller *t, enum story_field field) {
  uint64_t n;
  return has(t, field) && bytes_u64(t->f.raw[field], &n) && n < INT64_MAX / 1000000 ? n : 0;
}

/* --- how it came in --- */

static void began(struct teller *t, struct story *s) {
  s->begun = true;
  s->local = t->id == QU301I_queued;
  s->begin_ns = t->line->ns;
  s->receive_ms = (int64_t)number(t, STORY_ms);
  s->size = number(t, STORY_size);
  s->has_from = true;
  take(&s->from, t, STORY_from);
  take(&s->mid, t, STORY_mid);
  take(&s->ip, t, STORY_ip);
  take(&s->host, t, STORY_host);
  take(&s->helo, t, STORY_helo);
  take(&s->user, t, STORY_user);
  take(&s->tls, t, STORY_tls);
}

/* A client was given an answer: about one recipient, or about the message. */
static void answered(struct teller *t, struct story *s) {
  bool refusal = t->f.level <= 10 || t->id == SM319W_client_left;
  if (!s->has_from && has(t, STORY_from)) {
    s->has_from = true;
    take(&s->from, t, STORY_from);
  }
  if (!s->ip.len)
    take(&s->ip, t, STORY_ip);
  if (!s->host.len)
    take(&s->host, t, STORY_host);
  if (!has(t, STORY_to)) {
    if (refusal && *s->id && !s->begun)
      s->refused = true;
    if (refusal)
      s->refusal = t->id;
    return;
  }
  stralloc addr = {0};
  take(&addr, t, STORY_to);
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
  s->bounce = grow(s->bounce, s->bounces, sizeof *s->bounce);
  copy(s->bounce[s->bounces].id, QUEUE_ID_MAX, id);
  s->bounce[s->bounces++].kind = t->id;
  for (size_t i = 0; i < s->rcpts && t->id != BO002I_delay_notice_made; i++)
    s->rcpt[i].told |= s->rcpt[i].state == STORY_FAILED;
}

/* The line speaks of the message that failed; the bounce is another one, whose story begins here. */
static void bounce_began(struct teller *t) {
  struct bytes id = t->f.raw[STORY_bounce];
  if (!queue_id_valid(id))
    return;
  struct story *s = story_of(t->st, id);
  s->begun = s->local = s->has_from = true;
  s->begin_ns = t->line->ns;
}

/* --- deliveries --- */

static enum story_state state_of(const struct teller *t) {
  switch (t->id) {
  case LD001I_delivered: case SC101I_delivered: return STORY_DELIVERED;
  case LD202E_mail_loop: case LD203E_no_such_mailbox: case QU109E_expired: return STORY_FAILED;
  case LD101E_mailbox_failed: case LD102E_record_failed: case LD201W_mailbox_full: return STORY_WAITING;
  default:
    if (memcmp(t->f.id.s, "CL", 2) || !has(t, STORY_state))
      return STORY_UNKNOWN;
    return bytes_eq(t->f.raw[STORY_state], bytes_str("failed")) ? STORY_FAILED : STORY_WAITING;
  }
}

static void delivery(struct teller *t, struct story *s, enum story_state state) {
  stralloc addr = {0};
  int64_t ms = (int64_t)number(t, STORY_ms), connect = (int64_t)number(t, STORY_connect_ms);
  bool tries = t->id != QU109E_expired;
  take(&addr, t, STORY_to);
  if (!s->has_from && t->f.raw[STORY_from].s) {
    s->has_from = true;
    take(&s->from, t, STORY_from);
  }
  struct story_rcpt *r = rcpt_of(s, bytes_sa(&addr));
  stralloc_free(&addr);
  r->connect_known = (!r->attempts || r->connect_known) && (t->id == LD001I_delivered || has(t, STORY_connect_ms));
  r->ours_to_do = true;
  r->state = state;
  r->attempts += tries;
  r->ns = t->line->ns;
  if (!tries && r->reply.len)      /* given up: why is what the last attempt said */
    return;
  r->id = t->id;
  r->connect_ms += connect < ms ? connect : ms;
  r->send_ms += connect < ms ? ms - connect : 0;
  take(&r->host, t, STORY_host);
  take(&r->ip, t, STORY_ip);
  take(&r->path, t, STORY_path);
  take(&r->reply, t, STORY_reply);
  take(&r->cause, t, STORY_cause);
  take(&r->stage, t, STORY_stage);
  take(&r->original, t, STORY_original);
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

static void fold(struct teller *t, struct story *s) {
  enum story_state state = has(t, STORY_to) ? state_of(t) : STORY_UNKNOWN;
  if (state != STORY_UNKNOWN) {
    delivery(t, s, state);
    return;
  }
  switch (t->id) {
  case SM107I_message_accepted: case QU301I_queued: began(t, s); break;
  case BO001I_bounce_made: case BO002I_delay_notice_made: case BO004I_double_bounce_made: bounced(t, s); break;
  case QU302I_left: left(t, s); break;
  case QU303I_wish_obeyed: take(&s->wish, t, STORY_wish); break;
  case QU201E_damaged: s->set_aside = true; break;
  default:
    if (bytes_eq(t->f.raw[STORY_program], bytes_str("smtp-recv")))
      answered(t, s);
  }
}

/* --- whose line it is --- */

/* What a client said before its message had an ID: kept under its conversation until the ID is known.  Another sender
 * is another message. */
static struct story *session_story(struct teller *t) {
  struct bytes sid = t->f.raw[STORY_sid];
  struct story *open = NULL, *last = NULL;
  stralloc from = {0};
  for (size_t i = 0; i < t->st->count; i++) {
    struct story *s = &t->st->story[i];
    if (bytes_eq(bytes_str(s->sid), sid))
      *(*s->id ? &last : &open) = s;
  }
  take(&from, t, STORY_from);
  if (open && has(t, STORY_from) && open->has_from && !bytes_eq(bytes_sa(&from), bytes_sa(&open->from)))
    open = NULL;
  stralloc_free(&from);
  if (open)
    return open;
  return last && !has(t, STORY_from) ? last : add_story(t->st, bytes_of("", 0), sid);
}

static bool same_sender(const struct teller *t, const struct story *open) {
  stralloc from = {0};
  take(&from, t, STORY_from);
  bool same = !open->has_from || !has(t, STORY_from) || bytes_eq(bytes_sa(&from), bytes_sa(&open->from));
  stralloc_free(&from);
  return same;
}

/* The first line of a conversation that names a message: what was said before was about that. */
static struct story *message_story(struct teller *t) {
  struct bytes id = t->f.raw[STORY_qid], sid = t->f.raw[STORY_sid];
  struct story *s = find_story(t->st, id);
  if (s && (*s->sid || !sid.n))
    return s;
  for (size_t i = t->st->count; !s && sid.n && i--;) {
    struct story *open = &t->st->story[i];
    if (!*open->id && bytes_eq(bytes_str(open->sid), sid) && same_sender(t, open)) {
      copy(open->id, sizeof open->id, id);
      return open;
    }
  }
  if (!s)
    s = add_story(t->st, id, sid);
  copy(s->sid, sizeof s->sid, sid);
  return s;
}

static void put_line(struct story *s, const struct story_line *line) {
  s->line = grow(s->line, s->lines, sizeof *s->line);
  s->line[s->lines++] = *line;
  if (!s->first_ns)
    s->first_ns = line->ns;
  s->last_ns = line->ns;
}

static void tell_line(struct teller *t) {
  if (!story_read(&t->f, t->line->text))
    return;
  struct bytes id = t->f.raw[STORY_qid];
  if (id.n ? !queue_id_valid(id) : !t->f.raw[STORY_sid].n)
    return;
  struct story *s = id.n ? message_story(t) : session_story(t);
  s->matched |= story_matches(t->s, &t->f);
  put_line(s, t->line);
  if (!message_find(t->f.id.s, t->f.id.n, &t->id))
    return;
  fold(t, s);
  if (t->id == BO001I_bounce_made || t->id == BO002I_delay_notice_made || t->id == BO004I_double_bounce_made)
    bounce_began(t);
}

/* --- in order --- */

static int by_time(const void *a, const void *b) {
  const struct story_line *x = a, *y = b;
  return x->ns != y->ns ? (x->ns > y->ns) - (x->ns < y->ns) : (x->order > y->order) - (x->order < y->order);
}

/* The error log repeats lines of the others. */
static bool is_repeated(const struct story_search *s, size_t i) {
  for (size_t k = i; s->line[i].stamped && k-- && s->line[k].ns == s->line[i].ns;)
    if (bytes_eq(s->line[k].text, s->line[i].text))
      return true;
  return false;
}

static void free_story(struct story *s) {
  stralloc *const own[] = {&s->from, &s->mid, &s->ip, &s->host, &s->helo, &s->user, &s->tls, &s->wish, &s->queue};
  for (size_t i = 0; i < sizeof own / sizeof *own; i++)
    stralloc_free(own[i]);
  for (size_t i = 0; i < s->rcpts; i++) {
    struct story_rcpt *r = &s->rcpt[i];
    stralloc *const of_rcpt[] = {&r->addr, &r->original, &r->host, &r->ip, &r->path, &r->reply, &r->cause, &r->stage};
    for (size_t k = 0; k < sizeof of_rcpt / sizeof *of_rcpt; k++)
      stralloc_free(of_rcpt[k]);
  }
  free(s->rcpt);
  free(s->bounce);
  free(s->line);
}

void stories_free(struct stories *st) {
  for (size_t i = 0; i < st->count; i++)
    free_story(&st->story[i]);
  free(st->story);
  *st = (struct stories){0};
}

static size_t family_length(const char *id) { return strcspn(id, "."); }

static bool same_family(const struct story *a, const struct story *b) {
  size_t n = family_length(a->id);
  return n && n == family_length(b->id) && !memcmp(a->id, b->id, n);
}

/* A family is as new as its newest line; in it the first message comes first. */
static int newest_first(const void *a, const void *b) {
  const struct story *x = a, *y = b;
  if (same_family(x, y))
    return strcmp(x->id, y->id);
  return x->last_ns != y->last_ns ? (x->last_ns < y->last_ns) - (x->last_ns > y->last_ns) : strcmp(y->id, x->id);
}

static void date_families(struct stories *st) {
  for (size_t i = 0; i < st->count; i++)
    for (size_t k = 0; k < st->count; k++)
      if (st->story[k].last_ns > st->story[i].last_ns && same_family(&st->story[i], &st->story[k]))
        st->story[i].last_ns = st->story[k].last_ns;
}

/* A conversation's other messages, and what is beyond the limit. */
static void drop_unasked(struct stories *st, struct story_search *s) {
  size_t kept = 0, families = 0;
  bool all = false;
  for (size_t i = 0; i < st->count; i++) {
    struct story *x = &st->story[i];
    bool begins = !*x->id || !kept || !same_family(x, &st->story[kept - 1]);
    all |= begins && (*x->id || x->matched) && families++ == s->limit;
    if (all || (!*x->id && !x->matched))
      free_story(x);
    else
      st->story[kept++] = *x;
  }
  s->more |= all;
  st->count = kept;
}

void story_tell(struct stories *out, struct story_search *s) {
  struct teller t = {.st = out, .s = s};
  *out = (struct stories){0};
  if (s->lines)
    qsort(s->line, s->lines, sizeof *s->line, by_time);
  for (size_t i = 0; i < s->lines; i++)
    if (!is_repeated(s, i)) {
      t.line = &s->line[i];
      tell_line(&t);
    }
  if (queue_id_valid(s->wanted))
    story_of(out, s->wanted)->matched = true;
  date_families(out);
  if (out->count)
    qsort(out->story, out->count, sizeof *out->story, newest_first);
  drop_unasked(out, s);
}

/* --- what it came to --- */

enum story_state story_outcome(const struct story *s) {
  static const enum story_state order[] = {STORY_FAILED, STORY_REMOVED, STORY_DELIVERED};
  bool seen[STORY_REMOVED + 1] = {false};
  for (size_t i = 0; i < s->rcpts; i++)
    seen[s->rcpt[i].state] |= s->rcpt[i].ours_to_do || !*s->id;
  if (s->refused || (!*s->id && (s->refusal || seen[STORY_REFUSED])))
    return STORY_REFUSED;
  if (s->place == STORY_IN_QUEUE)
    return STORY_WAITING;
  if (seen[STORY_WAITING] && !s->left)
    return s->place == STORY_NOT_IN_QUEUE ? STORY_UNKNOWN : STORY_WAITING;
  for (size_t i = 0; i < sizeof order / sizeof *order; i++)
    if (seen[order[i]])
      return order[i];
  return s->left && bytes_eq(bytes_sa(&s->wish), bytes_str("remove")) ? STORY_REMOVED : STORY_UNKNOWN;
}
