/* human: sizes and spans of time as people read them. */
#ifndef LOG_HUMAN_H
#define LOG_HUMAN_H

#include <stdint.h>
#include <stralloc.h>

#include "catalogue/catalogue.h"

void human_age(stralloc *out, int64_t seconds, enum language lang);   /* "3 h 10 min" */
void human_ms(stralloc *out, int64_t ms, enum language lang);         /* "0.3 s", at least 0.1 where there is any; from a minute on as an age */
void human_size(stralloc *out, uint64_t bytes);                       /* "12.3 KB" */

#endif
