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

/* human.c */
void human_subject(stralloc *out, const struct bounce *b);            /* UTF-8, not encoded */
void human_text(stralloc *out, const struct bounce *b);
/* What the catalogue says of R's failure; false: nothing. */
bool human_message(const struct queue_rcpt *r, enum message_id *id);

/* status.c */
void status_text(stralloc *out, const struct bounce *b);

#endif
