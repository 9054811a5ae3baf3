/* spread: how durations are spread, in bounded memory: each octave has sixteen slots, so a quantile is at most a sixteenth
 * too large, never too small. */
#ifndef SUMMARY_SPREAD_H
#define SUMMARY_SPREAD_H

#include <stdint.h>

enum { SPREAD_SLOTS = 37 * 16 };   /* up to 2^40 ms, 34 years */

struct spread {
  uint64_t count, most;
  uint64_t slot[SPREAD_SLOTS];
};

void spread_add(struct spread *s, uint64_t ms);
/* The least value that PERMILLE of them do not exceed; 1000: the longest; 0 where there is none. */
uint64_t spread_quantile(const struct spread *s, unsigned permille);

#endif
