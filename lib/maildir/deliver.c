#include "maildir/deliver.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "sys/fd.h"

static const char staging_name[] = "wiz98.tmp";

static int at_fault(struct delivery *d, const char *fault) {
  d->fault = fault;
  return -1;
}

static void close_one(int *fd) {
  int saved = errno;
  if (*fd >= 0)
    close(*fd);
  *fd = -1;
  errno = saved;
}

void deliver_init(struct delivery *d, const char *box) { *d = (struct delivery){.box = box, .staging = -1, .inbox = -1, .file = -1}; }

void deliver_free(struct delivery *d) {
  close_one(&d->staging);
  close_one(&d->inbox);
  close_one(&d->file);
  stralloc_free(&d->name);
}

int deliver_source_open(struct deliver_source *src, int fd, uint64_t body, uint64_t size) {
  src->fd = fd;
  src->body = body;
  src->size = size;
  src->head_size = size < DELIVER_BLOCK ? (size_t)size : DELIVER_BLOCK;
  header_scan_init(&src->header);
  if (fd_pread_all(fd, src->head, src->head_size, (off_t)body))
    return -1;
  const char *end = memmem(src->head, src->head_size, "\n\n", 2);
  header_scan_feed(&src->header, bytes_of(src->head, end ? (size_t)(end + 2 - src->head) : src->head_size));
  return 0;
}

void deliver_source_close(struct deliver_source *src) { header_scan_free(&src->header); }

/* --- the mailbox --- */

static int make_directory(const char *path) { return mkdir(path, 0700) && errno != EEXIST ? -1 : 0; }

/* Each folder above the mailbox is made and synced, as nothing else will do it. */
static int make_parents(const char *box) {
  stralloc path = {0};
  int result = 0;
  for (const char *slash = strchr(box, '/'); slash && !result; slash = strchr(slash + 1, '/')) {
    sa_copyb(&path, box, (size_t)(slash - box));
    result = make_directory(sa_cstr(&path)) || fd_sync_directory(path.s);
  }
  stralloc_free(&path);
  return result ? -1 : 0;
}

static int make_box(const char *box) {
  static const char *const folder[] = {"cur", "new", "tmp", "wiz98.tmp"};
  stralloc path = {0};
  const char *slash = strrchr(box, '/');
  int result = make_parents(box) || make_directory(box);
  for (size_t i = 0; i < sizeof folder / sizeof *folder && !result; i++) {
    path.len = 0;
    sa_catf(&path, "%s/%s", box, folder[i]);
    result = make_directory(sa_cstr(&path));
  }
  sa_copyb(&path, box, slash ? (size_t)(slash - box) : 0);
  result = result || fd_sync_directory(box) || (slash && fd_sync_directory(sa_cstr(&path)));
  stralloc_free(&path);
  return result ? -1 : 0;
}

static int open_folder(const struct delivery *d, const char *name) {
  char path[1024];
  if (snprintf(path, sizeof path, "%s/%s", d->box, name) >= (int)sizeof path) {
    errno = ENAMETOOLONG;
    return -1;
  }
  return open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static int open_both(struct delivery *d) {
  if (d->staging < 0 && (d->staging = open_folder(d, staging_name)) < 0)
    return at_fault(d, staging_name);
  if (d->inbox < 0 && (d->inbox = open_folder(d, "new")) < 0)
    return at_fault(d, "new");
  return 0;
}

int deliver_open(struct delivery *d) {
  if (!open_both(d))
    return 0;
  if (errno != ENOENT)
    return -1;
  return make_box(d->box) ? at_fault(d, "") : open_both(d);
}

/* --- staging --- */

static uint64_t count_lines(const char *s, size_t n) {
  uint64_t lines = 0;
  for (size_t i = 0; i < n; i++)
    lines += s[i] == '\n';
  return lines;
}

static int write_pair(int fd, const stralloc *prefix, const char *s, size_t n) {
  struct iovec part[2] = {{prefix->s, prefix->len}, {(char *)(uintptr_t)s, n}};
  ssize_t k;
  do
    k = writev(fd, part, 2);
  while (k < 0 && errno == EINTR);
  if (k < 0)
    return -1;
  size_t done = (size_t)k;
  if (done < prefix->len && fd_write_all(fd, prefix->s + done, prefix->len - done))
    return -1;
  size_t skip = done > prefix->len ? done - prefix->len : 0;
  return fd_write_all(fd, s + skip, n - skip);
}

/* The message behind its first block. */
static int copy_rest(struct delivery *d, const struct deliver_source *src) {
  char block[DELIVER_BLOCK];
  for (uint64_t at = src->head_size; at < src->size;) {
    size_t n = src->size - at < sizeof block ? (size_t)(src->size - at) : sizeof block;
    if (fd_pread_all(src->fd, block, n, (off_t)(src->body + at)))
      return at_fault(d, NULL);
    if (fd_write_all(d->file, block, n))
      return at_fault(d, staging_name);
    d->lines += count_lines(block, n);
    at += n;
  }
  return 0;
}

static int fill(struct delivery *d, const struct deliver_source *src, const stralloc *prefix) {
  d->size = prefix->len + src->size;
  d->lines = count_lines(prefix->s, prefix->len) + count_lines(src->head, src->head_size);
  if (write_pair(d->file, prefix, src->head, src->head_size))
    return at_fault(d, staging_name);
  return copy_rest(d, src);
}

int deliver_stage(struct delivery *d, const struct deliver_source *src, const stralloc *prefix) {
  d->file = openat(d->staging, d->staged, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  return d->file < 0 ? at_fault(d, staging_name) : fill(d, src, prefix);
}

int deliver_stage_nameless(struct delivery *d, const struct deliver_source *src, const stralloc *prefix) {
  d->file = openat(d->staging, ".", O_WRONLY | O_TMPFILE | O_CLOEXEC, 0600);
  return d->file < 0 ? at_fault(d, staging_name) : fill(d, src, prefix);
}

int deliver_settle(struct delivery *d) {
  if (fsync(d->file))
    return at_fault(d, staging_name);
  if (!*d->staged)
    return 0;
  close_one(&d->file);
  return fsync(d->staging) ? at_fault(d, staging_name) : 0;
}

int deliver_discard(struct delivery *d) {
  close_one(&d->file);
  return *d->staged && unlinkat(d->staging, d->staged, 0) && errno != ENOENT ? at_fault(d, staging_name) : 0;
}

static int measure(struct delivery *d, int fd) {
  char block[DELIVER_BLOCK];
  ssize_t n;
  d->size = d->lines = 0;
  while ((n = read(fd, block, sizeof block)) > 0) {
    d->size += (uint64_t)n;
    d->lines += count_lines(block, (size_t)n);
  }
  return n < 0 ? at_fault(d, staging_name) : 1;
}

int deliver_find(struct delivery *d) {
  int fd = openat(d->staging, d->staged, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0)
    return errno == ENOENT ? 0 : at_fault(d, staging_name);
  int result = measure(d, fd);
  close_one(&fd);
  return result;
}

/* --- into new/ --- */

/* What a Maildir name may not hold in its host part becomes '_'. */
static void add_host(stralloc *name, struct bytes host) {
  for (size_t i = 0; i < host.n; i++)
    sa_catc(name, strchr("/:,", host.s[i]) || (unsigned char)host.s[i] <= ' ' ? '_' : host.s[i]);
}

static int give_name(struct delivery *d) {
  char self[32];
  if (*d->staged)
    return renameat(d->staging, d->staged, d->inbox, d->name.s);
  snprintf(self, sizeof self, "/proc/self/fd/%d", d->file);
  return linkat(AT_FDCWD, self, d->inbox, d->name.s, AT_SYMLINK_FOLLOW);
}

int deliver_publish(struct delivery *d, int64_t now, const char *unique, struct bytes host) {
  d->name.len = 0;
  sa_catf(&d->name, "%lld.q%s.", (long long)now, unique);
  add_host(&d->name, host);
  sa_catf(&d->name, ",S=%llu,W=%llu", (unsigned long long)d->size, (unsigned long long)(d->size + d->lines));
  sa_cstr(&d->name);
  return give_name(d) ? at_fault(d, "new") : 0;
}

int deliver_sync(struct delivery *d) { return fsync(d->inbox) ? at_fault(d, "new") : 0; }
