/* migrate: definition files of an older version made into those of this one, step by step (conf_steps in
 * conf/compile.h).  Pure: texts in; texts, a list of changes and faults out.
 *
 *   - The meaning stays.  Where a default changed and nothing was written, the old one is written down.
 *   - What the operator wrote stays: comments, order, blanks, line ends; only the bytes that a step is about change.
 *     Lines that show a setting in a comment ("#NAME = VALUE", as conf-check --print-sample makes them) go along.
 *   - Done again on its own result it changes nothing, so what was interrupted is begun anew.
 *   - What cannot be understood is a fault, never a guess: an old name beside its new one (CF116E), a value that the
 *     new form cannot hold (CF117E). */
#ifndef MIGRATE_H
#define MIGRATE_H

#include "conf/compile.h"

struct migrate_change {
  enum conf_file file;
  unsigned line;               /* in the text that was handed in; of what is new, the line before; 0: at its start */
  enum message_id why;
  stralloc before, after;      /* the lines, without the last \n; BEFORE "" where they are new */
};

struct migration {
  unsigned from;
  stralloc text[CONF_FILES];   /* of every file that CHANGED */
  bool changed[CONF_FILES];
  struct migrate_change *change;
  size_t count;
  unsigned *origin[CONF_FILES];   /* of each line of a changed text: see migrate_origin */
  size_t lines[CONF_FILES];
};

/* IN is of version FROM, 1 to CONF_SET_VERSION.  FAULTS is added to: where it has errors, M is not to be used. */
void migrate_run(struct migration *m, struct conf_faults *faults, unsigned from, const struct conf_input *in);
/* For people: each change with its reason.  Lines of files that hold secrets are not shown. */
void migrate_text(stralloc *out, const struct migration *m, enum language lang);
/* LINE of the text that was made for PATH, as a line of the text that was handed in (of a new line: the one before it). */
unsigned migrate_origin(const struct migration *m, const char *path, unsigned line);
void migration_free(struct migration *m);

#endif
