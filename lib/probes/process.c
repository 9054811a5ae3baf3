/* The services' processes: how many files they may open, whether their program is still that on the disk; backups. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "front/front.h"
#include "probes/probes.h"
#include "sys/fd.h"

/* --- open files --- */

/* auth-serve alone waits for some 700 descriptors at once, which poll(2) refuses where the limit is lower. */
enum { FILES_PERCENT_OUT = 95, FILES_PERCENT_LOW = 80, FILES_LEAST = 800, FILES_FEW = 1024, SYSTEM_PERCENT_LOW = 90 };

static long limit_of(pid_t pid) {
  static const char name[] = "Max open files";
  char path[64];
  stralloc text = {0};
  snprintf(path, sizeof path, "/proc/%ld/limits", (long)pid);
  const char *at = fd_slurp(path, 65536, &text) ? NULL : strstr(sa_cstr(&text), name);
  long limit = at ? atol(at + sizeof name - 1) : -1;
  stralloc_free(&text);
  return limit;
}

/* -1: another user's. */
static long files_of(pid_t pid) {
  char path[64];
  long n = 0;
  snprintf(path, sizeof path, "/proc/%ld/fd", (long)pid);
  DIR *d = opendir(path);
  if (!d)
    return -1;
  for (struct dirent *e; (e = readdir(d));)
    n += *e->d_name != '.';
  closedir(d);
  return n;
}

static void judge_files(struct probe *p, const char *service, pid_t pid, unsigned *seen) {
  long limit = limit_of(pid), files = files_of(pid);
  if (limit <= 0)                    /* gone, or "unlimited" */
    return;
  ++*seen;
  if (files * 100 >= limit * FILES_PERCENT_OUT || limit < FILES_LEAST)
    probe_find(p, CHECK_FAIL, DC053E_no_files, "service=%s pid=%ld files=%ld limit=%ld", service, (long)pid, files, limit);
  else if (files * 100 >= limit * FILES_PERCENT_LOW || limit < FILES_FEW)
    probe_find(p, CHECK_WARN, DC054W_files_low, "service=%s pid=%ld files=%ld limit=%ld", service, (long)pid, files, limit);
}

static void judge_system(struct probe *p) {
  stralloc text = {0};
  unsigned long long used = 0, most = 0;
  if (!fd_slurp("/proc/sys/fs/file-nr", 200, &text) && sscanf(sa_cstr(&text), "%llu %*u %llu", &used, &most) == 2 && used > most / 100 * SYSTEM_PERCENT_LOW)
    probe_find(p, CHECK_WARN, DC054W_files_low, "service=system files=%llu limit=%llu", used, most);
  stralloc_free(&text);
}

void probe_files(struct probe *p) {
  unsigned seen = 0;
  for (size_t i = 0; i < FRONT_SERVICES; i++) {
    struct front_state s;
    front_service_state(&s, front_services[i].name);
    if (s.pid)
      judge_files(p, front_services[i].name, s.pid, &seen);
  }
  judge_system(p);
  probe_good(p, "processes=%u", seen);
}

/* --- the program of a running service --- */

enum age { AGE_UNSEEN, AGE_SAME, AGE_REPLACED };

/* The kernel names the file that runs; it was replaced where that is no longer there, or is another one by now. */
static enum age age_of(pid_t pid, char program[512]) {
  static const char gone[] = " (deleted)";
  char path[64];
  struct stat runs, there;
  snprintf(path, sizeof path, "/proc/%ld/exe", (long)pid);
  ssize_t n = readlink(path, program, 511);
  if (n <= 0 || stat(path, &runs))
    return AGE_UNSEEN;
  program[n] = 0;
  size_t tail = sizeof gone - 1;
  if ((size_t)n > tail && !strcmp(program + n - tail, gone))
    program[(size_t)n - tail] = 0;
  bool same = !stat(program, &there) && there.st_ino == runs.st_ino && there.st_dev == runs.st_dev;
  return same ? AGE_SAME : AGE_REPLACED;
}

void probe_old_program(struct probe *p) {
  unsigned seen = 0, running = 0;
  char program[512];
  for (size_t i = 0; i < FRONT_SERVICES; i++) {
    struct front_state s;
    front_service_state(&s, front_services[i].name);
    enum age age = s.pid ? age_of(s.pid, program) : AGE_UNSEEN;
    running += s.pid != 0;
    seen += age != AGE_UNSEEN;
    if (age == AGE_REPLACED)
      probe_find(p, CHECK_WARN, DC716W_old_program, "service=%s pid=%ld program=%s", front_services[i].name, (long)s.pid, program);
  }
  if (running && !seen)
    probe_find(p, CHECK_CANNOT_TELL, DC004W_no_permission, "path=/proc/*/exe");
  else
    probe_good(p, "services=%u looked_at=%u", running, seen);
}

/* --- backup: whoever makes one leaves a mark; without any nobody knows, which is no fault --- */

enum { BACKUP_OLD_DAYS = 30, DAY = 86400 };
#define BACKUP_MARK "state/backup"

void probe_backup(struct probe *p) {
  struct stat st;
  long long days;
  if (stat(BACKUP_MARK, &st) && errno == ENOENT)
    probe_find(p, CHECK_CANNOT_TELL, DC055W_no_backup_known, "path=" BACKUP_MARK);
  else if (stat(BACKUP_MARK, &st))
    probe_unreadable(p, BACKUP_MARK);
  else if ((days = (p->now - st.st_mtim.tv_sec) / DAY) > BACKUP_OLD_DAYS)
    probe_find(p, CHECK_WARN, DC056W_backup_old, "path=" BACKUP_MARK " days=%lld", days);
  else
    probe_good(p, "path=" BACKUP_MARK " days=%lld", days);
}
