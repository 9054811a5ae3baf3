#include "control/count.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "guess/guess.h"
#include "sys/clock.h"
#include "sys/fd.h"
#include "sys/report.h"

enum { PATH = 64, TEXT_MAX = 1024 };

static const char *const directory[COUNT_KINDS] = {"run/guess/address", "run/guess/account", "run/guess/known"};
static unsigned files[COUNT_KINDS];         /* as far as this process knows */

static void path_of(char path[PATH], enum count_kind kind, const char *name) { snprintf(path, PATH, "%s/%s", directory[kind], name); }

static bool failed(const char *action, const char *path) {
  report_errno(AU218E_counts_failed, "action=%s path=%s", action, path);
  return false;
}

int64_t count_read(enum count_kind kind, const char *name) {
  char path[PATH];
  struct stat st;
  path_of(path, kind, name);
  if (!lstat(path, &st))
    return S_ISREG(st.st_mode) && st.st_mtime > clock_unix() ? st.st_mtime : 0;
  if (errno != ENOENT)
    failed("stat", path);
  return 0;
}

static bool make(enum count_kind kind, const char *path, struct bytes text, const struct timespec times[2]) {
  const int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
  if (files[kind] >= COUNT_FILES_MAX)
    return false;
  int fd = open(path, flags, 0600);
  if (fd < 0 && errno == ENOENT) {
    mkdir("run/guess", 0700);
    mkdir(directory[kind], 0700);
    fd = open(path, flags, 0600);
  }
  if (fd < 0)
    return failed("open", path);
  files[kind]++;
  bool done = (!text.n || !fd_write_all(fd, text.s, text.n)) && !futimens(fd, times);
  if (!done)
    failed("write", path);
  close(fd);
  return done;
}

bool count_write(enum count_kind kind, const char *name, int64_t until, struct bytes text) {
  char path[PATH];
  struct timespec times[2] = {{.tv_sec = until}, {.tv_sec = until}};
  path_of(path, kind, name);
  if (!until)
    return !unlink(path) || errno == ENOENT || failed("unlink", path);
  if (!utimensat(AT_FDCWD, path, times, AT_SYMLINK_NOFOLLOW))
    return true;
  return errno == ENOENT ? make(kind, path, text, times) : failed("utimensat", path);
}

void count_account_name(char name[COUNT_NAME], struct bytes account) {
  static const uint64_t key[2] = {0, 0};
  snprintf(name, COUNT_NAME, "%016llx", (unsigned long long)guess_hash(key, account, bytes_of(NULL, 0)));
}

/* --- all of a kind --- */

typedef bool visitor(int dir, const char *name, const struct stat *st, void *data);   /* true: it is still there */

static bool visit(enum count_kind kind, visitor *v, void *data) {
  DIR *d = opendir(directory[kind]);
  struct stat st;
  unsigned left = 0;
  if (!d)
    return errno == ENOENT || failed("opendir", directory[kind]);
  for (struct dirent *e; (e = readdir(d));)
    if (e->d_name[0] != '.' && !fstatat(dirfd(d), e->d_name, &st, AT_SYMLINK_NOFOLLOW))
      left += v(dirfd(d), e->d_name, &st, data);
  closedir(d);
  files[kind] = left;
  return true;
}

static bool remove_old(int dir, const char *name, const struct stat *st, void *now) {
  return st->st_mtime > *(int64_t *)now || unlinkat(dir, name, 0);
}

void count_expire(void) {
  int64_t now = clock_unix();
  for (int kind = 0; kind < COUNT_KINDS; kind++)
    visit((enum count_kind)kind, remove_old, &now);
}

struct telling {
  void (*each)(const char *name, struct bytes text, int64_t until, void *data);
  void *data;
  int64_t now;
};

static bool tell(int dir, const char *name, const struct stat *st, void *data) {
  const struct telling *t = data;
  char text[TEXT_MAX];
  int fd = S_ISREG(st->st_mode) && st->st_mtime > t->now ? openat(dir, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC) : -1;
  if (fd < 0)
    return true;
  ssize_t n = read(fd, text, sizeof text);
  close(fd);
  t->each(name, bytes_of(text, n > 0 ? (size_t)n : 0), st->st_mtime, t->data);
  return true;
}

bool count_each(enum count_kind kind, void (*each)(const char *name, struct bytes text, int64_t until, void *data), void *data) {
  return visit(kind, tell, &(struct telling){each, data, clock_unix()});
}

static bool remove_any(int dir, const char *name, const struct stat *st, void *count) {
  (void)st;
  *(unsigned *)count += !unlinkat(dir, name, 0);
  return false;
}

unsigned count_clear_all(void) {
  unsigned count = 0;
  visit(COUNT_ADDRESS, remove_any, &count);
  visit(COUNT_ACCOUNT, remove_any, &count);
  return count;
}
