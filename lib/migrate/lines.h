/* lines: a definition file as lines that can be changed one by one.  Inside lib/migrate only. */
#ifndef MIGRATE_LINES_H
#define MIGRATE_LINES_H

#include "base/bytes.h"
#include "base/sa.h"

struct line {
  stralloc text;               /* without \n */
  unsigned origin;             /* its number in the text that was handed in; 0: it is new */
};

struct lines {
  struct line *line;
  size_t count;
};

/* "NAME = VALUE", or "#NAME = VALUE" where it is shown only.  Slices of the line. */
struct setting_line {
  struct bytes name, value;    /* VALUE without blanks around it and without comment */
  bool shown;
};

void lines_split(struct lines *l, struct bytes text);
void lines_join(stralloc *out, const struct lines *l);
void lines_free(struct lines *l);
struct line *lines_insert(struct lines *l, size_t at);         /* a new one, which becomes number AT */
bool line_setting(struct setting_line *s, const struct line *l);
void line_replace(struct line *l, struct bytes part, const char *by);   /* PART is a slice of the line */

#endif
