/* heap: the least key first; a node lies in the caller's struct and knows its place, so it can be moved or removed. */
#ifndef BASE_HEAP_H
#define BASE_HEAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct heap_node {
  int64_t key;
  size_t place;           /* index + 1; 0: not in a heap */
};

struct heap {
  struct heap_node **node;
  size_t count, room;
};

void heap_put(struct heap *h, struct heap_node *n, int64_t key);   /* inserts, or moves to its new place */
void heap_remove(struct heap *h, struct heap_node *n);             /* nothing where it is in no heap */
static inline struct heap_node *heap_least(const struct heap *h) { return h->count ? h->node[0] : NULL; }
static inline bool heap_has(const struct heap_node *n) { return n->place != 0; }
void heap_free(struct heap *h);

#endif
