#include "control/mark.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sys/clock.h"
#include "sys/report.h"

enum { MARK_PATH = 320, FULL_S = 3600 };

/* Opens PATH below run/DIRECTORY for writing; the directory is made where it is missing. */
static int open_mark(const char *directory, const char *path) {
  const int flags = O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
  int fd = open(path, flags, 0600);
  if (fd >= 0 || errno != ENOENT || (mkdir(directory, 0700) && errno != EEXIST))
    return fd;
  return open(path, flags, 0600);
}

/* --- POP before SMTP --- */

static void pop_path(char path[MARK_PATH], const struct ip *ip) {
  char slot[IP_SLOT];
  ip_slot(slot, ip);
  snprintf(path, MARK_PATH, "run/popmark/%s", slot);
}

void mark_pop_login(const struct ip *ip) {
  char path[MARK_PATH];
  pop_path(path, ip);
  int fd = open_mark("run/popmark", path);
  if (fd < 0 || futimens(fd, NULL))
    report_errno(RL302E_mark_not_written, "path=%s", path);
  if (fd >= 0)
    close(fd);
}

/* A mark from the future is no mark: the clock was set back, and nobody can say how old it is. */
int64_t mark_pop_age(const struct ip *ip) {
  char path[MARK_PATH];
  struct stat st;
  pop_path(path, ip);
  if (!lstat(path, &st) && S_ISREG(st.st_mode)) {
    int64_t age = clock_unix() - st.st_mtime;
    return age < 0 ? -1 : age;
  }
  if (errno != ENOENT)
    report_errno(RL301E_mark_unreadable, "path=%s", path);
  return -1;
}

void mark_pop_expire(int64_t older_than) {
  DIR *d = opendir("run/popmark");
  int64_t before = clock_unix() - older_than;
  struct stat st;
  for (struct dirent *e; d && (e = readdir(d));)
    if (!fstatat(dirfd(d), e->d_name, &st, AT_SYMLINK_NOFOLLOW) && S_ISREG(st.st_mode) && st.st_mtime < before)
      unlinkat(dirfd(d), e->d_name, 0);
  if (d)
    closedir(d);
  else if (errno != ENOENT)
    report_errno(RL301E_mark_unreadable, "path=run/popmark");
}

/* --- full mailboxes --- */

/* False where ADDR is no file name; no user has such an address (conf-check). */
static bool full_path(char path[MARK_PATH], const char *addr) {
  int n = snprintf(path, MARK_PATH, "run/full/%s", addr);
  errno = EINVAL;
  return n < MARK_PATH && strchr(addr, '@') && !strchr(addr, '/');
}

void mark_full_set(const char *addr) {
  char path[MARK_PATH];
  int fd = full_path(path, addr) ? open_mark("run/full", path) : -1;
  if (fd < 0 || futimens(fd, NULL))
    report_errno(LO301E_full_mark_failed, "path=%s", path);
  if (fd >= 0)
    close(fd);
}

void mark_full_clear(const char *addr) {
  char path[MARK_PATH];
  if (full_path(path, addr) && unlink(path) && errno != ENOENT)
    report_errno(LO301E_full_mark_failed, "path=%s", path);
}

/* Where it cannot be told the mailbox is taken not to be full: local-deliver looks again. */
bool mark_is_full(const char *addr) {
  char path[MARK_PATH];
  struct stat st;
  return full_path(path, addr) && !lstat(path, &st) && st.st_mtime > clock_unix() - FULL_S;
}

/* --- connections --- */

/* The expiry unlinks slots that nobody holds: a lock counts only on the file that has the name. */
static bool has_name(int fd, const char *path) {
  struct stat held, named;
  return !fstat(fd, &held) && !lstat(path, &named) && held.st_ino == named.st_ino && held.st_dev == named.st_dev;
}

/* The descriptor that holds the slot; -1 it is taken; -2 with errno. */
static int try_slot(const char *path) {
  for (int tries = 0; tries < 8; tries++) {
    int fd = open_mark("run/conn", path);
    if (fd < 0)
      return -2;
    bool locked = !flock(fd, LOCK_EX | LOCK_NB);
    int saved = errno;
    if (locked && has_name(fd, path))
      return fd;
    close(fd);
    errno = saved;
    if (!locked)
      return saved == EWOULDBLOCK ? -1 : -2;
  }
  errno = EAGAIN;
  return -2;
}

int mark_connection(const struct ip *ip, unsigned max) {
  char path[MARK_PATH], slot[IP_SLOT];
  ip_slot(slot, ip);
  for (unsigned i = 0; i < max; i++) {
    snprintf(path, sizeof path, "run/conn/%s.%u", slot, i);
    int fd = try_slot(path);
    if (fd == -2)
      report_errno(RL303W_connection_slot_unknown, "path=%s", path);
    if (fd != -1)
      return fd;
  }
  return -1;
}

void mark_connection_expire(void) {
  DIR *d = opendir("run/conn");
  for (struct dirent *e; d && (e = readdir(d));) {
    int fd = openat(dirfd(d), e->d_name, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
      continue;
    if (!flock(fd, LOCK_EX | LOCK_NB))
      unlinkat(dirfd(d), e->d_name, 0);
    close(fd);
  }
  if (d)
    closedir(d);
}
