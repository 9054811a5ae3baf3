/* Listing a Maildir: two directories read in large pieces, one arena, one sort. */
#include "maildir/read.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/sa.h"
#include "pop3/encode.h"
#include "sys/report.h"

enum { DENTS = 256 * 1024 };

struct dent {               /* struct linux_dirent64 of getdents64(2) */
  uint64_t ino;
  int64_t off;
  unsigned short length;
  unsigned char type;
  char name[];
};

struct entry {              /* while the arena grows, names are offsets */
  size_t name, length;
  bool cur;
};

struct listing {
  struct maildir_box *box;
  stralloc entries;
  char *buffer;
  bool full;
};

static void add_entry(struct listing *l, const char *name, bool cur) {
  struct entry e = {l->box->arena.len, strlen(name), cur};
  sa_catb(&l->box->arena, name, e.length + 1);
  sa_catb(&l->entries, (const char *)&e, sizeof e);
  l->box->count++;
}

static void take_dent(struct listing *l, const struct dent *d, bool cur) {
  if (d->name[0] == '.')
    return;
  if (d->type != DT_REG && d->type != DT_UNKNOWN)
    report(MB205W_not_a_message, "path=%s/%s", cur ? "cur" : "new", d->name);
  else if (l->box->count < MAILDIR_MESSAGES_MAX)
    add_entry(l, d->name, cur);
  else
    l->full = true;
}

static int list_directory(struct listing *l, bool cur) {
  for (;;) {
    long n = syscall(SYS_getdents64, l->box->sub[cur], l->buffer, DENTS);
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      return (int)n;
    for (long at = 0; at < n;) {
      const struct dent *d = (const struct dent *)(l->buffer + at);
      take_dent(l, d, cur);
      at += d->length;
    }
  }
}

/* --- from entries to messages --- */

static void count_file(struct maildir_box *b, size_t i, char *buffer) {
  struct pop3_counter counter = {0};
  uint64_t size;
  int fd = maildir_message_open(b, i, &size);
  ssize_t n;
  if (fd < 0)
    return;
  while ((n = read(fd, buffer, DENTS)) > 0)
    pop3_count(&counter, bytes_of(buffer, (size_t)n));
  close(fd);
  b->m[i].size = pop3_counted(&counter);
}

static void set_uid(struct maildir_box *b, struct maildir_message *m) {
  size_t at = b->arena.len;
  m->uid = m->base;
  if (maildir_name_is_uid(m->base))
    return;
  maildir_name_uid(&b->arena, m->base);
  m->uid = bytes_of(b->arena.s + at, b->arena.len - at);
}

/* The arena has room for every UID that is to be made before the first is, so that it never moves again. */
static void make_room(struct maildir_box *b, const struct entry *e) {
  size_t more = 0;
  for (size_t i = 0; i < b->count; i++)
    more += maildir_name_is_uid(maildir_name_base(bytes_of(b->arena.s + e[i].name, e[i].length))) ? 0 : MAILDIR_UID_MAX + 2;
  sa_need(&b->arena, more);
}

static void make_messages(struct maildir_box *b, const struct entry *e, char *buffer) {
  b->m = calloc(b->count + 1, sizeof *b->m);
  if (!b->m)
    out_of_memory();
  make_room(b, e);
  for (size_t i = 0; i < b->count; i++) {
    struct maildir_message *m = &b->m[i];
    m->name = b->arena.s + e[i].name;
    m->base = maildir_name_base(bytes_of(m->name, e[i].length));
    m->cur = e[i].cur;
    m->time = maildir_name_time(m->base);
    set_uid(b, m);
    if (!maildir_name_size(m->base, &m->size))
      count_file(b, i, buffer);
  }
}

static int compare(const void *left, const void *right) {
  const struct maildir_message *a = left, *b = right;
  size_t n = a->base.n < b->base.n ? a->base.n : b->base.n;
  if (a->time != b->time)
    return a->time < b->time ? -1 : 1;
  int order = memcmp(a->base.s, b->base.s, n);
  if (order || a->base.n != b->base.n)
    return order ? order : a->base.n < b->base.n ? -1 : 1;
  return (int)b->cur - (int)a->cur;
}

/* A message that moved from new/ to cur/ while they were read is in both lists: the one in cur/ is kept. */
static void drop_doubles(struct maildir_box *b) {
  size_t kept = 0;
  for (size_t i = 0; i < b->count; i++)
    if (!kept || !bytes_eq(b->m[kept - 1].base, b->m[i].base))
      b->m[kept++] = b->m[i];
  b->count = kept;
}

/* --- opening --- */

/* On the way, which takes no right to read. */
static int open_part(int dir, const char *name, bool follow) {
  return openat(dir, name, O_PATH | O_DIRECTORY | O_CLOEXEC | (follow ? 0 : O_NOFOLLOW));
}

static bool is_component(struct bytes part) {
  return part.n && part.n <= 255 && !bytes_eq(part, bytes_str(".")) && !bytes_eq(part, bytes_str(".."));
}

static int open_path(const char *path) {
  struct bytes rest = bytes_str(path), part;
  int dir = AT_FDCWD;
  while (bytes_cut(&rest, '/', &part)) {
    char name[256];
    if (!is_component(part)) {
      errno = EINVAL;
      break;
    }
    memcpy(name, part.s, part.n);
    name[part.n] = 0;
    int next = open_part(dir, name, dir == AT_FDCWD);
    if (dir >= 0)
      close(dir);
    if (next < 0 || !rest.s)
      return next;
    dir = next;
  }
  if (dir >= 0)
    close(dir);
  return -1;
}

static int open_directories(struct maildir_box *b, const char *path) {
  static const char *const names[2] = {"new", "cur"};
  *b = (struct maildir_box){.dir = -1, .sub = {-1, -1}};
  b->dir = open_path(path);
  if (b->dir < 0)
    return errno == ENOENT ? 0 : -1;
  for (int i = 0; i < 2; i++) {
    b->sub[i] = openat(b->dir, names[i], O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    if (b->sub[i] < 0 && errno != ENOENT)
      return -1;
  }
  return 0;
}

/* new/ is read first: what moves to cur/ meanwhile is then seen twice, never not at all. */
int maildir_open(struct maildir_box *b, const char *path) {
  struct listing l = {.box = b};
  if (open_directories(b, path))
    return -1;
  l.buffer = malloc(DENTS);
  if (!l.buffer)
    out_of_memory();
  int result = 0;
  for (int i = 0; i < 2 && !result; i++)
    if (b->sub[i] >= 0)
      result = list_directory(&l, i);
  if (l.full)
    report(MB206W_too_many_messages, "path=%s max=%d", path, MAILDIR_MESSAGES_MAX);
  if (!result) {
    make_messages(b, (const struct entry *)l.entries.s, l.buffer);
    qsort(b->m, b->count, sizeof *b->m, compare);
    drop_doubles(b);
  }
  free(l.buffer);
  stralloc_free(&l.entries);
  return result;
}

void maildir_close(struct maildir_box *b) {
  for (size_t i = 0; b->m && i < b->count; i++)
    free(b->m[i].moved);
  free(b->m);
  stralloc_free(&b->arena);
  for (int i = 0; i < 2; i++)
    if (b->sub[i] >= 0)
      close(b->sub[i]);
  if (b->dir >= 0)
    close(b->dir);
}
