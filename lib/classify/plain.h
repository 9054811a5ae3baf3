/* plain: a reply's words in the form in which they are compared.  Inside lib/classify only. */
#ifndef CLASSIFY_PLAIN_H
#define CLASSIFY_PLAIN_H

#include "base/bytes.h"

enum { PLAIN_MAX = 2048 };   /* of a longer reply the beginning counts */

struct plain {
  char s[PLAIN_MAX];         /* " user unknown in local table ": one space before, between and behind the words */
  size_t n;
  char status[12];           /* the first "5.1.1" of the text, also qmail's "(#5.1.1)"; "" where there is none */
};

/* Letters small; reply codes, enhanced codes and addresses left out (a name may sound like a cause), so are apostrophes; an
 * IPv4 address is the word "ip"; what is neither letter, digit nor a dot within a word is a space.  Bytes beyond ASCII are
 * letters. */
void plain_make(struct plain *p, struct bytes text);
/* The operator's words: PARTS between '*' stand in P one after the other, each from the beginning of a word on. */
bool plain_follow(const struct plain *p, struct bytes parts);
/* One of the PHRASES between '|' stands in P: from the beginning of a word on (also behind a dot: spamhaus in
 * zen.spamhaus.org), with a space at the end to a word's end.  '*' stands for a few words between or none, a name in
 * capitals for a word of that set (classify_sets). */
bool plain_has(const struct plain *p, struct bytes phrases);

#endif
