/* sa: libowfat's stralloc, where running out of memory ends the process at one place (out_of_memory, in sys).
 *
 * A stralloc owns its bytes; `stralloc x = {0}` is empty, stralloc_free() gives it back.  Lengths are size_t; nothing
 * here is 0-terminated unless sa_0 or sa_cstr made it so. */
#ifndef BASE_SA_H
#define BASE_SA_H

#include <stddef.h>
#include <stdint.h>
#include <stdnoreturn.h>
#include <stralloc.h>

noreturn void out_of_memory(void);   /* defined in lib/sys/oom.c: one error line, exit 111 */

void sa_need(stralloc *sa, size_t more);                     /* room for MORE bytes behind what is there */
void sa_copyb(stralloc *sa, const char *s, size_t n);
void sa_copys(stralloc *sa, const char *s);
void sa_copy(stralloc *sa, const stralloc *from);
void sa_catb(stralloc *sa, const char *s, size_t n);
void sa_cats(stralloc *sa, const char *s);
void sa_cat(stralloc *sa, const stralloc *from);
void sa_catc(stralloc *sa, char c);
void sa_catu(stralloc *sa, uint64_t n);                      /* decimal */
void sa_catu0(stralloc *sa, uint64_t n, unsigned width);     /* decimal, padded with 0 to WIDTH */
void sa_0(stralloc *sa);                                     /* append \0, counted in len */
void sa_catf(stralloc *sa, const char *format, ...) __attribute__((format(printf, 2, 3)));
const char *sa_cstr(stralloc *sa);                           /* \0 behind the bytes, not counted; sa->s */

#endif
