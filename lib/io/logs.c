#include "io/logs.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/sa.h"

const char *const logs_folders[] = {"log/smtp", "log/pop3", "log/queue", NULL};

static int is_old(const struct dirent *entry) { return entry->d_name[0] == '@'; }

static void open_one(const char *path, void (*each)(int, const char *, void *), void *data) { each(open(path, O_RDONLY | O_CLOEXEC), path, data); }

/* multilog names its old files by their time, so that their order is the order of names. */
static void open_directory(const char *path, void (*each)(int, const char *, void *), void *data) {
  struct dirent **old;
  stralloc file = {0};
  int count = scandir(path, &old, is_old, alphasort);
  for (int i = 0; i <= count; i++) {
    file.len = 0;
    sa_catf(&file, "%s/%s", path, i < count ? old[i]->d_name : "current");
    open_one(sa_cstr(&file), each, data);
    if (i < count)
      free(old[i]);
  }
  if (count >= 0)
    free(old);
  else
    each(-1, path, data);
  stralloc_free(&file);
}

void logs_open(const char *path, void (*each)(int fd, const char *path, void *data), void *data) {
  struct stat st;
  if (!stat(path, &st) && S_ISDIR(st.st_mode))
    open_directory(path, each, data);
  else
    open_one(path, each, data);
}
