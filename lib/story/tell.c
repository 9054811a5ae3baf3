/* Lines become stories: whose line it is. */
#include <stdlib.h>

#include "story/part.h"

/* --- growing things --- */

void *story_grow(void *array, size_t count, size_t size) {
  void *grown = count & (count - 1) ? array : reallocarray(array, count ? count * 2 : 1, size);   /* at powers of two */
  if (!grown)
    out_of_memory();
  memset((char *)grown + count * size, 0, size);
  return grown;
}

void story_copy(char *to, size_t room, struct bytes b) {
  size_t n = b.n < room ? b.n : room - 1;
  memcpy(to, b.n ? b.s : "", n);
  to[n] = 0;
}

static struct story *add_story(struct stories *st, struct bytes id, struct bytes sid) {
  st->story = story_grow(st->story, st->count, sizeof *st->story);
  struct story *s = &st->story[st->count++];
  story_copy(s->id, sizeof s->id, id);
  story_copy(s->sid, sizeof s->sid, sid);
  return s;
}

static struct story *find_story(struct stories *st, struct bytes id) {
  for (size_t i = 0; i < st->count; i++)
    if (bytes_eq(bytes_str(st->story[i].id), id))
      return &st->story[i];
  return NULL;
}

struct story *story_of(struct stories *st, struct bytes id) {
  struct story *s = find_story(st, id);
  return s ? s : add_story(st, id, bytes_of("", 0));
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
  story_take(&from, t, STORY_from);
  if (open && story_has(t, STORY_from) && open->has_from && !bytes_eq(bytes_sa(&from), bytes_sa(&open->from)))
    open = NULL;
  stralloc_free(&from);
  if (open)
    return open;
  return last && !story_has(t, STORY_from) ? last : add_story(t->st, bytes_of("", 0), sid);
}

static bool same_sender(const struct teller *t, const struct story *open) {
  stralloc from = {0};
  story_take(&from, t, STORY_from);
  bool same = !open->has_from || !story_has(t, STORY_from) || bytes_eq(bytes_sa(&from), bytes_sa(&open->from));
  stralloc_free(&from);
  return same;
}

/* The first line of a conversation that names a message: what was said before was about that. */
static struct story *message_story(struct teller *t) {
  struct bytes id = t->f.raw[STORY_qid], sid = story_sid(&t->f);
  struct story *s = find_story(t->st, id);
  if (s && (*s->sid || !sid.n))
    return s;
  for (size_t i = t->st->count; !s && sid.n && i--;) {
    struct story *open = &t->st->story[i];
    if (!*open->id && bytes_eq(bytes_str(open->sid), sid) && same_sender(t, open)) {
      story_copy(open->id, sizeof open->id, id);
      return open;
    }
  }
  if (!s)
    s = add_story(t->st, id, sid);
  story_copy(s->sid, sizeof s->sid, sid);
  return s;
}

static void put_line(struct story *s, const struct story_line *line) {
  s->line = story_grow(s->line, s->lines, sizeof *s->line);
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
  story_fold(t, s);
  if (t->id == BO001I_bounce_made || t->id == BO002I_delay_notice_made || t->id == BO004I_double_bounce_made)
    story_bounce_began(t);
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
    stralloc *const of_rcpt[] = {&r->addr, &r->original, &r->host, &r->ip, &r->path, &r->reply, &r->cause, &r->stage, &r->fetched_ip};
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
