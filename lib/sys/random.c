#include "sys/random.h"

#include <errno.h>
#include <sys/random.h>

#include "sys/report.h"

void random_bytes(void *to, size_t n) {
  char *p = to;
  while (n) {
    ssize_t k = getrandom(p, n, 0);
    if (k < 0 && errno != EINTR)
      die_errno(EXIT_TEMPORARY, SY104E_system_call_failed, "action=getrandom");
    if (k > 0) {
      p += k;
      n -= (size_t)k;
    }
  }
}

uint64_t random_u64(void) {
  uint64_t v;
  random_bytes(&v, sizeof v);
  return v;
}

uint32_t random_below(uint32_t bound) {
  uint64_t v;
  do   /* the values beyond the last whole multiple of BOUND would make small results likelier */
    v = random_u64();
  while (v >= UINT64_MAX - UINT64_MAX % bound);
  return (uint32_t)(v % bound);
}
