/* logs: what the log says, for probes. */
#ifndef PROBES_LOGS_H
#define PROBES_LOGS_H

#include "log/log.h"

typedef void logs_line(void *data, int64_t time, struct log_reader *line);
/* Each line of ours in FOLDER ("log/smtp") that is not older than SINCE (Unix time), the oldest first.  0, or -1 with errno. */
int logs_since(const char *folder, int64_t since, logs_line *each, void *data);
/* The value of KEY in LINE, unescaped; false: it has none.  LINE stays as it is. */
bool logs_field(const struct log_reader *line, const char *key, stralloc *value);
bool logs_is(const struct log_reader *line, enum message_id id);
/* The last line of the error log that is about SERVICE, without its time; "" where there is none. */
void logs_last_words(stralloc *out, const char *service);

#endif
