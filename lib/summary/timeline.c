#include "summary/timeline.h"

#include <string.h>

/* Each a multiple of the one before; beyond four weeks they double. */
static int64_t wider(int64_t step) {
  static const int64_t steps[] = {600, 1800, 3600, 10800, 21600, 43200, 86400, 604800, 2419200};
  for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
    if (steps[i] > step)
      return steps[i];
  return step * 2;
}

static int64_t floor_to(const struct timeline *t, int64_t time, int64_t step) {
  int64_t local = time + t->east, rest = local % step;
  return time - (rest < 0 ? rest + step : rest);
}

/* Slots move to the front only, so that each can be emptied before others are put on it. */
static void widen(struct timeline *t) {
  int64_t step = wider(t->step), begin = floor_to(t, t->begin, step);
  size_t used = 0;
  for (size_t i = 0; i < t->used; i++) {
    uint64_t old[TIMELINE_SERIES];
    size_t to = (size_t)((t->begin + (int64_t)i * t->step - begin) / step);
    memcpy(old, t->slot[i], sizeof old);
    memset(t->slot[i], 0, sizeof old);
    for (unsigned k = 0; k < TIMELINE_SERIES; k++)
      t->slot[to][k] += old[k];
    used = to + 1;
  }
  t->begin = begin;
  t->step = step;
  t->used = used;
}

/* Slots are wanted in front of the first. */
static void move(struct timeline *t, int64_t time) {
  int64_t begin = floor_to(t, time, t->step);
  size_t by = (size_t)((t->begin - begin) / t->step);
  memmove(t->slot[by], t->slot[0], t->used * sizeof *t->slot);
  memset(t->slot[0], 0, by * sizeof *t->slot);
  t->begin = begin;
  t->used += by;
}

static int64_t slots_with(const struct timeline *t, int64_t time) {
  int64_t begin = floor_to(t, time < t->begin ? time : t->begin, t->step), end = t->begin + (int64_t)t->used * t->step;
  return ((time >= end ? floor_to(t, time, t->step) + t->step : end) - begin) / t->step;
}

void timeline_touch(struct timeline *t, int64_t time) {
  if (!t->step) {
    t->step = wider(0);
    t->begin = floor_to(t, time, t->step);
    t->used = 1;
  }
  while (slots_with(t, time) > TIMELINE_SLOTS)
    widen(t);
  size_t used = (size_t)slots_with(t, time);
  if (time < t->begin)
    move(t, time);
  t->used = used;
}

void timeline_add(struct timeline *t, int64_t time, unsigned series, uint64_t n) {
  timeline_touch(t, time);
  t->slot[(time - t->begin) / t->step][series] += n;
}

void timeline_fit(struct timeline *t, size_t most) {
  while (t->used > most)
    widen(t);
}
