/* bytes: a slice of somebody else's memory, never 0-terminated. */
#ifndef BASE_BYTES_H
#define BASE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <stralloc.h>

struct bytes {
  const char *s;
  size_t n;
};

static inline struct bytes bytes_of(const char *s, size_t n) { return (struct bytes){s, n}; }
static inline struct bytes bytes_str(const char *s) { return (struct bytes){s, strlen(s)}; }
static inline struct bytes bytes_sa(const stralloc *sa) { return (struct bytes){sa->s, sa->len}; }

bool bytes_eq(struct bytes a, struct bytes b);
bool bytes_ieq(struct bytes a, struct bytes b);               /* ASCII letters of either case are equal */
bool bytes_istarts(struct bytes a, struct bytes prefix);
struct bytes bytes_trim(struct bytes a);                      /* without spaces and tabs at both ends */
bool bytes_cut(struct bytes *rest, char sep, struct bytes *part); /* next part of REST up to SEP; false at the end */
bool bytes_u64(struct bytes a, uint64_t *value);              /* the whole of A is a decimal number that fits */
char ascii_lower(char c);

#endif
