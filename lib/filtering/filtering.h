/* filtering: the parts of log-filter: lines that pass are shown one by one, or summed up. */
#ifndef FILTERING_H
#define FILTERING_H

#include "io/merge.h"
#include "log/filter.h"

enum filtering_form { FILTERING_TEXT, FILTERING_JSON, FILTERING_HTML };

struct filtering {
  struct log_filter filter;
  int64_t since, until;        /* Unix time; INT64_MIN, INT64_MAX: no bound.  A line without a stamp can be neither old nor new: it passes. */
  enum language lang;
  enum filtering_form form;
  bool summarize;
};

/* Everything that M has, to standard output, flushed before M waits for more. */
void filtering_run(const struct filtering *f, struct merge *m);

#endif
