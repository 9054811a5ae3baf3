#include "tracing/tracing.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/lines.h"
#include "io/logs.h"
#include "sys/fd.h"
#include "sys/report.h"

static void unreadable(struct tracing *t, const char *path) {
  report_errno(SY102E_file_failed, "action=read path=%s", path);
  t->result = EXIT_TEMPORARY;
}

static void keep(int fd, const char *path, void *data) {
  struct tracing *t = data;
  if (fd < 0) {
    unreadable(t, path);
    return;
  }
  if (t->files == t->room) {
    t->room = t->room ? t->room * 2 : 64;
    t->fd = reallocarray(t->fd, t->room, sizeof *t->fd);
    t->path = reallocarray(t->path, t->room, sizeof *t->path);
    if (!t->fd || !t->path)
      out_of_memory();
  }
  char *copy = strdup(path);
  if (!copy)
    out_of_memory();
  t->path[t->files] = copy;
  t->fd[t->files++] = fd;
}

void tracing_add(struct tracing *t, const char *path) { logs_open(path, keep, t); }

static int copy_of_input(void) {
  static char buf[65536];
  FILE *file = tmpfile();
  ssize_t n = -1;
  if (file)
    while ((n = read(0, buf, sizeof buf)) > 0 || (n < 0 && errno == EINTR))
      if (n > 0 && fd_write_all(fileno(file), buf, (size_t)n))
        return -1;
  return n ? -1 : fileno(file);
}

void tracing_add_stream(struct tracing *t) {
  struct stat st;
  bool is_file = !fstat(0, &st) && S_ISREG(st.st_mode);
  keep(is_file ? 0 : copy_of_input(), "(standard input)", t);
}

/* --- passes --- */

typedef void line_taker(struct story_search *s, struct bytes line);
struct pass {
  struct story_search *search;
  line_taker *take;
};

static void take_line(struct bytes line, void *data) {
  struct pass *p = data;
  p->take(p->search, line);
}

static void nothing(void *data) { (void)data; }

static void pass(struct tracing *t, line_taker *take) {
  struct pass p = {&t->search, take};
  t->search.last_ns = 0;
  t->search.order = 0;
  for (size_t i = 0; i < t->files; i++)
    if (lseek(t->fd[i], 0, SEEK_SET) < 0 || lines_each(t->fd[i], take_line, nothing, &p))
      unreadable(t, t->path[i]);
}

void tracing_search(struct tracing *t, struct stories *out) {
  pass(t, story_pick);
  if (t->search.count) {
    pass(t, story_collect);
    pass(t, story_collect_session);
  }
  t->view.log_begins = t->search.first_ns / 1000000000;
  story_tell(out, &t->search);
}
