#include "maildir/quota.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/sa.h"
#include "sys/clock.h"

enum { FRESH_MS = 5000, FAR_PERCENT = 80, REMEMBERED = 64 };

bool quota_name_size(struct bytes name, uint64_t *size) {
  struct bytes part;
  while (bytes_cut(&name, ',', &part)) {
    if (part.n < 3 || part.s[0] != 'S' || part.s[1] != '=')
      continue;
    struct bytes digits = bytes_of(part.s + 2, part.n - 2);
    const char *colon = memchr(digits.s, ':', digits.n);
    if (colon)
      digits.n = (size_t)(colon - digits.s);
    return bytes_u64(digits, size);
  }
  return false;
}

static uint64_t entry_size(int folder, const char *name) {
  uint64_t size;
  struct stat st;
  if (quota_name_size(bytes_str(name), &size))
    return size;
  return fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW) ? 0 : (uint64_t)st.st_size;
}

static int add_folder(const char *box, const char *folder, uint64_t *used) {
  stralloc path = {0};
  struct dirent *entry;
  sa_catf(&path, "%s/%s", box, folder);
  DIR *dir = opendir(sa_cstr(&path));
  stralloc_free(&path);
  if (!dir)
    return errno == ENOENT ? 0 : -1;
  for (errno = 0; (entry = readdir(dir)); errno = 0)
    if (entry->d_name[0] != '.')
      *used += entry_size(dirfd(dir), entry->d_name);
  int saved = errno;
  closedir(dir);
  errno = saved;
  return saved ? -1 : 0;
}

int quota_used(const char *box, uint64_t *used) {
  *used = 0;
  return add_folder(box, "new", used) || add_folder(box, "cur", used) ? -1 : 0;
}

struct counted {
  char box[320];
  uint64_t used;      /* then, and what this process delivered since */
  int64_t when;
};

static struct counted *counted_for(const char *box) {
  static struct counted table[REMEMBERED];
  size_t hash = 5381;
  for (const char *p = box; *p; p++)
    hash = hash * 33 ^ (unsigned char)*p;
  return &table[hash % REMEMBERED];
}

int quota_fits(const char *box, uint64_t quota, uint64_t more) {
  struct counted *c = counted_for(box);
  bool known = !strncmp(c->box, box, sizeof c->box) && clock_ms() - c->when < FRESH_MS;
  if (!quota)
    return 1;
  if (!known || (c->used + more) > quota / 100 * FAR_PERCENT) {
    if (quota_used(box, &c->used))
      return -1;
    snprintf(c->box, sizeof c->box, "%s", box);
    c->when = clock_ms();
  }
  if (more > quota || c->used > quota - more)
    return 0;
  c->used += more;
  return 1;
}
