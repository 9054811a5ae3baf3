/* One message of a Maildir: opened, removed, marked as seen; found again where another program moved it. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/sa.h"
#include "maildir/read.h"

static void take_name(struct maildir_message *m, const char *name, bool cur) {
  char *copy = strdup(name);
  if (!copy)
    out_of_memory();
  free(m->moved);
  m->name = m->moved = copy;
  m->cur = cur;
}

static bool there(const struct maildir_box *b, const char *name) {
  return b->sub[1] >= 0 && !faccessat(b->sub[1], name, F_OK, AT_SYMLINK_NOFOLLOW);
}

/* Where we, or most others, would have put it: saves reading the directory. */
static bool guess(struct maildir_box *b, struct maildir_message *m) {
  static const char *const flags[] = {":2,S", ":2,"};
  char name[300];
  for (size_t i = 0; i < 2; i++)
    if (snprintf(name, sizeof name, "%.*s%s", (int)m->base.n, m->base.s, flags[i]) < (int)sizeof name && there(b, name)) {
      take_name(m, name, true);
      return true;
    }
  return false;
}

static bool search(struct maildir_box *b, struct maildir_message *m, int sub) {
  int fd = b->sub[sub] < 0 ? -1 : openat(b->sub[sub], ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *dir = fd < 0 ? NULL : fdopendir(fd);
  bool found = false;
  if (!dir)
    return false;
  for (struct dirent *d; !found && (d = readdir(dir));)
    if (bytes_eq(maildir_name_base(bytes_str(d->d_name)), m->base)) {
      take_name(m, d->d_name, sub == 1);
      found = true;
    }
  closedir(dir);
  return found;
}

static bool find_again(struct maildir_box *b, struct maildir_message *m) {
  return guess(b, m) || search(b, m, 1) || search(b, m, 0);
}

static int open_regular(int dir, const char *name, uint64_t *bytes) {
  struct stat st;
  int fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  if (fd < 0)
    return -1;
  if (!fstat(fd, &st) && S_ISREG(st.st_mode)) {
    *bytes = (uint64_t)st.st_size;
    return fd;
  }
  close(fd);
  errno = EINVAL;
  return -1;
}

int maildir_message_open(struct maildir_box *b, size_t i, uint64_t *bytes) {
  struct maildir_message *m = &b->m[i];
  int fd = open_regular(b->sub[m->cur], m->name, bytes);
  if (fd < 0 && errno == ENOENT) {
    if (find_again(b, m))
      return open_regular(b->sub[m->cur], m->name, bytes);
    errno = ENOENT;
  }
  return fd;
}

int maildir_message_remove(struct maildir_box *b, size_t i) {
  struct maildir_message *m = &b->m[i];
  if (!unlinkat(b->sub[m->cur], m->name, 0))
    return 0;
  if (errno != ENOENT)
    return -1;
  return find_again(b, m) && unlinkat(b->sub[m->cur], m->name, 0) && errno != ENOENT ? -1 : 0;
}

/* Names never change in cur/ here: flags there belong to the program that set them. */
int maildir_message_seen(struct maildir_box *b, size_t i) {
  struct maildir_message *m = &b->m[i];
  char name[300];
  if (m->cur)
    return 0;
  if (b->sub[1] < 0 || snprintf(name, sizeof name, "%.*s:2,S", (int)m->base.n, m->base.s) > 255)
    return 0;
  if (renameat(b->sub[0], m->name, b->sub[1], name))
    return errno == ENOENT ? 0 : -1;
  take_name(m, name, true);
  return 0;
}
