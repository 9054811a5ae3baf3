#include "crashes/place.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "front/front.h"
#include "gather/gather.h"
#include "sys/fd.h"
#include "sys/trace.h"

enum { HEAD = 4096, SECONDS = 20 };

static bool is_plain(struct bytes name) {
  for (size_t i = 0; i < name.n; i++)
    if (!((name.s[i] >= 'a' && name.s[i] <= 'z') || (name.s[i] >= '0' && name.s[i] <= '9') || name.s[i] == '-'))
      return false;
  return name.n > 0 && name.n < 40;
}

static bool is_build(const char *path, struct bytes build) {
  char head[HEAD], text[TRACE_BUILD];
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  bool same = fd >= 0 && !fd_pread_all(fd, head, sizeof head, 0) && trace_build_of(head, sizeof head, text) && bytes_eq(bytes_str(text), build);
  if (fd >= 0)
    close(fd);
  return same;
}

static bool has_tool(void) {
  static const char *const argv[] = {"addr2line", "--version", NULL};
  stralloc out = {0};
  gather_run(&out, false, SECONDS, argv);
  bool there = out.len && bytes_istarts(bytes_sa(&out), bytes_str("GNU addr2line"));
  stralloc_free(&out);
  return there;
}

void place_find(struct place_source *s, struct bytes program, struct bytes build, enum language lang) {
  static const char *const other[] = {"    (the installed program is of another build than the one that crashed: addresses only)\n", "    (異常終了したものとは別のビルドが入っているため、アドレスだけを示します)\n"};
  static const char *const missing[] = {"    (addresses only; for file and line: apt install binutils)\n", "    (アドレスだけです。ファイルと行を見るには: apt install binutils)\n"};
  char name[48];
  *s = (struct place_source){0};
  snprintf(name, sizeof name, "%.*s", is_plain(program) ? (int)program.n : 0, program.s);
  front_beside(&s->path, name);
  bool same = is_build(s->path.s, build);
  if (same && has_tool())
    return;
  s->path.len = 0;
  sa_cats(&s->remark, (same ? missing : other)[lang]);
}

void place_free(struct place_source *s) {
  stralloc_free(&s->path);
  stralloc_free(&s->remark);
}

/* A caller is where it goes on afterwards: the call is just before. */
static bool address_of(struct bytes frame, unsigned number, char text[24]) {
  char *end, copy[20];
  if (frame.n >= sizeof copy)
    return false;
  snprintf(copy, sizeof copy, "%.*s", (int)frame.n, frame.s);
  unsigned long at = strtoul(copy, &end, 16);
  if (*end || end == copy || bytes_istarts(frame, bytes_str("0x")))
    return false;
  snprintf(text, 24, "0x%lx", at && number ? at - 1 : at);
  return true;
}

/* Its lines, each with a blank before it, "./" and " at " as a person would write them. */
static void put_tool(stralloc *out, struct bytes text) {
  struct bytes line;
  bool first = true;
  for (; bytes_cut(&text, '\n', &line) && line.n; first = false) {
    const char *at = memmem(line.s, line.n, " at ", 4), *file = at ? at + 4 : line.s;
    size_t n = (size_t)(line.s + line.n - file);
    if (n > 2 && !memcmp(file, "./", 2)) {
      file += 2;
      n -= 2;
    }
    sa_catf(out, "%s%.*s%s%.*s\n", first ? "" : "            ", at ? (int)(at - line.s) : 0, line.s, at ? "  " : "", (int)n, file);
  }
  if (first)
    sa_catc(out, '\n');
}

void place_put(stralloc *out, const struct place_source *s, struct bytes frame, unsigned number) {
  char address[24];
  const char *const argv[] = {"addr2line", "-f", "-i", "-p", "-e", s->path.s, address, NULL};
  stralloc said = {0};
  sa_catf(out, "    %-8.*s  ", (int)frame.n, frame.s);
  if (s->path.len && address_of(frame, number, address))
    gather_run(&said, false, SECONDS, argv);
  put_tool(out, bytes_sa(&said));
  stralloc_free(&said);
}
