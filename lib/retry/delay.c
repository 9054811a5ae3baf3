#include "retry/delay.h"

int64_t retry_delay(unsigned attempts, int64_t first, int64_t max, uint32_t random) {
  int64_t d = first > 0 ? first : 1;
  while (attempts > 1 && d < max) {
    d *= 2;
    attempts--;
  }
  if (d > max)
    d = max > 0 ? max : 1;
  d = d - d / 5 + (int64_t)random % (2 * (d / 5) + 1);
  return d > 0 ? d : 1;
}
