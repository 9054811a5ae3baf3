/* What comes to queue-run: messages on disk at start, messages in incoming/, wishes of queue-edit. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "control/generation.h"
#include "dispatch/dispatch.h"
#include "queue/dest.h"
#include "sys/fd.h"
#include "sys/report.h"

enum { LEFT_OVER = 36 * 3600 };

static DIR *open_directory(const char *path) {
  DIR *dir = opendir(path);
  if (!dir)
    report_errno(SY102E_file_failed, "action=opendir path=%s", path);
  return dir;
}

static void make_directory(const char *path, mode_t mode) {
  if (mkdir(path, mode) && errno != EEXIST)
    die_errno(EXIT_TEMPORARY, SY102E_file_failed, "action=mkdir path=%s", path);
}

static void make_directories(void) {
  char path[40];
  make_directory("spool/tmp", 0700);
  make_directory("spool/incoming", 0700);
  make_directory("spool/queue", 0700);
  make_directory("spool/damaged", 0700);
  make_directory("run/dest", 0755);
  make_directory("run/wish", 0700);
  mkdir("state", 0700);               /* where it is to be made otherwise, it is there */
  mkdir("state/transcripts", 0700);
  for (int i = 0; i < QUEUE_SHARDS; i++) {
    snprintf(path, sizeof path, "spool/queue/%02d", i);
    make_directory(path, 0700);
  }
}

static void check_file_system(void) {
  static const char *const others[] = {"spool/tmp", "spool/queue"};
  struct stat incoming, other;
  for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
    if (stat("spool/incoming", &incoming) || stat(others[i], &other))
      die_errno(EXIT_TEMPORARY, SY102E_file_failed, "action=stat path=spool");
    if (incoming.st_dev != other.st_dev)
      die(EXIT_PERMANENT, QU207E_two_file_systems, "path=spool/incoming other=%s", others[i]);
  }
}

static void open_trigger(struct dispatch *d) {
  if (mkfifo("run/trigger", 0622) && errno != EEXIST)
    die_errno(EXIT_TEMPORARY, SY102E_file_failed, "action=mkfifo path=run/trigger");
  d->trigger = open("run/trigger", O_RDWR | O_NONBLOCK | O_CLOEXEC);   /* read-write: it never sees its end */
  if (d->trigger < 0)
    die_errno(EXIT_TEMPORARY, SY102E_file_failed, "action=open path=run/trigger");
}

/* A file in another's shard (a backup put back, a hand) would never be found by its ID. Nothing is replaced. */
static bool put_right(int dir, const char *shard, const char *name) {
  stralloc path = {0};
  spool_path(&path, name);
  report(QU213W_misplaced, "qid=%s shard=%s path=%s", name, shard, sa_cstr(&path));
  bool moved = !linkat(dir, name, AT_FDCWD, path.s, 0) && !unlinkat(dir, name, 0);
  if (!moved)
    report_errno(SY102E_file_failed, "action=link path=%s/%s", shard, name);
  stralloc_free(&path);
  return moved;
}

static void take_stored(struct dispatch *d, int dir, int shard, const char *name) {
  struct stat st;
  char path[40 + NAME_MAX + 2];
  if (!queue_id_valid(bytes_str(name)) || fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW))
    return;
  snprintf(path, sizeof path, "spool/queue/%02d", shard);
  if ((int)queue_id_shard(name) != shard && !put_right(dir, path, name))
    return;
  snprintf(path, sizeof path, "spool/queue/%02u/%s", queue_id_shard(name), name);
  schedule_add(&d->schedule, name, spool_due(path, &st));
}

static void read_shard(struct dispatch *d, int shard) {
  char path[40];
  struct dirent *entry;
  snprintf(path, sizeof path, "spool/queue/%02d", shard);
  DIR *dir = open_directory(path);
  if (!dir)
    report_exit(EXIT_TEMPORARY);
  while ((entry = readdir(dir)))
    if (entry->d_name[0] != '.')
      take_stored(d, dirfd(dir), shard, entry->d_name);
  closedir(dir);
}

static void read_destination(struct dispatch *d, const char *file) {
  struct queue_dest q;
  stralloc path = {0}, text = {0}, name = {0};
  sa_catf(&path, "run/dest/%s", file);
  queue_dest_name(&name, bytes_str(file));
  if (!fd_slurp(sa_cstr(&path), 8192, &text)) {
    if (queue_dest_read(&q, bytes_sa(&text)) && q.attempts)
      schedule_rest(&d->schedule, schedule_destination(&d->schedule, JOB_REMOTE, name.s), q.until, q.attempts);
    else
      unlink(path.s);
    queue_dest_free(&q);
  }
  stralloc_free(&path);
  stralloc_free(&text);
  stralloc_free(&name);
}

static void read_destinations(struct dispatch *d) {
  DIR *dir = open_directory("run/dest");
  struct dirent *entry;
  while (dir && (entry = readdir(dir)))
    if (entry->d_name[0] != '.')
      read_destination(d, entry->d_name);
  if (dir)
    closedir(dir);
}

void dispatch_start(struct dispatch *d) {
  make_directories();
  check_file_system();
  open_trigger(d);
  notices_start(d);
  read_destinations(d);
  for (int i = 0; i < QUEUE_SHARDS; i++)
    read_shard(d, i);
}

bool dispatch_configure(struct dispatch *d) {
  struct conf *c = generation_conf();
  if (!c)
    return d->conf != NULL;
  d->conf = c;
  struct schedule_limits l = {{(unsigned)conf_number(c, SET_local_concurrency), (unsigned)conf_number(c, SET_remote_concurrency), 2},
                              (unsigned)conf_number(c, SET_destination_concurrency), conf_number(c, SET_retry_first), conf_number(c, SET_retry_max)};
  for (int i = 0; i < JOB_CLASSES; i++)
    if (l.class_max[i] > WORKERS_MAX / 2 - 2)
      l.class_max[i] = WORKERS_MAX / 2 - 2;
  d->schedule.limits = l;
  return true;
}

/* --- incoming --- */

static void remove_left_over(const struct dispatch *d, int dir, const char *name) {
  struct stat st;
  if (name[1] && name[1] != '.' && !fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) && st.st_mtime < d->now - LEFT_OVER)
    unlinkat(dir, name, 0);
}

/* Where messages are written: a crash leaves names only where the file system has no O_TMPFILE. */
void dispatch_tidy_spool(const struct dispatch *d) {
  DIR *dir = open_directory("spool/tmp");
  struct dirent *entry;
  while (dir && (entry = readdir(dir)))
    if (entry->d_name[0] == '.')
      remove_left_over(d, dirfd(dir), entry->d_name);
  if (dir)
    closedir(dir);
}

static void take(struct dispatch *d, int dir, const char *name) {
  stralloc path = {0};
  if (queue_id_valid(bytes_str(name))) {
    spool_path(&path, name);
    if (!renameat(dir, name, AT_FDCWD, path.s))
      schedule_add(&d->schedule, name, 0);
    else if (errno != ENOENT)
      report_errno(SY102E_file_failed, "action=rename path=spool/incoming/%s", name);
  } else {
    sa_catf(&path, "spool/damaged/%s", name);
    report(QU201E_damaged, "reason=%s path=%s", "its name is no queue ID", sa_cstr(&path));
    if (renameat(dir, name, AT_FDCWD, path.s))
      report_errno(SY102E_file_failed, "action=rename path=spool/incoming/%s", name);
  }
  stralloc_free(&path);
}

void dispatch_take_incoming(struct dispatch *d) {
  static DIR *dir;
  struct dirent *entry;
  char drain[512];
  while (read(d->trigger, drain, sizeof drain) == sizeof drain)
    ;
  if (!dir && !(dir = open_directory("spool/incoming")))
    return;
  rewinddir(dir);
  while ((entry = readdir(dir)))
    if (entry->d_name[0] != '.')
      take(d, dirfd(dir), entry->d_name);
}

/* --- wishes --- */

static void take_wish(struct dispatch *d, const char *id) {
  struct schedule_entry *e = schedule_find(&d->schedule, id);
  if (!e)
    return;
  if (e->open)
    ((struct open_message *)e->open)->stale = true;
  schedule_at(&d->schedule, e, d->now);   /* a message with a job under way is looked at when that ends */
}

void dispatch_take_wishes(struct dispatch *d) {
  static DIR *dir;
  struct dirent *entry;
  if (!dir && !(dir = open_directory("run/wish")))
    return;
  rewinddir(dir);
  while ((entry = readdir(dir)))
    if (entry->d_name[0] != '.') {
      unlinkat(dirfd(dir), entry->d_name, 0);   /* first: a wish that comes now makes the file again */
      take_wish(d, entry->d_name);
    }
}

bool dispatch_act(struct dispatch *d, unsigned max) {
  notices_act(d);
  struct schedule_entry *e;
  struct schedule_destination *dest;
  while (max--)
    switch (schedule_next(&d->schedule, d->now, &e, &dest)) {
    case SCHEDULE_LOOK: message_look(d, e); break;
    case SCHEDULE_SEND: job_send(d, e, dest); break;
    case SCHEDULE_FORGET: job_forget_destination(dest->name); break;
    default: return false;
    }
  return true;
}
