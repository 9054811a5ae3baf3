/* timeline: counts over time, in bounded memory: slots of ten minutes, which grow where the time does not fit. */
#ifndef SUMMARY_TIMELINE_H
#define SUMMARY_TIMELINE_H

#include <stddef.h>
#include <stdint.h>

enum { TIMELINE_SLOTS = 1008, TIMELINE_SERIES = 4 };   /* a week of ten minutes */

struct timeline {
  int64_t east;                /* seconds: slots begin at whole hours and days of this zone */
  int64_t begin, step;         /* of the first slot (Unix time); seconds a slot, 0: nothing was counted */
  size_t used;                 /* slots from the first to the last that was touched */
  uint64_t slot[TIMELINE_SLOTS][TIMELINE_SERIES];
};

void timeline_touch(struct timeline *t, int64_t time);                 /* the time belongs to it, also where nothing is counted */
void timeline_add(struct timeline *t, int64_t time, unsigned series, uint64_t n);
void timeline_fit(struct timeline *t, size_t most);                    /* widens the slots until at most MOST (>= 2) are used */

#endif
