#include "control/mark.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
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

enum { SLOTS_MAX = 1023 };

static uint64_t mix(uint64_t x) {
  x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
  x = (x ^ x >> 27) * 0x94d049bb133111eb;
  return x ^ x >> 31;
}

/* The first byte of an address's slots: IPv4 addresses have theirs to themselves, IPv6 networks 2^52 places. */
static off_t place_of(const struct ip *ip) {
  uint64_t n = 0;
  for (int i = 0; i < (ip->v6 ? 8 : 4); i++)
    n = n << 8 | ip->a[i];
  return (off_t)(ip->v6 ? mix(n) >> 12 : UINT64_C(1) << 52 | n) * (SLOTS_MAX + 1);
}

int mark_connection(const char *service, const struct ip *ip, unsigned max) {
  char path[MARK_PATH];
  snprintf(path, sizeof path, "run/conn/%s", service);
  int fd = open_mark("run/conn", path);
  for (unsigned i = 0; fd >= 0 && i < max && i < SLOTS_MAX; i++) {
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = place_of(ip) + i, .l_len = 1};
    if (!fcntl(fd, F_OFD_SETLK, &lock))
      return fd;
    if (errno == EAGAIN || errno == EACCES)
      continue;
    close(fd);
    fd = -1;
  }
  if (fd < 0) {
    report_errno(RL303W_connection_slot_unknown, "path=%s", path);
    return -2;
  }
  close(fd);
  return -1;
}
