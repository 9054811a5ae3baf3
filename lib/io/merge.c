#include "io/merge.h"

#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/sa.h"
#include "io/lines.h"
#include "io/logs.h"
#include "log/view.h"
#include "sys/report.h"

enum { LOOK_AGAIN_MS = 200 };
static const int64_t NS = 1000000000, SECONDS_MAX = 9000000000;

struct merge_log {
  const char *path;
  stralloc newest;            /* the file that grows; empty for a stream */
  int *fd;                    /* its files, the oldest first: open, so that those rotated meanwhile stay */
  size_t files, at;
  struct lines lines;
  struct bytes line;          /* n 0: the next one is not read yet */
  int64_t stamp;
  bool over;
};

/* --- what is read --- */

static struct merge_log *add_log(struct merge *m, const char *path) {
  struct merge_log **grown = reallocarray(m->log, m->count + 1, sizeof *grown), *l = calloc(1, sizeof *l);
  if (!grown || !l)
    out_of_memory();
  m->log = grown;
  m->log[m->count++] = l;
  l->path = path;
  return l;
}

static void add_file(struct merge_log *l, int fd) {
  int *grown = reallocarray(l->fd, l->files + 1, sizeof *grown);
  if (!grown)
    out_of_memory();
  l->fd = grown;
  l->fd[l->files++] = fd;
}

static int64_t stamp_of(struct bytes line, int64_t otherwise) {
  int64_t t;
  uint32_t ns;
  return log_stamp(&line, &t, &ns) && t > 0 && t < SECONDS_MAX ? t * NS + ns % NS : otherwise;
}

/* multilog names an old file by the time when it ended. */
static bool is_too_old(const struct merge *m, const char *path) {
  const char *name = strrchr(path, '/');
  return name && m->since && stamp_of(bytes_str(name + 1), INT64_MAX) < m->since * NS;
}

static void fail(struct merge *m, const char *path) {
  report_errno(SY102E_file_failed, "action=read path=%s", path);
  m->failed = true;
}

static void take_file(int fd, const char *path, void *data) {
  struct merge *m = data;
  struct merge_log *l = m->log[m->count - 1];
  if (fd < 0)
    fail(m, path);
  else if (is_too_old(m, path))
    close(fd);
  else {
    add_file(l, fd);
    sa_copys(&l->newest, path);
  }
}

static void begin(struct merge_log *l) {
  l->over = !l->files;
  l->lines.fd = l->files ? l->fd[0] : -1;
}

void merge_add(struct merge *m, const char *path) {
  struct merge_log *l = add_log(m, path);
  logs_open(path, take_file, m);
  begin(l);
}

void merge_add_stream(struct merge *m, int fd) {
  struct merge_log *l = add_log(m, "(standard input)");
  add_file(l, fd);
  begin(l);
}

void merge_skip(struct merge *m) {
  for (size_t i = 0; i < m->count; i++) {
    struct merge_log *l = m->log[i];
    if (!l->files || !l->newest.len)
      continue;
    l->at = l->files - 1;
    l->lines.fd = l->fd[l->at];
    lseek(l->lines.fd, 0, SEEK_END);
  }
}

/* --- one log --- */

/* The file that grew has another in its place now: whatever came to it until then has been read. */
static bool was_rotated(struct merge_log *l) {
  struct stat old, now;
  if (fstat(l->lines.fd, &old) || stat(sa_cstr(&l->newest), &now) || (old.st_ino == now.st_ino && old.st_dev == now.st_dev))
    return false;
  int fd = open(sa_cstr(&l->newest), O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    return false;
  add_file(l, fd);
  return true;
}

static void next_file(struct merge_log *l) {
  close(l->lines.fd);
  l->fd[l->at++] = -1;
  l->lines.fd = l->fd[l->at];
  l->lines.ended = false;
}

static bool grows(const struct merge *m, const struct merge_log *l) { return m->follow && l->newest.len && l->at + 1 == l->files; }

/* Whether the rest of a file without a newline is all that will come. */
static bool is_last(const struct merge *m, const struct merge_log *l) { return l->lines.ended && !grows(m, l); }

static void take_line(struct merge *m, struct merge_log *l) {
  if (lines_take(&l->lines, is_last(m, l), &l->line))
    l->stamp = stamp_of(l->line, l->stamp);
}

/* True: it may have a line now.  False: it is over, or (FOLLOW) there is none yet. */
static bool read_on(struct merge *m, struct merge_log *l) {
  bool rotated = grows(m, l) && was_rotated(l);   /* asked before reading: what is read then is its last */
  int more = lines_fill(&l->lines);
  if (more < 0)
    fail(m, l->path);
  if (more > 0 || rotated || (!more && l->lines.have && is_last(m, l)))
    return true;
  if (l->at + 1 < l->files) {
    next_file(l);
    return true;
  }
  l->over = !grows(m, l) || more < 0;
  return false;
}

static void seek_line(struct merge *m, struct merge_log *l) {
  while (!l->line.n && !l->over) {
    take_line(m, l);
    if (l->line.n)
      return;
    if (m->before_wait)
      m->before_wait(m->data);
    if (!read_on(m, l))
      return;
  }
}

/* --- all of them --- */

static struct merge_log *oldest(struct merge *m, bool *alive) {
  struct merge_log *found = NULL;
  *alive = false;
  for (size_t i = 0; i < m->count; i++) {
    struct merge_log *l = m->log[i];
    seek_line(m, l);
    *alive |= !l->over;
    if (l->line.n && (!found || l->stamp < found->stamp))
      found = l;
  }
  return found;
}

bool merge_next(struct merge *m, struct bytes *line) {
  struct merge_log *l;
  bool alive;
  while (!(l = oldest(m, &alive))) {
    if (!alive)
      return false;
    poll(NULL, 0, LOOK_AGAIN_MS);
  }
  *line = l->line;
  l->line.n = 0;
  return true;
}

void merge_free(struct merge *m) {
  for (size_t i = 0; i < m->count; i++) {
    struct merge_log *l = m->log[i];
    for (size_t k = l->at; k < l->files; k++)
      close(l->fd[k]);
    free(l->fd);
    stralloc_free(&l->newest);
    free(l);
  }
  free(m->log);
  m->log = NULL;
  m->count = 0;
}
