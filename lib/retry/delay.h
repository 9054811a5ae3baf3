/* delay: how long to wait before the next attempt. */
#ifndef RETRY_DELAY_H
#define RETRY_DELAY_H

#include <stdint.h>

/* Seconds to wait after ATTEMPTS (>= 1) failures: FIRST, doubled for each failure after the first, at most MAX; then a
 * fifth less to a fifth more, evenly by RANDOM, so that what failed together does not come back together.  At least 1. */
int64_t retry_delay(unsigned attempts, int64_t first, int64_t max, uint32_t random);

#endif
