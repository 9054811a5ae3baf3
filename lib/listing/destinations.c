#include <dirent.h>
#include <stdlib.h>

#include "listing/listing.h"
#include "sys/fd.h"

enum { FILE_MAX = 8192 };

static struct destination *add(struct destinations *l) {
  if (l->count == l->room) {
    l->room = l->room ? l->room * 2 : 64;
    l->d = reallocarray(l->d, l->room, sizeof *l->d);
    if (!l->d)
      out_of_memory();
  }
  l->d[l->count] = (struct destination){0};
  return &l->d[l->count++];
}

static void read_one(struct destinations *l, const char *file) {
  stralloc path = {0}, text = {0};
  struct queue_dest known = {0};
  sa_catf(&path, "run/dest/%s", file);
  if (!fd_slurp(sa_cstr(&path), FILE_MAX, &text) && queue_dest_read(&known, bytes_sa(&text)) && known.attempts) {
    struct destination *d = add(l);
    d->known = known;
    queue_dest_name(&d->name, bytes_str(file));
  } else
    queue_dest_free(&known);
  stralloc_free(&path);
  stralloc_free(&text);
}

static int by_name(const void *a, const void *b) { return strcmp(((const struct destination *)a)->name.s, ((const struct destination *)b)->name.s); }

void destinations_read(struct destinations *l) {
  struct dirent *entry;
  DIR *dir = opendir("run/dest");
  *l = (struct destinations){0};
  while (dir && (entry = readdir(dir)))
    if (entry->d_name[0] != '.')
      read_one(l, entry->d_name);
  if (dir)
    closedir(dir);
  if (l->count)
    qsort(l->d, l->count, sizeof *l->d, by_name);
}

void destinations_free(struct destinations *l) {
  for (size_t i = 0; i < l->count; i++) {
    stralloc_free(&l->d[i].name);
    queue_dest_free(&l->d[i].known);
  }
  free(l->d);
  *l = (struct destinations){0};
}

static int compare_name(const void *name, const void *d) { return strcmp(name, ((const struct destination *)d)->name.s); }

const struct queue_dest *destinations_find(const struct destinations *l, const char *name) {
  const struct destination *d = l->count ? bsearch(name, l->d, l->count, sizeof *l->d, compare_name) : NULL;
  return d ? &d->known : NULL;
}
