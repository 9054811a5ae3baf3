/* Putting a message into the spool.  The steps and what a crash leaves after each: doc/queue.md, "Accepting". */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "spool/spool.h"
#include "sys/clock.h"
#include "sys/fd.h"
#include "sys/random.h"

/* A message is written in spool/tmp and then linked into spool/incoming: whoever may open files for writing in the one
 * (O_TMPFILE asks for that right) needs none in the other but to add names, so it reaches nothing that is there. */
static const char incoming[] = "spool/incoming", unfinished[] = "spool/tmp";

enum { PATH_ROOM = sizeof incoming + QUEUE_ID_MAX + 8 };

static int directory = -1;   /* spool/incoming, to sync it */
static mode_t mode = 0600;

/* Where spool/tmp is set-gid, what is written there is queue-run's group's as well: it has another user than receivers. */
static void choose_mode(void) {
  struct stat st;
  if (stat(unfinished, &st) || !(st.st_mode & S_ISGID))
    return;
  mode = 0660;
  umask(007);
}

/* What another program opened for us, who may not (a drop-box can be read by its owner only). */
static int inherited_directory(void) {
  const char *text = getenv(SPOOL_DIRECTORY_VARIABLE);
  struct stat there, named;
  int fd = text ? atoi(text) : -1;
  if (fd <= 2 || fstat(fd, &there) || stat(incoming, &named) || there.st_ino != named.st_ino || there.st_dev != named.st_dev)
    return -1;
  fcntl(fd, F_SETFD, FD_CLOEXEC);
  return fd;
}

int spool_prepare(void) {
  if (directory >= 0)
    return 0;
  choose_mode();
  directory = inherited_directory();
  if (directory < 0)
    directory = open(incoming, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  return directory < 0 ? -1 : 0;
}

int spool_share_directory(void) {
  char number[12];
  int fd = open(incoming, O_RDONLY | O_DIRECTORY);
  snprintf(number, sizeof number, "%d", fd);
  return fd < 0 || setenv(SPOOL_DIRECTORY_VARIABLE, number, 1) ? -1 : 0;
}

static bool room_left(uint64_t free_min) {
  struct statvfs v;
  if (statvfs(incoming, &v))
    return false;
  if ((uint64_t)v.f_bavail * v.f_frsize >= free_min && (v.f_files == 0 || v.f_favail > 100))
    return true;
  errno = ENOSPC;
  return false;
}

static int open_nameless(void) {
  const int flags = O_TMPFILE | O_WRONLY | O_CLOEXEC;
  int fd = open(unfinished, flags, mode);
  if (fd >= 0 || errno != ENOENT || mkdir(unfinished, 0700))
    return fd;
  return open(unfinished, flags, mode);
}

/* On a file system without O_TMPFILE it has a name there. */
static int open_unfinished(struct spool_new *s) {
  char path[PATH_ROOM];
  s->named = false;
  int fd = open_nameless();
  if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL))
    return fd;
  s->named = true;
  snprintf(path, sizeof path, "%s/.%s", unfinished, s->id);
  return open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
}

int spool_begin(struct spool_new *s, struct queue_message *m, uint64_t free_min) {
  stralloc header = {0};
  s->fd = -1;
  s->size = s->pending = 0;
  s->failed = false;
  s->eightbit = m->eightbit;
  if (!room_left(free_min) || spool_prepare())
    return -1;
  m->received = clock_unix();
  if (!*m->id)
    queue_id_make(m->id, m->received, random_u64());
  memcpy(s->id, m->id, sizeof s->id);
  if ((s->fd = open_unfinished(s)) < 0)
    return -1;
  queue_write_header(&header, m, &s->size_at);
  int result = spool_write(s, bytes_sa(&header));
  s->size = 0;
  stralloc_free(&header);
  return result;
}

static int flush(struct spool_new *s) {
  if (fd_write_all(s->fd, s->buf, s->pending))
    s->failed = true;
  s->pending = 0;
  return s->failed ? -1 : 0;
}

int spool_write(struct spool_new *s, struct bytes b) {
  s->size += b.n;
  while (b.n && !s->failed) {
    size_t k = sizeof s->buf - s->pending < b.n ? sizeof s->buf - s->pending : b.n;
    memcpy(s->buf + s->pending, b.s, k);
    s->pending += k;
    b = bytes_of(b.s + k, b.n - k);
    if (s->pending == sizeof s->buf && flush(s))
      return -1;
  }
  return s->failed ? -1 : 0;
}

static void close_file(struct spool_new *s) {
  int saved = errno;
  if (s->fd >= 0)
    close(s->fd);
  s->fd = -1;
  errno = saved;
}

void spool_abandon(struct spool_new *s) {
  char path[PATH_ROOM];
  snprintf(path, sizeof path, "%s/.%s", unfinished, s->id);
  if (s->fd >= 0 && s->named)
    unlink(path);
  close_file(s);
}

static int give_name(struct spool_new *s) {
  char from[PATH_ROOM], to[PATH_ROOM];
  snprintf(to, sizeof to, "%s/%s", incoming, s->id);
  if (s->named)
    snprintf(from, sizeof from, "%s/.%s", unfinished, s->id);
  else
    snprintf(from, sizeof from, "/proc/self/fd/%d", s->fd);
  if (linkat(AT_FDCWD, from, AT_FDCWD, to, s->named ? 0 : AT_SYMLINK_FOLLOW))
    return -1;
  if (s->named)
    unlink(from);
  if (!fsync(directory))
    return 0;
  int saved = errno;   /* it may be durable and may be not: nothing was promised, so take it back, if we may */
  unlink(to);
  errno = saved;
  return -1;
}

/* SIZE and BODY replace what the header has: in the buffer, where all of the message still is in it. */
static int write_size(struct spool_new *s, bool in_buffer) {
  char text[QUEUE_SIZE_TEXT];
  queue_size_text(text, s->size, s->eightbit);
  if (!in_buffer)
    return pwrite(s->fd, text, sizeof text, (off_t)s->size_at) == (ssize_t)sizeof text ? 0 : -1;
  memcpy(s->buf + s->size_at, text, sizeof text);
  return 0;
}

int spool_commit(struct spool_new *s) {
  off_t written = s->failed ? -1 : lseek(s->fd, 0, SEEK_CUR);
  bool in_buffer = written == 0;
  if (written < 0 || (in_buffer && write_size(s, true)) || flush(s) || (!in_buffer && write_size(s, false)) || fsync(s->fd) || give_name(s)) {
    int saved = errno;
    spool_abandon(s);
    errno = saved;
    return -1;
  }
  close_file(s);
  spool_trigger();
  return 0;
}

void spool_trigger(void) {
  static int fifo = -1;
  int saved = errno;
  if (fifo < 0)
    fifo = open("run/trigger", O_WRONLY | O_NONBLOCK | O_CLOEXEC);
  if (fifo >= 0 && write(fifo, "", 1) < 0 && errno == EPIPE) {   /* queue-run was restarted with a new FIFO, or is gone */
    close(fifo);
    fifo = -1;
  }
  errno = saved;
}
