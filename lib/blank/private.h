/* Inside lib/blank. */
#ifndef BLANK_PRIVATE_H
#define BLANK_PRIVATE_H

#include "blank/blank.h"

enum { MARK_NONE = 0, MARK_SECRET = 1, MARK_PERSON = 2 };    /* MARK_PERSON + number; 0: one too many to be counted */

struct blank_needle {
  char *s;                    /* lower case */
  size_t n;
  unsigned mark;
  bool word;                  /* only where it stands alone */
  int next;
};

/* What is known that begins at AT of TEXT: its length, or 0. */
size_t needle_at(const struct blank *b, struct bytes text, size_t at, unsigned *mark);
unsigned needle_person(struct blank *b, struct bytes local);  /* its mark; known from now on */

/* A text under work: the mark of each byte. */
struct marks {
  struct bytes text;
  unsigned *mark;
};
void marks_set(struct marks *m, size_t from, size_t to, unsigned mark);   /* what was set first stays, but for a secret */
void marks_addresses(struct marks *m, struct blank *b);       /* addresses.c */
void marks_forms(struct marks *m, struct blank *b);           /* forms.c: all else that shows by its form */

static inline bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
static inline bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
static inline bool is_digit(char c) { return c >= '0' && c <= '9'; }
static inline bool is_alnum(char c) { return is_lower(c) || is_upper(c) || is_digit(c); }
static inline bool is_word(char c) { return is_alnum(c) || c == '_' || (unsigned char)c >= 0x80; }

#endif
