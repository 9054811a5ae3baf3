/* trace: where a program was: for crash.c, from a signal's handler.  Nothing here allocates, locks or calls the system. */
#ifndef SYS_TRACE_H
#define SYS_TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <ucontext.h>

enum { TRACE_MAX = 1100, TRACE_FRAMES = 40, TRACE_BUILD = 65 };

struct trace {
  char text[TRACE_MAX];        /* "1a2b,3c4d,libcrypto.so.3+5e6f": where it was, then the callers; legal at any moment */
  size_t n;
  unsigned frames;
  uintptr_t place;
  int begun;
};
void trace_take(struct trace *t, const ucontext_t *context);

const char *trace_build_id(void);                               /* of the running program, in hex; "" where it has none */
/* Of a program whose first SIZE bytes are at IMAGE; false: there is none. */
bool trace_build_of(const char *image, size_t size, char text[TRACE_BUILD]);
uintptr_t trace_stack(const ucontext_t *context);               /* the stack's pointer, 0: not known on this machine */
uintptr_t trace_argument(const ucontext_t *context, unsigned n);/* of the system call that was refused: argument 0 to 5 */
void trace_call_again(const ucontext_t *context, int call);     /* the same call with the same arguments */
void trace_hex(char *to, uintptr_t n);                          /* with \0; at most 17 bytes */

#endif
