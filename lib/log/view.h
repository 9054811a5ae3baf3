/* view: a line of the log for a reader: a sentence in his language, or JSON.  Lines that are none of ours (tcpserver's,
 * supervise's) are shown as they are, made harmless. */
#ifndef LOG_VIEW_H
#define LOG_VIEW_H

#include "log/log.h"

/* multilog's stamp "@" and 24 hex digits (TAI64N) with the blank behind it, cut off LINE.  False: there is none. */
bool log_stamp(struct bytes *line, int64_t *unix_time, uint32_t *nanoseconds);

/* Append one line with its newline; WHEN is the time as the reader wants it, "" where it is not known. */
void log_view_text(stralloc *out, struct bytes line, struct bytes when, enum language lang);
void log_view_json(stralloc *out, struct bytes line, struct bytes when, enum language lang);

/* "a b": a value for people, escaped as in the log, without its quotes: what a stranger wrote never reaches a terminal as it is. */
void log_shown(stralloc *out, struct bytes value);

#endif
