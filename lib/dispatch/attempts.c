/* What remote-send says of an attempt that failed is kept in state/transcripts/ID for people to read.  Nothing depends on
 * it: it is not synced, and where it cannot be written delivery goes on. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "dispatch/dispatch.h"
#include "sys/fd.h"
#include "sys/report.h"
#include "transcript/transcript.h"

#define FOLDER "state/transcripts"

enum { TIDIED_AT_ONCE = 500 };

/* A full disk is wanted for the mail. */
static bool has_room(const struct dispatch *d) {
  struct statvfs v;
  return !statvfs(FOLDER, &v) && (uint64_t)v.f_bavail * v.f_frsize >= (uint64_t)conf_number(d->conf, SET_free_space_min);
}

static int write_file(const char *path, int flags, struct bytes a, struct bytes b) {
  int fd = open(path, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC | flags, 0600);
  int result = fd < 0 ? -1 : fd_write_all(fd, a.s, a.n) || fd_write_all(fd, b.s, b.n) ? -1 : 0;
  if (fd >= 0)
    close(fd);
  return result;
}

/* Appended; where old attempts must go, the file is written anew beside it. */
static int add(const char *id, struct bytes attempt) {
  static const char unfinished[] = FOLDER "/.new";
  stralloc path = {0}, old = {0};
  int result = 0;
  transcript_path(&path, id);
  if (fd_slurp(path.s, 2 * TRANSCRIPT_FILE_MAX, &old) && errno != ENOENT)
    old.len = 0;
  struct bytes kept = transcript_keep(bytes_sa(&old), attempt.n);
  if (kept.n == old.len)
    result = write_file(path.s, O_APPEND, attempt, bytes_of("", 0));
  else if ((result = write_file(unfinished, O_TRUNC, kept, attempt)) == 0)
    result = rename(unfinished, path.s);
  stralloc_free(&path);
  stralloc_free(&old);
  return result;
}

void attempts_note(const struct dispatch *d, const struct spool_job *job, struct bytes events) {
  stralloc attempt = {0};
  if (!transcript_is_sound(events) || !has_room(d))
    return;
  transcript_put_attempt(&attempt, d->now, job->destination, job->rcpt, job->count, events);
  if (add(job->id, bytes_sa(&attempt)))
    report_errno(QU212W_transcript_not_kept, "qid=%s", job->id);
  stralloc_free(&attempt);
}

/* Only what may have one is looked for: most messages leave at the first attempt. */
static bool may_have_transcript(const struct queue_message *m) {
  for (size_t i = 0; i < m->count; i++)
    if (!m->rcpt[i].local && (m->rcpt[i].attempts || m->rcpt[i].state != RCPT_DONE))
      return true;
  return false;
}

void attempts_message_leaves(const struct queue_message *m) {
  stralloc path = {0};
  if (!may_have_transcript(m))
    return;
  transcript_path(&path, m->id);
  utimensat(AT_FDCWD, path.s, NULL, AT_SYMLINK_NOFOLLOW);
  stralloc_free(&path);
}

static void remove_old(struct dispatch *d, int dir, const char *name) {
  struct stat st;
  bool old = !fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) && st.st_mtime + conf_number(d->conf, SET_transcript_lifetime) <= d->now;
  if (old && *name != '.' && !schedule_find(&d->schedule, name))
    unlinkat(dir, name, 0);
}

bool attempts_tidy(struct dispatch *d) {
  static DIR *dir;
  struct dirent *entry = NULL;
  if (!dir && !(dir = opendir(FOLDER)))
    return false;
  for (int i = 0; i < TIDIED_AT_ONCE && (entry = readdir(dir)); i++)
    remove_old(d, dirfd(dir), entry->d_name);
  if (!entry) {
    closedir(dir);
    dir = NULL;
  }
  return dir != NULL;
}
