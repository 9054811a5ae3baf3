#include "control/migration.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "control/owner.h"
#include "control/version.h"
#include "sys/fd.h"
#include "sys/report.h"

enum { VERSIONS_MAX = 1000, FOLDER_ROOM = 64, PATH_ROOM = 160 };

static const char fresh[] = "conf/backup/.new", undone[] = "conf/backup/undone";

static bool failed(const char *action, const char *path) {
  report_errno(CF424E_not_migrated_on_disk, "action=%s path=%s", action, path);
  return false;
}

/* --- what would be --- */

static void copy_input(struct conf_input *to, const struct conf_input *from) {
  *to = (struct conf_input){0};
  for (int i = 0; i < CONF_FILES; i++) {
    sa_catb(&to->text[i], from->text[i].s, from->text[i].len);
    to->absent[i] = from->absent[i];
  }
}

/* Faults found while reading or migrating come in front of those of the check. */
static void check_after(struct migration_plan *p, struct conf_faults *found) {
  struct publish *after = &p->after;
  copy_input(&after->in, &p->before.in);
  for (int i = 0; i < CONF_FILES; i++)
    if (p->m.changed[i])
      sa_copy(&after->in.text[i], &p->m.text[i]);
  publish_check(after);
  for (size_t i = 0; i < after->faults.count; i++)
    after->faults.fault[i].line = migrate_origin(&p->m, after->faults.fault[i].path, after->faults.fault[i].line);
  if (found->errors) {
    conf_faults_free(&after->faults);
    after->faults = *found;
    *found = (struct conf_faults){0};
  }
  conf_faults_free(found);
}

bool migration_plan(struct migration_plan *p) {
  unsigned line, version;
  *p = (struct migration_plan){0};
  publish_read(&p->before);
  version = conf_version(bytes_sa(&p->before.in.text[CONF_VERSION]), &line);
  if (!version || version >= CONF_SET_VERSION || p->before.faults.errors) {   /* nothing to migrate, or it cannot be read */
    copy_input(&p->after.in, &p->before.in);
    p->after.faults = p->before.faults;
    p->before.faults = (struct conf_faults){0};
    p->m.from = version;
    return publish_check(&p->after);
  }
  struct conf_faults found = {0};
  migrate_run(&p->m, &found, version, &p->before.in);
  check_after(p, &found);
  return !p->after.faults.errors;
}

void migration_plan_free(struct migration_plan *p) {
  publish_free(&p->before);
  publish_free(&p->after);
  migration_free(&p->m);
}

/* --- folders of backups --- */

static const char *file_name(int file) { return conf_paths[file] + sizeof "conf/" - 1; }

static void place(char path[PATH_ROOM], const char *folder, int file) { snprintf(path, PATH_ROOM, "%.*s/%s", FOLDER_ROOM, folder, file_name(file)); }

static bool remove_folder(const char *folder) {
  char path[PATH_ROOM];
  for (int i = 0; i < CONF_FILES; i++) {
    place(path, folder, i);
    if (unlink(path) && errno != ENOENT && errno != ENOTDIR)
      return failed("unlink", path);
  }
  return !rmdir(folder) || errno == ENOENT || failed("rmdir", folder);
}

/* The texts of FILES as the folder TO: whole, or not at all. */
static bool make_folder(const char *to, const stralloc *text, const bool *files) {
  char path[PATH_ROOM];
  if (mkdir("conf/backup", 0700) ? errno != EEXIST : !owner_apply("conf/backup"))
    return failed("mkdir", "conf/backup");
  if (!remove_folder(fresh) || (mkdir(fresh, 0700) && failed("mkdir", fresh)))
    return false;
  for (int i = 0; i < CONF_FILES; i++) {
    place(path, fresh, i);
    if (files[i] && fd_replace(path, text[i].s, text[i].len, 0600))
      return failed("write", path);
  }
  return (!rename(fresh, to) || failed("rename", to)) && (!fd_sync_directory("conf/backup") || failed("sync", "conf/backup"));
}

/* TEXT: what the folder holds; false: there is no such folder. */
static bool read_folder(const char *folder, stralloc *text, bool *files) {
  char path[PATH_ROOM];
  for (int i = 0; i < CONF_FILES; i++) {
    place(path, folder, i);
    sa_copys(&text[i], "");
    files[i] = !fd_slurp(path, CONF_FILE_MAX, &text[i]);
  }
  return files[CONF_VERSION];
}

static bool replace(int file, const stralloc *text) {
  return !fd_replace(conf_paths[file], text->s, text->len, 0600) || failed("write", conf_paths[file]);
}

/* --- forth --- */

/* A migration that was interrupted: each file of the folder is as it was, or is what would be made of it. */
static bool is_this_backup(const struct migration_plan *p, const char *folder) {
  struct conf_input old;
  struct conf_faults faults = {0};
  struct migration m;
  bool files[CONF_FILES], same = true;
  copy_input(&old, &p->before.in);
  read_folder(folder, old.text, files);
  for (int i = 0; i < CONF_FILES; i++)
    if (!files[i])
      sa_copy(&old.text[i], &p->before.in.text[i]);
  migrate_run(&m, &faults, p->m.from, &old);
  for (int i = 0; i < CONF_FILES; i++) {
    struct bytes now = bytes_sa(&p->before.in.text[i]);
    same &= !files[i] || bytes_eq(now, bytes_sa(&old.text[i])) || (m.changed[i] && bytes_eq(now, bytes_sa(&m.text[i])));
  }
  conf_input_free(&old);
  conf_faults_free(&faults);
  migration_free(&m);
  return same;
}

/* Another backup of that version stays, under another name. */
static bool move_aside(const char *folder) {
  char path[PATH_ROOM];
  for (unsigned n = 1; n < VERSIONS_MAX; n++) {
    snprintf(path, sizeof path, "%.*s.%u", FOLDER_ROOM, folder, n);
    if (access(path, F_OK))
      return !rename(folder, path) || failed("rename", path);
  }
  errno = EEXIST;
  return failed("rename", folder);
}

static bool back_up(const struct migration_plan *p) {
  char folder[FOLDER_ROOM], path[PATH_ROOM];
  snprintf(folder, sizeof folder, "conf/backup/%u", p->m.from);
  place(path, folder, CONF_VERSION);
  if (!access(path, F_OK)) {
    if (is_this_backup(p, folder))
      return true;
    if (!move_aside(folder))
      return false;
  }
  return make_folder(folder, p->before.in.text, p->m.changed);
}

bool migration_do(const struct migration_plan *p) {
  if (!back_up(p))
    return false;
  for (int i = CONF_FILES - 1; i >= 0; i--)   /* the version, 0, is the last */
    if (p->m.changed[i] && !replace(i, &p->m.text[i]))
      return false;
  return true;
}

/* --- back --- */

/* The newest one that is not newer than the set: of the same version where a migration was interrupted. */
static unsigned newest_backup(char folder[FOLDER_ROOM]) {
  char path[PATH_ROOM];
  unsigned now = version_of_home();
  for (unsigned n = now < VERSIONS_MAX ? now : VERSIONS_MAX; n; n--) {
    snprintf(folder, FOLDER_ROOM, "conf/backup/%u", n);
    place(path, folder, CONF_VERSION);
    if (!access(path, F_OK))
      return n;
  }
  report(CF423E_no_backup, "path=%s", "conf/backup");
  return 0;
}

static bool put_aside(const bool *files) {
  stralloc now[CONF_FILES] = {0};
  bool there[CONF_FILES];
  read_folder("conf", now, there);
  for (int i = 0; i < CONF_FILES; i++)
    there[i] = there[i] && files[i];
  bool done = remove_folder(undone) && make_folder(undone, now, there);
  for (int i = 0; i < CONF_FILES; i++)
    stralloc_free(&now[i]);
  return done;
}

unsigned migration_undo(void) {
  char folder[FOLDER_ROOM];
  stralloc text[CONF_FILES] = {0};
  bool files[CONF_FILES];
  unsigned version = newest_backup(folder);
  if (!version)
    return 0;
  bool done = read_folder(folder, text, files) && put_aside(files);
  for (int i = 0; i < CONF_FILES && done; i++)   /* the version, 0, is the first */
    done = !files[i] || replace(i, &text[i]);
  done = done && remove_folder(folder);
  for (int i = 0; i < CONF_FILES; i++)
    stralloc_free(&text[i]);
  return done ? version : 0;
}
