#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "crashes/crashes.h"
#include "io/lines.h"
#include "io/logs.h"
#include "log/view.h"
#include "sys/crash.h"
#include "sys/report.h"

enum { COUNT_MAX = 10000, LINE_MAX_ = 8192 };

static void name(struct crash *c) {
  struct log_reader r;
  struct bytes key, raw, pid = {"0", 1};
  struct tm tm;
  time_t t = (time_t)c->time;
  if (log_read(&r, bytes_sa(&c->line)))
    while (log_next(&r, &key, &raw))
      if (bytes_eq(key, bytes_str("pid")))
        pid = raw;
  size_t n = strftime(c->id, sizeof c->id, "%Y%m%dT%H%M%SZ-", gmtime_r(&t, &tm) ? &tm : &(struct tm){0});
  snprintf(c->id + n, sizeof c->id - n, "%.*s", pid.n < 12 ? (int)pid.n : 12, pid.s);
}

static void add(struct bytes line, void *data) {
  struct crashes *all = data;
  struct crash c = {0};
  struct log_reader r;
  if (line.n && line.s[line.n - 1] == '\n')
    line.n--;
  log_stamp(&line, &c.time, &c.nanoseconds);
  if (all->count == COUNT_MAX || line.n > LINE_MAX_ || !log_read(&r, line) || !bytes_eq(r.id, bytes_str("CR101E")))
    return;
  all->crash = realloc(all->crash, (all->count + 1) * sizeof c);
  if (!all->crash)
    out_of_memory();
  sa_catb(&c.line, line.s, line.n);
  name(&c);
  all->crash[all->count++] = c;
}

static void nothing(void *data) { (void)data; }

static void read_file(int fd, const char *path, void *data) {
  bool missing = fd < 0 && errno == ENOENT;
  if (!missing && (fd < 0 || lines_each(fd, add, nothing, data)))
    report_errno(SY102E_file_failed, "action=read path=%s", path);
  if (fd >= 0)
    close(fd);
}

static int by_time(const void *a, const void *b) {
  const struct crash *x = a, *y = b;
  if (x->time != y->time)
    return x->time < y->time ? -1 : 1;
  return x->nanoseconds < y->nanoseconds ? -1 : x->nanoseconds > y->nanoseconds;
}

void crashes_read(struct crashes *c) {
  *c = (struct crashes){0};
  logs_open("crash", read_file, c);
  logs_open(CRASH_DIRECT, read_file, c);
  if (c->count)
    qsort(c->crash, c->count, sizeof *c->crash, by_time);
}

void crashes_free(struct crashes *c) {
  for (size_t i = 0; i < c->count; i++)
    stralloc_free(&c->crash[i].line);
  free(c->crash);
}

const struct crash *crashes_find(const struct crashes *c, const char *id) {
  if (c->count && !strcmp(id, "last"))
    return &c->crash[c->count - 1];
  for (size_t i = 0; i < c->count; i++)
    if (!strcmp(c->crash[i].id, id))
      return &c->crash[i];
  return NULL;
}
