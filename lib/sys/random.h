/* random: the kernel's random numbers. */
#ifndef SYS_RANDOM_H
#define SYS_RANDOM_H

#include <stddef.h>
#include <stdint.h>

void random_bytes(void *to, size_t n);
uint64_t random_u64(void);
uint32_t random_below(uint32_t bound);   /* 0 to BOUND - 1, evenly; BOUND > 0 */

#endif
