#include "sys/trace.h"

#include <elf.h>
#include <link.h>
#include <stdbool.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <unwind.h>

/* By the linker: the program from its first byte to its last. */
extern const char program_start[] __asm__("__ehdr_start") __attribute__((visibility("hidden")));
extern const char program_end[] __asm__("_end") __attribute__((visibility("hidden")));
/* By the dynamic linker, where there is one. */
extern struct r_debug libraries __asm__("_r_debug") __attribute__((weak));

enum { LIBRARIES_MAX = 64 };

void trace_hex(char *to, uintptr_t n) {
  int shift = 60;
  while (shift && !(n >> shift))
    shift -= 4;
  for (; shift >= 0; shift -= 4)
    *to++ = "0123456789abcdef"[n >> shift & 15];
  *to = 0;
}

/* --- registers --- */

#if defined __x86_64__
static uintptr_t place_of(const ucontext_t *c) { return (uintptr_t)c->uc_mcontext.gregs[REG_RIP]; }
uintptr_t trace_stack(const ucontext_t *c) { return (uintptr_t)c->uc_mcontext.gregs[REG_RSP]; }
uintptr_t trace_argument(const ucontext_t *c, unsigned n) {
  static const int registers[] = {REG_RDI, REG_RSI, REG_RDX, REG_R10, REG_R8, REG_R9};
  return (uintptr_t)c->uc_mcontext.gregs[registers[n]];
}
#elif defined __aarch64__
static uintptr_t place_of(const ucontext_t *c) { return (uintptr_t)c->uc_mcontext.pc; }
uintptr_t trace_stack(const ucontext_t *c) { return (uintptr_t)c->uc_mcontext.sp; }
uintptr_t trace_argument(const ucontext_t *c, unsigned n) { return (uintptr_t)c->uc_mcontext.regs[n]; }
#else
static uintptr_t place_of(const ucontext_t *c) { return c ? 0 : 1; }
uintptr_t trace_stack(const ucontext_t *c) { return c ? 0 : 1; }
uintptr_t trace_argument(const ucontext_t *c, unsigned n) { return c ? 0 : n; }
#endif

void trace_call_again(const ucontext_t *c, int call) {
  uintptr_t a[6];
  for (unsigned i = 0; i < 6; i++)
    a[i] = trace_argument(c, i);
  syscall(call, a[0], a[1], a[2], a[3], a[4], a[5]);
}

/* --- frames --- */

static void put(struct trace *t, const char *s) {
  size_t n = strlen(s);
  if (t->n + n >= sizeof t->text)
    return;
  memcpy(t->text + t->n, s, n);
  t->n += n;                   /* the byte behind it is 0 already */
}

static const char *last_part(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash ? slash + 1 : path;
}

/* The library that begins next below. */
static const struct link_map *library_of(uintptr_t at) {
  const struct link_map *best = NULL, *m = &libraries ? libraries.r_map : NULL;
  for (int i = 0; m && i < LIBRARIES_MAX; i++, m = m->l_next)
    if (m->l_addr <= at && m->l_name && *m->l_name && (!best || m->l_addr > best->l_addr))
      best = m;
  return best;
}

static void put_place(struct trace *t, uintptr_t at) {
  char text[20] = "0x";
  bool own = at >= (uintptr_t)program_start && at < (uintptr_t)program_end;
  const struct link_map *library = own ? NULL : library_of(at);
  if (t->frames++)
    put(t, ",");
  if (library) {
    put(t, last_part(library->l_name));
    put(t, "+");
  }
  trace_hex(own || library ? text : text + 2, own ? at - (uintptr_t)program_start : library ? at - library->l_addr : at);
  put(t, text);
}

/* The first frames are the handler's. */
static _Unwind_Reason_Code visit(struct _Unwind_Context *u, void *data) {
  struct trace *t = data;
  uintptr_t at = (uintptr_t)_Unwind_GetIP(u);
  if (t->begun && at)
    put_place(t, at);
  t->begun |= at == t->place;
  return t->frames < TRACE_FRAMES && at ? _URC_NO_REASON : _URC_END_OF_STACK;
}

void trace_take(struct trace *t, const ucontext_t *context) {
  t->place = place_of(context);
  put_place(t, t->place);
  _Unwind_Backtrace(visit, t);
  const uintptr_t *top = (const uintptr_t *)trace_stack(context);
  if (t->frames == 1 && top)   /* a jump to nowhere: who jumped stands on the stack */
    put_place(t, *top);
}

/* --- the build --- */

static bool copy_build(const char *at, const char *end, char text[TRACE_BUILD]) {
  ElfW(Nhdr) note;
  for (; end - at > (ptrdiff_t)sizeof note; at += sizeof note + ((note.n_namesz + 3u) & ~3u) + ((note.n_descsz + 3u) & ~3u)) {
    memcpy(&note, at, sizeof note);
    if (note.n_namesz > 64 || note.n_descsz > 4096)
      return false;
    if (note.n_type != NT_GNU_BUILD_ID || note.n_namesz != 4 || note.n_descsz > (TRACE_BUILD - 1) / 2 || end - at < (ptrdiff_t)(sizeof note + 4 + note.n_descsz))
      continue;
    for (unsigned i = 0; i < note.n_descsz; i++) {
      unsigned char byte = (unsigned char)at[sizeof note + 4 + i];
      *text++ = "0123456789abcdef"[byte >> 4];
      *text++ = "0123456789abcdef"[byte & 15];
    }
    *text = 0;
    return true;
  }
  return false;
}

bool trace_build_of(const char *image, size_t size, char text[TRACE_BUILD]) {
  ElfW(Ehdr) e;
  ElfW(Phdr) p;
  *text = 0;
  memcpy(&e, image, size < sizeof e ? 0 : sizeof e);
  if (size < sizeof e || memcmp(e.e_ident, ELFMAG, SELFMAG) || e.e_phentsize != sizeof p)
    return false;
  for (unsigned i = 0; i < e.e_phnum; i++) {
    size_t at = e.e_phoff + i * sizeof p;
    if (at > size || size - at < sizeof p)
      return false;
    memcpy(&p, image + at, sizeof p);
    if (p.p_type == PT_NOTE && p.p_offset < size && p.p_filesz <= size - p.p_offset && copy_build(image + p.p_offset, image + p.p_offset + p.p_filesz, text))
      return true;
  }
  return false;
}

/* The first segment is mapped as it stands in the file: headers, notes. */
const char *trace_build_id(void) {
  static char text[TRACE_BUILD];
  trace_build_of(program_start, (size_t)(program_end - program_start), text);
  return text;
}
