/* Reading a message's header and log, and appending to the log. */
#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "spool/spool.h"
#include "sys/fd.h"

enum { FIRST_READ = 4096, LOG_BYTES_MAX = 64 << 20 };

void spool_path(stralloc *path, const char *id) {
  path->len = 0;
  sa_catf(path, "spool/queue/%02u/%s", queue_id_shard(id), id);
}

static int read_at(int fd, stralloc *to, size_t n, off_t at) {
  to->len = 0;
  sa_need(to, n + 1);
  ssize_t k;
  do
    k = pread(fd, to->s, n, at);
  while (k < 0 && errno == EINTR);
  if (k < 0)
    return -1;
  to->len = (size_t)k;
  return 0;
}

/* More is read until the header is whole; what was read of the message and the log with it is kept in BUF. */
static int read_header(int fd, struct queue_message *m, stralloc *buf, const char **why) {
  for (size_t n = FIRST_READ;; n *= 4) {
    if (read_at(fd, buf, n, 0))
      return -1;
    int r = queue_read_header(m, bytes_sa(buf), why);
    if (r > 0)
      return 0;
    if (r == 0 && buf->len < n)
      *why = "the header does not end";
    if (r < 0 || buf->len < n)
      return -2;
    queue_message_free(m);
  }
}

static int fold_log(int fd, struct queue_message *m, stralloc *buf, const char **why) {
  struct stat st;
  uint64_t log = m->body + m->size;
  if (fstat(fd, &st))
    return -1;
  if (!S_ISREG(st.st_mode) || (uint64_t)st.st_size < log || (uint64_t)st.st_size - log > LOG_BYTES_MAX) {
    *why = !S_ISREG(st.st_mode) ? "it is no regular file" : (uint64_t)st.st_size < log ? "the message is shorter than its header says" : "the log is too long";
    return -2;
  }
  if (log <= buf->len && (uint64_t)st.st_size <= buf->len) {   /* a small file: all of it was read with the header */
    queue_fold(m, bytes_of(buf->s + log, (size_t)((uint64_t)st.st_size - log)));
    return 0;
  }
  if (read_at(fd, buf, (size_t)((uint64_t)st.st_size - log), (off_t)log))
    return -1;
  queue_fold(m, bytes_sa(buf));
  return 0;
}

int spool_read(int fd, struct queue_message *m, const char **why) {
  stralloc buf = {0};
  *m = (struct queue_message){0};
  int r = read_header(fd, m, &buf, why);
  if (!r)
    r = fold_log(fd, m, &buf, why);
  stralloc_free(&buf);
  return r;
}

int spool_append(int fd, const stralloc *records, bool sync) {
  ssize_t k;
  do
    k = write(fd, records->s, records->len);
  while (k < 0 && errno == EINTR);
  if (k >= 0 && (size_t)k != records->len)
    errno = ENOSPC;
  if (k < 0 || (size_t)k != records->len)
    return -1;
  return sync ? fdatasync(fd) : 0;
}
