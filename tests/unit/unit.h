/* unit: what the unit tests share.  cmocka needs these headers in this order. */
#ifndef UNIT_H
#define UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "base/sa.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))

/* A check of a table's row: on failure the row's name is said. */
#define row_check(name, condition) \
  do { if (!(condition)) fail_msg("row \"%s\": %s", name, #condition); } while (0)

/* The bytes are those of the string; says both where they are not. */
#define row_string(name, got, want) row_string_at(name, got, want, __FILE__, __LINE__)
static inline void row_string_at(const char *name, struct bytes got, const char *want, const char *file, int line) {
  if (bytes_eq(got, bytes_str(want)))
    return;
  print_error("row \"%s\":\n  got:  %.*s\n  want: %s\n", name, (int)got.n, got.s, want);
  _fail(file, line);
}

#endif
