#include "control/sent.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sys/clock.h"
#include "sys/fd.h"
#include "sys/report.h"

#define FOLDER "state/sent"

enum { HOUR_S = 3600, KEPT_S = 86400, LINE_MAX_SENT = 64, PATH_MAX_SENT = 300 };

struct account {
  int fd;
  char path[PATH_MAX_SENT];
  int64_t start;
  struct sent sent;
  unsigned told;
};

void sent_expire(void) {
  DIR *d = opendir(FOLDER);
  int64_t before = clock_unix() - KEPT_S;
  struct stat st;
  for (struct dirent *e; d && (e = readdir(d));)
    if (!fstatat(dirfd(d), e->d_name, &st, AT_SYMLINK_NOFOLLOW) && S_ISREG(st.st_mode) && st.st_mtime < before)
      unlinkat(dirfd(d), e->d_name, 0);
  if (d)
    closedir(d);
}

static int open_or_make(const char *path) {
  const int flags = O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
  int fd = open(path, flags);
  if (fd >= 0 || errno != ENOENT)
    return fd;
  fd = open(path, flags | O_CREAT, 0600);
  if (fd >= 0 || errno != ENOENT)
    return fd;
  mkdir("state", 0700);                /* who may not do so will not have to: sandbox_enter has */
  mkdir(FOLDER, 0700);
  return open(path, flags | O_CREAT, 0600);
}

/* No user has an address with a slash (conf-check); it would be no file name. */
static bool make_path(struct account *a, struct bytes user) {
  int n = snprintf(a->path, sizeof a->path, FOLDER "/%.*s", (int)user.n, user.s);
  errno = EINVAL;
  return n < PATH_MAX_SENT && user.n && memchr(user.s, '@', user.n) && !memchr(user.s, '/', user.n);
}

/* A line that is none, or an hour that is over or yet to come: nothing was sent. */
static void read_line(struct account *a) {
  char line[LINE_MAX_SENT + 1] = "";
  long long start;
  int64_t now = clock_unix();
  ssize_t n = pread(a->fd, line, LINE_MAX_SENT, 0);
  bool good = n > 0 && sscanf(line, "%lld %u %u %u\n", &start, &a->sent.messages, &a->sent.recipients, &a->told) == 4;
  if (good && start <= now && now - start < HOUR_S) {
    a->start = start;
    return;
  }
  a->start = now;
  a->sent = (struct sent){0};
  a->told = 0;
}

static bool begin(struct account *a, struct bytes user) {
  a->fd = -1;
  a->sent = (struct sent){0};
  if (make_path(a, user))
    a->fd = open_or_make(a->path);
  if (a->fd < 0 || flock(a->fd, LOCK_EX)) {
    report_errno(SM331W_sent_unknown, "path=%s", a->path);
    if (a->fd >= 0)
      close(a->fd);
    return false;
  }
  read_line(a);
  return true;
}

/* Numbers of a fixed width: one write replaces the line, whatever stood there. */
static void end(struct account *a, bool changed) {
  char line[LINE_MAX_SENT + 1];
  int n = snprintf(line, sizeof line, "%020lld %010u %010u %u\n", (long long)a->start, a->sent.messages, a->sent.recipients, a->told);
  if (changed && pwrite(a->fd, line, (size_t)n, 0) != n)
    report_errno(SM331W_sent_unknown, "path=%s", a->path);
  close(a->fd);
}

void sent_read(struct sent *s, struct bytes user) {
  struct account a;
  *s = (struct sent){0};
  if (!begin(&a, user))
    return;
  *s = a.sent;
  end(&a, false);
}

static bool beyond(unsigned have, unsigned more, unsigned max) { return max && (more > max || have > max - more); }

enum sent_result sent_take(struct sent *s, struct bytes user, unsigned recipients, const struct sent *max) {
  struct account a;
  enum sent_result result = SENT_WITHIN;
  if (!begin(&a, user))
    return SENT_WITHIN;
  if (beyond(a.sent.messages, 1, max->messages))
    result = SENT_MESSAGES;
  else if (beyond(a.sent.recipients, recipients, max->recipients))
    result = SENT_RECIPIENTS;
  else {
    a.sent.messages++;
    a.sent.recipients += recipients;
  }
  *s = a.sent;
  end(&a, result == SENT_WITHIN);
  return result;
}

bool sent_tell(struct bytes user, enum sent_told what) {
  struct account a;
  if (!begin(&a, user))
    return false;
  bool first = !(a.told & what);
  a.told |= what;
  end(&a, first);
  return first;
}
