/* date: seconds since 1970 (UTC, no leap seconds) as text, always in UTC; no locale, no time zone files. */
#ifndef BASE_DATE_H
#define BASE_DATE_H

#include <stdint.h>
#include <stralloc.h>

void date_rfc5322(stralloc *out, int64_t t);  /* appends "Tue, 24 Nov 2026 03:50:19 +0000" (RFC 5322 3.3) */
void date_iso(stralloc *out, int64_t t);      /* appends "2026-11-24T03:50:19Z" */

#endif
