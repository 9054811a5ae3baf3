#include "base/sa.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void sa_need(stralloc *sa, size_t more) {
  if (more > SIZE_MAX / 2 - sa->len || !stralloc_readyplus(sa, more))
    out_of_memory();
}

void sa_catb(stralloc *sa, const char *s, size_t n) {
  sa_need(sa, n + 1);
  if (n)
    memcpy(sa->s + sa->len, s, n);
  sa->len += n;
}

void sa_copyb(stralloc *sa, const char *s, size_t n) {
  sa->len = 0;
  sa_catb(sa, s, n);
}

void sa_copys(stralloc *sa, const char *s) { sa_copyb(sa, s, strlen(s)); }
void sa_copy(stralloc *sa, const stralloc *from) { sa_copyb(sa, from->s, from->len); }
void sa_cats(stralloc *sa, const char *s) { sa_catb(sa, s, strlen(s)); }
void sa_cat(stralloc *sa, const stralloc *from) { sa_catb(sa, from->s, from->len); }
void sa_catc(stralloc *sa, char c) { sa_catb(sa, &c, 1); }
void sa_0(stralloc *sa) { sa_catb(sa, "", 1); }
void sa_catu(stralloc *sa, uint64_t n) { sa_catu0(sa, n, 0); }

void sa_catu0(stralloc *sa, uint64_t n, unsigned width) {
  char digits[20];
  unsigned k = 0;
  do
    digits[k++] = (char)('0' + n % 10);
  while (n /= 10);
  for (; width > k; width--)
    sa_catc(sa, '0');
  while (k)
    sa_catc(sa, digits[--k]);
}

void sa_catf(stralloc *sa, const char *format, ...) {
  va_list args;
  va_start(args, format);
  int n = vsnprintf(NULL, 0, format, args);
  va_end(args);
  if (n < 0)
    out_of_memory();
  sa_need(sa, (size_t)n + 1);
  va_start(args, format);
  vsnprintf(sa->s + sa->len, (size_t)n + 1, format, args);
  va_end(args);
  sa->len += (size_t)n;
}

const char *sa_cstr(stralloc *sa) {
  sa_need(sa, 1);
  sa->s[sa->len] = 0;
  return sa->s;
}
