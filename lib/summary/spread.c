#include "summary/spread.h"

/* Below 16 a slot a value; then the four bits behind the leading one. */
static unsigned slot_of(uint64_t v) {
  if (v < 16)
    return (unsigned)v;
  unsigned top = 63 - (unsigned)__builtin_clzll(v), slot = (top - 3) * 16 + (unsigned)(v >> (top - 4) & 15);
  return slot < SPREAD_SLOTS ? slot : SPREAD_SLOTS - 1;
}

static uint64_t last_of(unsigned slot) {
  if (slot < 16)
    return slot;
  unsigned top = slot / 16 + 3;
  return (((16 | (uint64_t)(slot % 16)) + 1) << (top - 4)) - 1;
}

void spread_add(struct spread *s, uint64_t ms) {
  s->count++;
  s->slot[slot_of(ms)]++;
  if (ms > s->most)
    s->most = ms;
}

uint64_t spread_quantile(const struct spread *s, unsigned permille) {
  uint64_t rank = s->count / 1000 * permille + (s->count % 1000 * permille + 999) / 1000, seen = 0;
  for (unsigned i = 0; i < SPREAD_SLOTS; i++) {
    seen += s->slot[i];
    if (seen >= rank && seen)
      return i + 1 < SPREAD_SLOTS && last_of(i) < s->most ? last_of(i) : s->most;
  }
  return 0;
}
