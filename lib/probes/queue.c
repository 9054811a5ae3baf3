/* Q8: what waits, and what is damaged. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "probes/probes.h"
#include "spool/names.h"
#include "spool/spool.h"

enum { MESSAGES_READ = 2000 };

static const char *one_in(const char *folder, char name[256]) {
  DIR *d = opendir(folder);
  *name = 0;
  for (struct dirent *e; d && !*name && (e = readdir(d));)
    if (*e->d_name != '.')
      snprintf(name, 256, "%s", e->d_name);
  if (d)
    closedir(d);
  return name;
}

static void read_message(struct probe *p, const struct spool_name *n) {
  struct queue_message m = {0};
  stralloc path = {0};
  const char *why = "";
  int fd = spool_open(n, O_RDONLY, &path);
  if (fd >= 0 && spool_read(fd, &m, &why) == -2)
    probe_find(p, CHECK_FAIL, DC812E_damaged_in_queue, "path=%s reason=%s", sa_cstr(&path), why);
  if (fd >= 0)
    close(fd);
  queue_message_free(&m);
  stralloc_free(&path);
}

void probe_damaged(struct probe *p) {
  struct spool_names l;
  const char *path;
  char name[256];
  if (spool_names(&l, &path)) {
    probe_unreadable(p, path);
    return;
  }
  if (l.damaged)
    probe_find(p, CHECK_FAIL, DC811E_damaged, "path=spool/damaged files=%zu first=%s", l.damaged, one_in("spool/damaged", name));
  for (size_t i = 0; i < l.count && i < MESSAGES_READ; i++)
    read_message(p, &l.name[i]);
  probe_good(p, "path=spool messages=%zu damaged=0", l.count);
  spool_names_free(&l);
}
