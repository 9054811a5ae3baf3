#include "spool/names.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>

#include "spool/spool.h"

static void add(struct spool_names *l, const char *id, bool incoming) {
  if (l->count == l->room) {
    l->room = l->room ? l->room * 2 : 256;
    l->name = reallocarray(l->name, l->room, sizeof *l->name);
    if (!l->name)
      out_of_memory();
  }
  struct spool_name *n = &l->name[l->count++];
  memcpy(n->id, id, strlen(id) + 1);
  n->incoming = incoming;
}

static int read_directory(struct spool_names *l, const char *path, bool incoming) {
  struct dirent *entry;
  DIR *dir = opendir(path);
  if (!dir)
    return errno == ENOENT ? 0 : -1;   /* queue-run makes the shards when it starts */
  while ((entry = readdir(dir)))
    if (queue_id_valid(bytes_str(entry->d_name)))
      add(l, entry->d_name, incoming);
  closedir(dir);
  return 0;
}

static void count_damaged(struct spool_names *l) {
  struct dirent *entry;
  DIR *dir = opendir("spool/damaged");
  while (dir && (entry = readdir(dir)))
    l->damaged += entry->d_name[0] != '.';
  if (dir)
    closedir(dir);
}

static int by_id(const void *a, const void *b) { return strcmp(((const struct spool_name *)a)->id, ((const struct spool_name *)b)->id); }

/* A message that moved while the directories were read is there twice. */
static void drop_doubles(struct spool_names *l) {
  size_t kept = 0;
  for (size_t i = 0; i < l->count; i++) {
    if (kept && !strcmp(l->name[kept - 1].id, l->name[i].id)) {
      l->name[kept - 1].incoming = false;
      continue;
    }
    l->name[kept++] = l->name[i];
  }
  l->count = kept;
}

/* incoming first: what moves on meanwhile is then seen in the queue, and nothing is missed. */
int spool_names(struct spool_names *l, const char **path) {
  static const char queue[] = "spool/queue";
  char shard[sizeof queue + 8];
  *l = (struct spool_names){0};
  *path = "spool/incoming";
  if (read_directory(l, *path, true))
    return -1;
  *path = queue;
  for (unsigned i = 0; i < QUEUE_SHARDS; i++) {
    snprintf(shard, sizeof shard, "%s/%02u", queue, i);
    if (read_directory(l, shard, false))
      return -1;
  }
  count_damaged(l);
  if (l->count)
    qsort(l->name, l->count, sizeof *l->name, by_id);
  drop_doubles(l);
  return 0;
}

static int compare_id(const void *id, const void *n) { return strcmp(id, ((const struct spool_name *)n)->id); }

const struct spool_name *spool_names_find(const struct spool_names *l, const char *id) {
  return l->count ? bsearch(id, l->name, l->count, sizeof *l->name, compare_id) : NULL;
}

void spool_names_free(struct spool_names *l) {
  free(l->name);
  *l = (struct spool_names){0};
}

int spool_open(const struct spool_name *n, int flags, stralloc *path) {
  flags |= O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
  if (n->incoming) {
    path->len = 0;
    sa_catf(path, "spool/incoming/%s", n->id);
    int fd = open(sa_cstr(path), flags);
    if (fd >= 0 || errno != ENOENT)
      return fd;
  }
  spool_path(path, n->id);
  return open(path->s, flags);
}
