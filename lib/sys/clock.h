/* clock: the two clocks.  Deadlines are on the monotonic one; what is written down is Unix time. */
#ifndef SYS_CLOCK_H
#define SYS_CLOCK_H

#include <stdint.h>

int64_t clock_ms(void);        /* monotonic, milliseconds */
int64_t clock_unix(void);      /* seconds since 1970 */
int64_t clock_unix_us(void);   /* microseconds since 1970 */

#endif
