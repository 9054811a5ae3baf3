#include "control/owner.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sys/report.h"

/* --- the table --- */

/* A star stands for anything but a slash. */
static bool fits(const char *pattern, const char *path) {
  for (; *pattern && *pattern != '*'; pattern++, path++)
    if (*pattern != *path)
      return false;
  if (!*pattern)
    return !*path;
  for (;; path++) {
    if (fits(pattern + 1, path))
      return true;
    if (!*path || *path == '/')
      return false;
  }
}

const struct owner *owner_of(const char *path) {
  static const struct owner mail = {"mail/", 'd', ROLE_MAIL, ROLE_MAIL, 0700, 0700};
  for (size_t i = 0; i < owners_count; i++)
    if (fits(owners[i].path, path))
      return &owners[i];
  return strncmp(path, "mail/", 5) ? NULL : &mail;
}

/* --- opening what may lie in a role's directory --- */

static int close_keeping_errno(int fd, int result) {
  int saved = errno;
  close(fd);
  errno = saved;
  return result;
}

/* The next component of a path; links are root's word only where root alone could have made them. */
static int step(int at, const char *name, int flags) {
  struct stat st;
  bool trusted = !fstat(at, &st) && !st.st_uid && !(st.st_mode & 022);
  return openat(at, name, O_RDONLY | O_NONBLOCK | O_CLOEXEC | flags | (trusted ? 0 : O_NOFOLLOW));
}

/* The directory that PATH is in; *LAST is the name in it. */
static int open_parent(const char *path, const char **last) {
  char name[NAME_MAX + 1];
  int at = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  for (const char *slash; at >= 0 && (slash = strchr(path, '/')); path = slash + 1) {
    snprintf(name, sizeof name, "%.*s", (int)(slash - path), path);
    at = close_keeping_errno(at, step(at, name, O_DIRECTORY));
  }
  *last = path;
  return at;
}

/* --- applying a row --- */

static unsigned mode_of(const struct owner *o, bool roles) {
  if (geteuid())
    return o->alone;
  bool drop_box = o->mode & 01000;
  return roles || o->group == ROLE_ROOT || drop_box ? o->mode : o->mode & ~02070u;
}

static bool give(int fd, const struct owner *o, bool roles) {
  struct stat st;
  unsigned mode = mode_of(o, roles);
  uid_t uid = role_uid(o->user);
  gid_t gid = role_gid(o->group);
  if (fstat(fd, &st))
    return false;
  bool other = roles && (st.st_uid != uid || st.st_gid != gid);
  if (other && fchown(fd, uid, gid))
    return false;
  return !mode || (!other && (st.st_mode & 07777) == mode) || !fchmod(fd, mode);
}

static bool is_kind(int fd, char kind) {
  struct stat st;
  if (fstat(fd, &st))
    return false;
  return kind == 'd' ? S_ISDIR(st.st_mode) : kind == 'f' ? S_ISREG(st.st_mode) : kind == 'p' && S_ISFIFO(st.st_mode);
}

/* What a star stands for may be a link of the operator's to a file elsewhere, which is not ours to change. */
static bool apply(const struct owner *o, const char *path, bool roles) {
  const char *name;
  int at = open_parent(path, &name);
  bool listed = strchr(o->path, '*');
  int fd = at < 0 ? -1 : close_keeping_errno(at, step(at, name, listed ? O_NOFOLLOW : 0));
  if (fd < 0 && listed && errno == ELOOP)
    return true;
  bool done = fd >= 0 && (!is_kind(fd, o->kind) || give(fd, o, roles));
  if (fd >= 0)
    close_keeping_errno(fd, 0);
  return done;
}

bool owner_apply(const char *path) {
  const struct owner *o = owner_of(path);
  return !o || apply(o, path, role_in_force());
}

/* --- all of them --- */

/* 1: made; 0: it was there; -1 with errno. */
static int make_one(int at, const char *name, char kind) {
  int made;
  if (kind == 'd')
    made = mkdirat(at, name, 0700);
  else if (kind == 'p')
    made = mkfifoat(at, name, 0600);
  else if ((made = openat(at, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)) >= 0)
    made = close(made);
  return !made ? 1 : errno == EEXIST ? 0 : -1;
}

static int make(const char *path, char kind) {
  const char *name;
  int at = open_parent(path, &name);
  return at < 0 ? -1 : close_keeping_errno(at, make_one(at, name, kind));
}

/* Everything below the directory FD (which is closed) becomes O's; the new mode of files in a drop-box is what its
 * writers give them. */
static bool adopt(int fd, const struct owner *o) {
  DIR *d = fdopendir(fd);
  bool done = d != NULL;
  if (!d)
    close_keeping_errno(fd, 0);
  for (struct dirent *e; done && (e = readdir(d));) {
    struct stat st;
    if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, ".."))
      continue;
    done = !fstatat(dirfd(d), e->d_name, &st, AT_SYMLINK_NOFOLLOW);
    if (done && S_ISDIR(st.st_mode)) {
      int below = openat(dirfd(d), e->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
      done = below >= 0 && adopt(below, o);
    }
    done = done && !fchownat(dirfd(d), e->d_name, role_uid(o->user), role_gid(o->group), AT_SYMLINK_NOFOLLOW);
  }
  if (d) {
    int saved = errno;
    closedir(d);
    errno = saved;
  }
  return done;
}

static bool adopt_contents(const struct owner *o, const char *path) {
  const char *name;
  int at = open_parent(path, &name);
  int fd = at < 0 ? -1 : close_keeping_errno(at, step(at, name, O_DIRECTORY));
  struct stat st;
  if (fd < 0 || fstat(fd, &st))
    return false;
  if (st.st_uid == role_uid(o->user)) {
    close(fd);
    return true;
  }
  return adopt(fd, o);
}

static bool failed(const char *path) {
  report_errno(SY102E_file_failed, "action=own path=%s", path);
  return false;
}

static bool one(const struct owner *o, const char *path, bool roles, bool adopting) {
  if (adopting && o->kind == 'd' && o->user != ROLE_ROOT && !adopt_contents(o, path))
    return failed(path);
  return apply(o, path, roles) || errno == ENOENT || failed(path);
}

/* Each name that the star of the path's last component stands for; stars in between do so one after the other. */
static bool each(const struct owner *o, const char *pattern, bool roles, bool adopting) {
  const char *star = strchr(pattern, '*'), *slash = star, *end;
  if (!star)
    return one(o, pattern, roles, adopting);
  while (slash > pattern && slash[-1] != '/')
    slash--;
  end = star + strcspn(star, "/");
  char directory[256], part[256], path[1024];
  snprintf(directory, sizeof directory, "%.*s.", (int)(slash - pattern), pattern);
  snprintf(part, sizeof part, "%.*s", (int)(end - slash), slash);
  DIR *d = opendir(directory);
  bool done = true;
  for (struct dirent *e; done && d && (e = readdir(d));) {
    if (e->d_name[0] == '.' || !fits(part, e->d_name))
      continue;
    snprintf(path, sizeof path, "%.*s%s%s", (int)(slash - pattern), pattern, e->d_name, end);
    done = each(o, path, roles, adopting);
  }
  if (d)
    closedir(d);
  return done;
}

bool owner_apply_all(bool fresh) {
  enum role_state state = role_state(NULL);
  bool adopting = state == ROLE_NOT_ADOPTED, roles = adopting || state == ROLE_IN_FORCE;
  for (size_t i = 0; i < owners_count; i++) {
    const struct owner *o = &owners[i];
    int made = o->kind == 's' || strchr(o->path, '*') ? 0 : make(o->path, o->kind);
    if (made < 0)
      return failed(o->path);
    if (o->kind != 's' && (made || fresh || state != ROLE_ORDINARY) && !each(o, o->path, roles, adopting))
      return false;
  }
  return true;
}
