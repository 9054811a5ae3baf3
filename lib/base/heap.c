#include "base/heap.h"

#include <stdlib.h>

#include "base/sa.h"

static void set(struct heap *h, size_t i, struct heap_node *n) {
  h->node[i] = n;
  n->place = i + 1;
}

static void move_up(struct heap *h, struct heap_node *n) {
  size_t i = n->place - 1;
  while (i && h->node[(i - 1) / 2]->key > n->key) {
    set(h, i, h->node[(i - 1) / 2]);
    i = (i - 1) / 2;
  }
  set(h, i, n);
}

static void move_down(struct heap *h, struct heap_node *n) {
  size_t i = n->place - 1;
  for (size_t child; (child = 2 * i + 1) < h->count; i = child) {
    if (child + 1 < h->count && h->node[child + 1]->key < h->node[child]->key)
      child++;
    if (h->node[child]->key >= n->key)
      break;
    set(h, i, h->node[child]);
  }
  set(h, i, n);
}

static void make_room(struct heap *h) {
  if (h->count < h->room)
    return;
  h->room = h->room ? h->room * 2 : 64;
  h->node = reallocarray(h->node, h->room, sizeof *h->node);
  if (!h->node)
    out_of_memory();
}

void heap_put(struct heap *h, struct heap_node *n, int64_t key) {
  if (!n->place) {
    make_room(h);
    set(h, h->count++, n);
  }
  n->key = key;
  move_up(h, n);
  move_down(h, n);
}

void heap_remove(struct heap *h, struct heap_node *n) {
  if (!n->place)
    return;
  struct heap_node *last = h->node[--h->count];
  if (last != n) {
    set(h, n->place - 1, last);
    move_up(h, last);
    move_down(h, last);
  }
  n->place = 0;
}

void heap_free(struct heap *h) {
  free(h->node);
  *h = (struct heap){0};
}
