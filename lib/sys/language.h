/* language: in which one the operator is spoken to. */
#ifndef SYS_LANGUAGE_H
#define SYS_LANGUAGE_H

#include <stdbool.h>

#include "catalogue/catalogue.h"

/* The first of LC_ALL, LC_MESSAGES and LANG that is set and not empty: Japanese where it begins with "ja". */
enum language language_of_environment(void);
/* --lang NAME, "en" or "ja": for what is reported, and for programs that this one starts, too.  False: it is neither. */
bool language_choose(const char *name, enum language *lang);

#endif
