/* part: what the files of this module share. */
#ifndef STORY_PART_H
#define STORY_PART_H

#include "log/view.h"
#include "story/words.h"

/* --- lines become stories: tell.c finds whose line it is, fold.c what it says --- */
struct teller {
  struct stories *st;
  struct story_search *s;
  const struct story_line *line;
  struct story_fields f;
  enum message_id id;
};

void *story_grow(void *array, size_t count, size_t size);            /* room for one more, cleared */
void story_copy(char *to, size_t room, struct bytes b);              /* 0-terminated, cut where it is too long */
struct story *story_of(struct stories *st, struct bytes id);         /* made where it is not there */
bool story_has(const struct teller *t, enum story_field field);      /* the line has it, and it is not "-" */
void story_take(stralloc *to, const struct teller *t, enum story_field field);
void story_fold(struct teller *t, struct story *s);
void story_bounce_began(struct teller *t);                           /* the line says that a bounce was made: another story */

/* --- stories become text: text.c the whole, lines.c what happened when --- */
struct writer {
  stralloc *out;
  const struct story *s;
  const struct story_view *v;
  enum language lang;
};

void story_end_line(const struct writer *w);
const char *story_sentence(const struct writer *w, enum message_id id);
struct bytes story_span(stralloc *to, int64_t ms, enum language lang);   /* "0.3 s" */
void story_put_ip(stralloc *to, const stralloc *ip);                     /* " [192.0.2.1]", or nothing */
void story_put_lines(const struct writer *w);

#endif
