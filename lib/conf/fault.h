/* fault: what is wrong in the definition files: all of it. */
#ifndef CONF_FAULT_H
#define CONF_FAULT_H

#include "base/sa.h"
#include "base/bytes.h"
#include "catalogue/catalogue.h"

struct conf_fault {
  const char *path;           /* "conf/settings" */
  unsigned line;              /* 0: the whole file */
  enum message_id id;         /* CF1xxE; CF1xxW: nothing that keeps the set out of force */
  stralloc what;              /* the word or line that is meant, "" where there is none */
  enum message_id label;      /* CF19xI: what HINT is */
  size_t number;              /* in the order of finding */
  stralloc hint;              /* the nearest known name, the place of the first entry, … */
};

struct conf_faults {
  struct conf_fault *fault;
  size_t count, errors;
};

/* The fault that was added, for its hint; WHAT is copied and made printable (at most 80 characters). */
struct conf_fault *conf_fault_add(struct conf_faults *f, const char *path, unsigned line, enum message_id id, struct bytes what);
void conf_fault_hint(struct conf_fault *f, enum message_id label, const char *format, ...) __attribute__((format(printf, 3, 4)));
bool conf_faults_have(const struct conf_faults *f, enum message_id id);
void conf_faults_sort(struct conf_faults *f);      /* by path, line, order of finding */
void conf_faults_free(struct conf_faults *f);
/* "PATH:LINE: sentence (ID): what", the hint, the remedy; each on a line of its own. */
void conf_fault_text(stralloc *out, const struct conf_fault *f, enum language lang);

/* The one of COUNT names that takes the fewest insertions, deletions and replacements; NULL where all are far. */
const char *conf_nearest(struct bytes word, const char *const *names, size_t count);

#endif
