#include "retry/schedule.h"

#include <search.h>
#include <stdlib.h>

#include "retry/delay.h"

struct schedule_wait {
  struct schedule_entry *entry;           /* NULL: it has its job, or was removed; dropped when its turn comes */
  struct schedule_destination *destination;
  struct schedule_wait *next_in_line, *next_of_entry;
  bool wanted;                            /* named again since the last look */
};

static void *must(void *p) {
  if (!p)
    out_of_memory();
  return p;
}

static int compare_entries(const void *a, const void *b) {
  return strcmp(((const struct schedule_entry *)a)->id, ((const struct schedule_entry *)b)->id);
}

static int compare_destinations(const void *a, const void *b) {
  const struct schedule_destination *x = a, *y = b;
  return x->class != y->class ? (int)x->class - (int)y->class : strcmp(x->name, y->name);
}

/* --- entries --- */

struct schedule_entry *schedule_find(struct schedule *s, const char *id) {
  struct schedule_entry key = {0};
  memcpy(key.id, id, strnlen(id, QUEUE_ID_MAX - 1));
  struct schedule_entry **found = tfind(&key, &s->by_id, compare_entries);
  return found ? *found : NULL;
}

struct schedule_entry *schedule_add(struct schedule *s, const char *id, int64_t when) {
  struct schedule_entry *e = schedule_find(s, id);
  if (!e) {
    e = must(calloc(1, sizeof *e));
    memcpy(e->id, id, strnlen(id, QUEUE_ID_MAX - 1));
    must(tsearch(e, &s->by_id, compare_entries));
    s->count++;
    heap_put(&s->entries, &e->node, when);
  } else if (!e->jobs && (!heap_has(&e->node) || when < e->node.key))
    heap_put(&s->entries, &e->node, when);
  return e;
}

void schedule_at(struct schedule *s, struct schedule_entry *e, int64_t when) {
  if (e->jobs || when == INT64_MAX)
    heap_remove(&s->entries, &e->node);
  else
    heap_put(&s->entries, &e->node, when);
}

static void leave_entry(struct schedule_wait *w) {
  struct schedule_wait **p = &w->entry->waits;
  while (*p != w)
    p = &(*p)->next_of_entry;
  *p = w->next_of_entry;
  w->entry = NULL;
}

void schedule_remove(struct schedule *s, struct schedule_entry *e) {
  heap_remove(&s->entries, &e->node);
  while (e->waits)
    leave_entry(e->waits);
  tdelete(e, &s->by_id, compare_entries);
  s->count--;
  free(e);
}

/* --- destinations: resting, in the ring of those that may get a job, or neither --- */

static unsigned destination_limit(const struct schedule *s, const struct schedule_destination *d) {
  if (d->attempts)
    return 1;   /* a probe */
  return d->class == JOB_REMOTE ? s->limits.destination_max : s->limits.class_max[d->class];
}

static bool is_doubtful(const struct schedule_destination *d) { return d->class == JOB_REMOTE && d->attempts; }

static void ring_add(struct schedule *s, struct schedule_destination *d) {
  struct schedule_destination **last = is_doubtful(d) ? &s->doubtful : &s->ring[d->class];
  if (d->in_ring)
    return;
  d->turn = *last ? (*last)->turn : d;
  if (*last)
    (*last)->turn = d;
  *last = d;
  d->in_ring = true;
}

/* Takes out the one whose turn it is. */
static struct schedule_destination *ring_take(struct schedule_destination **ring) {
  struct schedule_destination *last = *ring, *d = last->turn;
  last->turn = d->turn;
  if (d == last)
    *ring = NULL;
  d->in_ring = false;
  return d;
}

/* The line's head that is still wanted; what is not is dropped on the way. */
static struct schedule_wait *line_head(struct schedule_destination *d) {
  for (struct schedule_wait *w; (w = d->first); free(w)) {
    if (w->entry && w->wanted)
      return w;
    if (w->entry)
      leave_entry(w);
    if (!(d->first = w->next_in_line))
      d->last = NULL;
  }
  return NULL;
}

static void settle(struct schedule *s, struct schedule_destination *d, int64_t now) {
  bool waited_for = line_head(d) != NULL;
  if (d->until > now || (d->attempts && !waited_for && !d->jobs))
    heap_put(&s->resting, &d->node, waited_for ? d->until : d->until + s->limits.retry_max);
  else
    heap_remove(&s->resting, &d->node);
  if (waited_for && d->until <= now && d->jobs < destination_limit(s, d))
    ring_add(s, d);
}

struct schedule_destination *schedule_destination(struct schedule *s, enum job_class class, const char *name) {
  struct schedule_destination key = {.name = (char *)(uintptr_t)name, .class = class}, *d;
  struct schedule_destination **found = tfind(&key, &s->by_name, compare_destinations);
  if (found)
    return *found;
  d = must(calloc(1, sizeof *d));
  d->name = must(strdup(name));
  d->class = class;
  must(tsearch(d, &s->by_name, compare_destinations));
  return d;
}

static void free_destination(struct schedule *s, struct schedule_destination *d) {
  heap_remove(&s->resting, &d->node);
  tdelete(d, &s->by_name, compare_destinations);
  free(d->name);
  free(d);
}

static void forget_if_idle(struct schedule *s, struct schedule_destination *d) {
  if (!d->jobs && !d->attempts && !d->in_ring && !line_head(d) && !heap_has(&d->node))
    free_destination(s, d);
}

void schedule_rest(struct schedule *s, struct schedule_destination *d, int64_t until, unsigned attempts) {
  d->until = until;
  d->attempts = attempts;
  settle(s, d, INT64_MIN);
}

void schedule_wake(struct schedule *s, const char *name) {
  struct schedule_destination key = {.name = (char *)(uintptr_t)name, .class = JOB_REMOTE};
  struct schedule_destination **found = tfind(&key, &s->by_name, compare_destinations);
  if (!found)
    return;
  (*found)->until = 0;
  settle(s, *found, 0);
}

/* --- looking and sending --- */

void schedule_looked(struct schedule *s, struct schedule_entry *e, int64_t next) {
  for (struct schedule_wait *w = e->waits; w; w = w->next_of_entry)
    w->wanted = false;
  e->looked = true;
  schedule_at(s, e, next);
}

static struct schedule_wait *find_wait(struct schedule_entry *e, const struct schedule_destination *d) {
  for (struct schedule_wait *w = e->waits; w; w = w->next_of_entry)
    if (w->destination == d)
      return w;
  return NULL;
}

static struct schedule_wait *line_up(struct schedule_entry *e, struct schedule_destination *d) {
  struct schedule_wait *w = must(calloc(1, sizeof *w));
  w->entry = e;
  w->destination = d;
  w->next_of_entry = e->waits;
  e->waits = w;
  if (d->last)
    d->last->next_in_line = w;
  else
    d->first = w;
  d->last = w;
  return w;
}

struct schedule_destination *schedule_need(struct schedule *s, struct schedule_entry *e, enum job_class class, const char *name) {
  struct schedule_destination *d = schedule_destination(s, class, name);
  struct schedule_wait *w = find_wait(e, d);
  if (!w)
    w = line_up(e, d);
  w->wanted = true;
  if (heap_has(&d->node))
    heap_put(&s->resting, &d->node, d->until);
  else if (d->jobs < destination_limit(s, d))
    ring_add(s, d);
  return d;
}

static bool wake_resting(struct schedule *s, int64_t now, struct schedule_destination **forget) {
  for (struct heap_node *n; (n = heap_least(&s->resting)) && n->key <= now;) {
    struct schedule_destination *d = (struct schedule_destination *)n;   /* node is its first member */
    heap_remove(&s->resting, n);
    if (line_head(d))
      settle(s, d, now);
    else if (!d->jobs) {
      d->attempts = 0;
      *forget = s->forgotten = d;
      return true;
    }
  }
  return false;
}

static bool has_room(const struct schedule *s, enum job_class class, bool doubtful) {
  unsigned max = s->limits.class_max[class];
  return s->jobs[class] < max && (!doubtful || s->probes < max - max / 4);
}

static void count_job(struct schedule *s, struct schedule_destination *d) {
  d->jobs++;
  s->jobs[d->class]++;
  d->probes += is_doubtful(d);
  s->probes += is_doubtful(d);
}

static bool take_from(struct schedule *s, struct schedule_destination **ring, enum job_class class, int64_t now, struct schedule_entry **e, struct schedule_destination **d) {
  while (*ring && has_room(s, class, ring == &s->doubtful)) {
    *d = ring_take(ring);
    struct schedule_wait *w = line_head(*d);
    if (!w || (*d)->until > now || (*d)->jobs >= destination_limit(s, *d)) {   /* it may have failed since it joined the ring */
      forget_if_idle(s, *d);
      continue;
    }
    *e = w->entry;
    leave_entry(w);
    count_job(s, *d);
    (*e)->jobs++;
    heap_remove(&s->entries, &(*e)->node);
    if (line_head(*d) && (*d)->jobs < destination_limit(s, *d))
      ring_add(s, *d);
    return true;
  }
  return false;
}

static bool take_job(struct schedule *s, enum job_class class, int64_t now, struct schedule_entry **e, struct schedule_destination **d) {
  if (class != JOB_REMOTE)
    return take_from(s, &s->ring[class], class, now, e, d);
  s->doubtful_next = !s->doubtful_next;
  struct schedule_destination **first = s->doubtful_next ? &s->ring[class] : &s->doubtful, **second = s->doubtful_next ? &s->doubtful : &s->ring[class];
  return take_from(s, first, class, now, e, d) || take_from(s, second, class, now, e, d);
}

enum schedule_action schedule_next(struct schedule *s, int64_t now, struct schedule_entry **e, struct schedule_destination **d) {
  if (s->forgotten)
    forget_if_idle(s, s->forgotten);
  s->forgotten = NULL;
  if (wake_resting(s, now, d))
    return SCHEDULE_FORGET;
  for (enum job_class class = 0; class < JOB_CLASSES; class ++)
    if (take_job(s, class, now, e, d))
      return SCHEDULE_SEND;
  struct heap_node *n = heap_least(&s->entries);
  if (!n || n->key > now)
    return SCHEDULE_IDLE;
  *e = (struct schedule_entry *)n;   /* node is its first member */
  return SCHEDULE_LOOK;
}

int64_t schedule_wakeup(const struct schedule *s) {
  const struct heap_node *a = heap_least(&s->entries), *b = heap_least(&s->resting);
  int64_t t = a ? a->key : INT64_MAX;
  return b && b->key < t ? b->key : t;
}

/* Several jobs that fail together count as one failure. */
void schedule_failed(struct schedule *s, struct schedule_destination *d, int64_t now, uint32_t random) {
  if (d->until > now)
    return;
  d->attempts++;
  d->until = now + retry_delay(d->attempts, s->limits.retry_first, s->limits.retry_max, random);
}

void schedule_reached(struct schedule_destination *d) {
  d->attempts = 0;
  d->until = 0;
}

void schedule_ended(struct schedule *s, struct schedule_entry *e, struct schedule_destination *d, int64_t now) {
  s->jobs[d->class]--;
  d->jobs--;
  if (d->probes) {
    d->probes--;
    s->probes--;
  }
  if (!--e->jobs)
    heap_put(&s->entries, &e->node, now);
  settle(s, d, now);
  forget_if_idle(s, d);
}

/* The first member of a tsearch(3) node is the key. */
void schedule_free(struct schedule *s) {
  s->forgotten = NULL;
  while (s->by_id)
    schedule_remove(s, *(struct schedule_entry **)s->by_id);
  while (s->by_name) {
    struct schedule_destination *d = *(struct schedule_destination **)s->by_name;
    line_head(d);
    free_destination(s, d);
  }
  heap_free(&s->entries);
  heap_free(&s->resting);
}
