/* blank: secrets and people taken out of text that leaves the house (report-make).
 *
 *   blank_definitions(&b, "credentials", file, &text);  …     what the definition files hold is known from then on
 *   blank_learn(&b, log);  …                                  so are the local parts of all addresses, wherever they are
 *   blank_text(&out, &b, text);                               then each text, with all that is known
 *
 * A secret becomes "***", the local part of an address "*7*", the same one the same number everywhere, so that the reader
 * can tell people apart.  Blanked are: what is known, wherever it stands, in either case, also as the log or JSON write it;
 * by their form, known or not, local parts of addresses, names in mail/DOMAIN/ and /home/, values named user, login or like a
 * secret, what follows AUTH, password hashes, PEM blocks, long random words.
 * Domains, hosts, IP addresses stay. */
#ifndef BLANK_H
#define BLANK_H

#include "base/sa.h"
#include "base/bytes.h"

enum { BLANK_SECRET_MIN = 4, BLANK_PEOPLE_MAX = 50000 };   /* a shorter secret is blanked where it is known to stand only */

struct blank {
  struct blank_needle *needle;
  size_t count;
  int *head;                  /* by the first two bytes: the first needle, -1: none */
  unsigned people;            /* different local parts */
  size_t secrets, names;      /* places where blank_text took something out */
};

void blank_init(struct blank *b);
void blank_free(struct blank *b);
void blank_secret(struct blank *b, struct bytes secret);
void blank_person(struct blank *b, struct bytes local);       /* but for general ones ("info"), which tell nothing where they stand alone */
void blank_learn(struct blank *b, struct bytes text);
void blank_text(stralloc *out, struct blank *b, struct bytes text);

/* The definition file conf/NAME appended without its comments, passwords, hashes, arguments of commands; what it tells of
 * secrets and people is known from then on.  The result is still to go through blank_text. */
void blank_definitions(stralloc *out, struct blank *b, const char *name, struct bytes file);

#endif
