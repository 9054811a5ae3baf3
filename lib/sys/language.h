/* language: in which one the operator is spoken to. */
#ifndef SYS_LANGUAGE_H
#define SYS_LANGUAGE_H

#include <stdbool.h>

#include "catalogue/catalogue.h"

/* The first of LC_ALL, LC_MESSAGES and LANG that is set and not empty: Japanese where it begins with "ja". */
enum language language_of_environment(void);
bool language_parse(const char *name, enum language *lang);   /* "en" or "ja", for --lang */

#endif
