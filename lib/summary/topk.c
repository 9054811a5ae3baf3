#include "summary/topk.h"

#include <stdlib.h>

#include "base/sa.h"

static uint32_t hash_of(const char *s, size_t n) {
  uint32_t h = 2166136261u;   /* FNV-1a */
  for (size_t i = 0; i < n; i++)
    h = (h ^ (unsigned char)s[i]) * 16777619u;
  return h;
}

static uint32_t *chain_of(struct topk *t, uint32_t hash) { return &t->chain[hash % TOPK_KEYS]; }

static struct topk_entry *find(struct topk *t, const char *key, size_t n, uint32_t hash) {
  for (uint32_t i = *chain_of(t, hash); i; i = t->entry[i - 1].next) {
    struct topk_entry *e = &t->entry[i - 1];
    if (e->hash == hash && e->n == n && !memcmp(e->key, key, n))
      return e;
  }
  return NULL;
}

static void unlink_entry(struct topk *t, struct topk_entry *e) {
  uint32_t *at = chain_of(t, e->hash), mine = (uint32_t)(e - t->entry) + 1;
  while (*at != mine)
    at = &t->entry[*at - 1].next;
  *at = e->next;
}

static void link_entry(struct topk *t, struct topk_entry *e, const char *key, size_t n, uint32_t hash) {
  memcpy(e->key, key, n);
  e->n = n;
  e->hash = hash;
  e->next = *chain_of(t, hash);
  *chain_of(t, hash) = (uint32_t)(e - t->entry) + 1;
}

/* The whole table at once: entries lie in the heap and must not move. */
static void make_room(struct topk *t) {
  t->entry = calloc(TOPK_KEYS, sizeof *t->entry);
  if (!t->entry)
    out_of_memory();
}

static struct topk_entry *take_place(struct topk *t) {
  if (!t->entry)
    make_room(t);
  if (t->count < TOPK_KEYS)
    return &t->entry[t->count++];
  struct topk_entry *least = (struct topk_entry *)(void *)heap_least(&t->heap);   /* NODE is its first member */
  unlink_entry(t, least);
  least->over = least->count;
  least->part = 0;
  return least;
}

void topk_add(struct topk *t, struct bytes key, uint64_t weight, uint64_t part) {
  char small[TOPK_KEY_MAX];
  size_t n = key.n < sizeof small ? key.n : sizeof small;
  for (size_t i = 0; i < n; i++)
    small[i] = ascii_lower(key.s[i]);
  uint32_t hash = hash_of(small, n);
  struct topk_entry *e = find(t, small, n, hash);
  if (!e) {
    e = take_place(t);
    link_entry(t, e, small, n, hash);
  }
  e->count += weight;
  e->part += part;
  t->total += weight;
  heap_put(&t->heap, &e->node, (int64_t)e->count);
}

static int by_count(const void *a, const void *b) {
  const struct topk_entry *x = *(const struct topk_entry *const *)a, *y = *(const struct topk_entry *const *)b;
  if (x->count != y->count)
    return x->count < y->count ? 1 : -1;
  int order = memcmp(x->key, y->key, x->n < y->n ? x->n : y->n);
  return order ? order : (x->n > y->n) - (x->n < y->n);
}

size_t topk_best(const struct topk *t, const struct topk_entry **best, size_t n) {
  const struct topk_entry *all[TOPK_KEYS];
  for (size_t i = 0; i < t->count; i++)
    all[i] = &t->entry[i];
  if (t->count)
    qsort(all, t->count, sizeof *all, by_count);
  if (n > t->count)
    n = t->count;
  memcpy(best, all, n * sizeof *best);
  return n;
}

void topk_free(struct topk *t) {
  heap_free(&t->heap);
  free(t->entry);
  *t = (struct topk){0};
}
