/* log: one line an event, `LEVEL ID sid=… qid=… key=value …`, at most LOG_MAX bytes with its newline.
 *
 * A value is bare where it is printable UTF-8 without space, quote or backslash; else it stands in double quotes with
 * \" \\ \n \r \t and \xHH for control bytes, invisible characters and what is not UTF-8.  So a line never holds a
 * control byte, whatever a peer sent.  A value longer than LOG_VALUE_MAX is cut at a character and ends with "…", so that
 * the fields behind it keep their place.  The same keys everywhere: program sid qid ip from to size reply cause ms path errno. */
#ifndef LOG_H
#define LOG_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/bytes.h"
#include "catalogue/catalogue.h"

enum { LOG_MAX = 4000, LOG_VALUE_MAX = 1200 };

struct log_line {
  size_t n;
  char s[LOG_MAX];
};

void log_begin(struct log_line *l, enum message_id id);
/* FORMAT is "key=%s key=%d …": its literal bytes are copied, what %s and %.*s name is escaped as a value (NULL becomes
 * "-"), %c likewise; %d %u %ld %lu %lld %llu %zu are numbers.  Other conversions are an error in the program. */
void log_fields(struct log_line *l, const char *format, va_list args);
void log_field(struct log_line *l, const char *key, struct bytes value);
void log_end(struct log_line *l);                            /* truncates with "…" where need be, adds the newline */

/* Reading back. */
struct log_reader {
  struct bytes rest;
  unsigned level;
  struct bytes id;
};
bool log_read(struct log_reader *r, struct bytes line);      /* false: not a line of ours */
bool log_next(struct log_reader *r, struct bytes *key, struct bytes *raw); /* the next key=value, VALUE still escaped */
void log_unescape(stralloc *out, struct bytes raw);          /* appends what the raw value stands for */

#endif
