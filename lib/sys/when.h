/* when: times as people write and read them, in local time (TZ). */
#ifndef SYS_WHEN_H
#define SYS_WHEN_H

#include <stdbool.h>
#include <stdint.h>
#include <stralloc.h>

/* "10m", "2h", "1d", "30s", "1w": that long before NOW; "2026-11-24", "2026-11-24T03:50", "2026-11-24 03:50:19", with "Z"
 * or "+09:00" behind it or else in local time. */
bool when_parse(const char *text, int64_t now, int64_t *t);
int64_t when_argument(const char *text);                       /* the same, now being now; ends the process where it is none */
void when_local(stralloc *out, int64_t t);                     /* appends "2026-11-24 12:50:19" */
long when_east(int64_t t);                                      /* seconds by which local time is ahead of UTC then */
void when_json(stralloc *out, int64_t t, uint32_t nanoseconds); /* appends "2026-11-24T03:50:19.123456Z" */

#endif
