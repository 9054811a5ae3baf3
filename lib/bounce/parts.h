/* parts: pieces of bounce_write, for this module alone. */
#ifndef BOUNCE_PARTS_H
#define BOUNCE_PARTS_H

#include "bounce/bounce.h"
#include "catalogue/catalogue.h"

/* mime.c */
void mime_base64(stralloc *out, struct bytes text);                  /* lines of 76 */
void mime_words(stralloc *out, const char *text);                    /* UTF-8 as encoded words (RFC 2047), folded */
void mime_field(stralloc *out, const char *name, struct bytes value);   /* ASCII; folded, made harmless */
void mime_boundary(stralloc *out, struct bytes id, struct bytes content);   /* does not occur in CONTENT */
bool mime_is_ascii(struct bytes text);
/* TEXT, at most WIDTH columns a line, each line behind INDENT; East Asian characters have two columns and may be
 * parted. */
void mime_wrap(stralloc *out, struct bytes text, const char *indent, unsigned width);

/* subject.c */
/* The value of FIELD ("Subject:") in a header section, its lines joined. */
void header_value(stralloc *out, struct bytes header, const char *field);
void subject_write(stralloc *out, const struct bounce *b);   /* the field's value, encoded, with the original's subject */

/* human.c */
void human_text(stralloc *out, const struct bounce *b);
/* What the catalogue says of R's failure; false: nothing. */
bool human_message(const struct queue_rcpt *r, enum message_id *id);

/* phrases.c: what does not depend on the cause.  In curly brackets: {to} {count} {when} {until} {host} {postmaster} {id}. */
struct phrases {
  const char *subject, *one, *many, *closing;   /* opening with one recipient, with several; "" where there is no closing */
};
extern const struct phrases phrases[BOUNCE_DOUBLE + 1][2];
enum label {
  LABEL_GREETING, LABEL_MORE, LABEL_WHY, LABEL_ACTION, LABEL_REPLY, LABEL_RECORD, LABEL_NEAR, LABEL_OPERATOR,
  LABEL_UNKNOWN, LABEL_EXPIRED, LABEL_URGENT, LABEL_VIA, LABEL_DETAILS, LABEL_RECIPIENT, LABEL_TRIED_ONCE,
  LABEL_TRIED, LABEL_SERVER, LABEL_CAUSE, LABEL_MANUAL, LABEL_NUMBER, LABEL_TRANSCRIPT, LABEL_ATTACHED,
  LABEL_ATTACHED_WHOLE, LABEL_COUNT
};
extern const char *const labels[LABEL_COUNT][2];   /* in English, in Japanese: as enum language has them */
struct phrase_values {
  struct bytes to, host, postmaster, id, near;
  size_t count;
  int64_t when, until;
  int offset;
};
void phrase_write(stralloc *out, const char *phrase, const struct phrase_values *v, enum language lang);
void phrase_time(stralloc *out, int64_t t, int offset, enum language lang);   /* "2026年11月24日 18:05" */

/* status.c */
void status_text(stralloc *out, const struct bounce *b);

#endif
