/* filter: which lines of the log a reader wants. */
#ifndef LOG_FILTER_H
#define LOG_FILTER_H

#include "log/log.h"

enum { LOG_WANTED_MAX = 16 };

struct log_wanted {
  struct bytes key, value;     /* VALUE: "*" in it stands for any bytes; s NULL: the field must be there */
};

struct log_filter {            /* what is empty, false or NULL excludes nothing; all that is given must hold */
  struct bytes qid, sid;
  struct bytes address;        /* mail address, or domain of one: in from, to, original, user */
  struct bytes host;           /* host name (or one below it), IP address: in host, helo, ip, local */
  struct log_wanted field[LOG_WANTED_MAX];
  size_t fields;
  const char *id;              /* catalogue ID */
  int level;                   /* lines of this level or a lower one; -1: all */
};

/* Adds "KEY=VALUE" or "KEY"; false: it is neither, or there are too many. */
bool log_want(struct log_filter *f, struct bytes text);
/* Whether LINE (behind its stamp) passes.  A line that is none of ours passes an empty filter only. */
bool log_passes(const struct log_filter *f, struct bytes line);

#endif
