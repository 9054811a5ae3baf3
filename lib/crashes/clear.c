#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "crashes/crashes.h"
#include "front/front.h"
#include "sys/report.h"

enum { TRIES = 40, TRY_US = 50000 };

/* multilog writes on into current: it is told to set it aside, and does so at once. */
static bool finish_current(void) {
  struct stat st;
  struct front_state s;
  front_service_state(&s, "log");
  if (!s.pid)
    return true;
  if (!stat("crash/current", &st) && !st.st_size)
    return false;
  front_service_control("log", "a");
  for (int i = 0; i < TRIES && !stat("crash/current", &st) && st.st_size; i++)
    usleep(TRY_US);
  return false;
}

static bool is_record(const char *name, bool current) { return name[0] == '@' || !strcmp(name, "direct") || (current && !strcmp(name, "current")); }

int crashes_clear(void) {
  bool current = finish_current();
  DIR *d = opendir("crash");
  int count = 0;
  for (struct dirent *e; d && (e = readdir(d));) {
    if (!is_record(e->d_name, current))
      continue;
    if (unlinkat(dirfd(d), e->d_name, 0))
      report_errno(SY102E_file_failed, "action=remove path=crash/%s", e->d_name);
    else
      count++;
  }
  if (!d) {
    report_errno(SY102E_file_failed, "action=open path=crash");
    return -1;
  }
  closedir(d);
  return count;
}
