/* topk: which keys occur most in a stream, in bounded memory: the Space-Saving algorithm (Metwally, Agrawal, El Abbadi 2005).
 *
 * TOPK_KEYS keys are counted.  A new one takes the place of the one that occurred least, and its count with it: so a count may
 * be too large, by at most its OVER, never too small, and every key that occurs more than TOTAL / TOPK_KEYS times is there. */
#ifndef SUMMARY_TOPK_H
#define SUMMARY_TOPK_H

#include "base/bytes.h"
#include "base/heap.h"

enum { TOPK_KEYS = 1024, TOPK_KEY_MAX = 160 };

struct topk_entry {
  struct heap_node node;         /* its key is COUNT */
  uint32_t hash, next;           /* NEXT: in its chain, index + 1 */
  size_t n;
  char key[TOPK_KEY_MAX];        /* in small letters, cut where it is longer */
  uint64_t count, over;
  uint64_t part;                 /* what the caller counts besides, since the key is here */
};

struct topk {
  struct topk_entry *entry;
  size_t count;
  uint32_t chain[TOPK_KEYS];     /* index + 1 */
  struct heap heap;
  uint64_t total;
};

void topk_add(struct topk *t, struct bytes key, uint64_t weight, uint64_t part);
/* The at most N that occur most, the first one most; equal ones by their key.  Returns how many. */
size_t topk_best(const struct topk *t, const struct topk_entry **best, size_t n);
void topk_free(struct topk *t);

#endif
