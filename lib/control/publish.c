#include "control/publish.h"

#include <cdb_make.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "control/generations.h"
#include "control/owner.h"
#include "local/check.h"
#include "sys/clock.h"
#include "sys/fd.h"
#include "sys/report.h"

enum { LOCK_SECONDS = 30 };

bool publish_lock(void) {
  int64_t end = clock_ms() + LOCK_SECONDS * 1000;
  int fd = open("conf/.lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) {
    report_errno(SY102E_file_failed, "action=open path=%s", "conf/.lock");
    return false;
  }
  while (flock(fd, LOCK_EX | LOCK_NB)) {
    if (clock_ms() > end) {
      report(CF306E_locked, "path=%s", "conf/.lock");
      close(fd);
      return false;
    }
    usleep(20000);
  }
  return true;
}

/* --- reading --- */

static void read_file(struct publish *p, enum conf_file file) {
  stralloc *text = &p->in.text[file];
  text->len = 0;
  sa_need(text, 1);
  p->in.absent[file] = fd_slurp(conf_paths[file], CONF_FILE_MAX, text) < 0;
  if (p->in.absent[file] && errno == ENOENT && (file == CONF_VERSION || file >= CONF_OPTIONAL))
    p->in.absent[file] = false;
  if (!p->in.absent[file])
    return;
  enum message_id id = errno == ENOENT ? CF101E_file_missing : CF102E_file_unreadable;
  conf_fault_add(&p->faults, conf_paths[file], 0, id, bytes_str(errno == ENOENT ? "" : strerror(errno)));
}

void publish_read(struct publish *p) {
  *p = (struct publish){0};
  for (int i = 0; i < CONF_FILES; i++)
    read_file(p, (enum conf_file)i);
}

/* --- checking --- */

/* libowfat's cdb_make keeps what it allocated. */
static void free_maker(struct cdb_make *m) {
  for (struct cdb_hplist *next, *l = m->head; l; l = next) {
    next = l->next;
    free(l);
  }
  free(m->split);
}

static bool write_cdb(int fd, const struct conf_pairs *pairs) {
  static struct cdb_make m;   /* 10 kB */
  m = (struct cdb_make){0};
  bool good = cdb_make_start(&m, fd) >= 0;   /* answers what lseek does */
  for (size_t i = 0; i < pairs->count && good; i++) {
    const struct conf_pair *p = &pairs->pair[i];
    good = !cdb_make_add(&m, (const unsigned char *)p->key.s, p->key.len, (const unsigned char *)p->value.s, p->value.len);
  }
  good = good && !cdb_make_finish(&m);
  free_maker(&m);
  return good;
}

/* Where addresses lead is asked of the compiled set, as the server would. */
static void check_addresses(struct publish *p) {
  struct conf c;
  int fd = memfd_create("conf", MFD_CLOEXEC);
  if (fd < 0 || !write_cdb(fd, &p->set.conf) || conf_open(&c, fd))
    die_errno(EXIT_TEMPORARY, SY104E_system_call_failed, "action=memfd_create");
  local_check(&c, &p->set, &p->faults);
  conf_close(&c);
}

static void check_mode(struct publish *p, enum conf_file file, enum message_id id) {
  struct stat st;
  if (!stat(conf_paths[file], &st) && st.st_mode & 077)
    conf_fault_add(&p->faults, conf_paths[file], 0, id, bytes_of("", 0));
}

static void check_commands(struct publish *p) {
  for (size_t i = 0; i < p->set.token.count; i++) {
    const struct conf_pair *t = &p->set.token.pair[i];
    if (t->line && access(t->value.s, X_OK))
      conf_fault_add(&p->faults, conf_paths[CONF_TOKENS], t->line, CF223W_token_command_missing, bytes_str(t->value.s));
  }
}

/* What reading found is found once, checks may be repeated: those faults stay. */
static void forget(struct publish *p) {
  struct conf_faults kept = {0};
  for (size_t i = 0; i < p->faults.count; i++) {
    struct conf_fault *f = &p->faults.fault[i];
    if (f->id == CF101E_file_missing || f->id == CF102E_file_unreadable)
      conf_fault_add(&kept, f->path, 0, f->id, bytes_sa(&f->what));
  }
  conf_faults_free(&p->faults);
  p->faults = kept;
  conf_set_free(&p->set);
}

bool publish_check(struct publish *p) {
  forget(p);
  p->understood = conf_compile(&p->set, &p->faults, &p->in);
  if (p->understood && !p->in.absent[CONF_DOMAINS] && !p->in.absent[CONF_USERS] && !p->in.absent[CONF_ALIASES])   /* else all is unknown */
    check_addresses(p);
  check_mode(p, CONF_USERS, CF112W_users_readable);
  check_mode(p, CONF_CREDENTIALS, CF217E_credentials_readable);
  check_commands(p);
  conf_faults_sort(&p->faults);
  return !p->faults.errors;
}

/* --- putting in force --- */

static bool failed(const char *action, const char *path) {
  report_errno(CF305E_not_published, "action=%s path=%s", action, path);
  return false;
}

static bool make_cdb(const char *path, const struct conf_pairs *pairs) {
  if (unlink(path) && errno != ENOENT)   /* a crash left it */
    return failed("unlink", path);
  int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0)
    return failed("create", path);
  bool good = write_cdb(fd, pairs) && owner_apply(path) && !fsync(fd);
  if (!good)
    failed("write", path);
  close(fd);
  return good;
}

static bool make_public(unsigned long number, const struct conf_pairs *pairs) {
  char path[80];
  snprintf(path, sizeof path, "run/generations/%lu/conf.cdb", number);
  return make_cdb(path, pairs);
}

static bool make_directory(const char *path) { return (mkdir(path, 0700) ? errno == EEXIST : owner_apply(path)) || failed("mkdir", path); }

/* A secret lies in a directory of its role, the generation has a link to it: so the right to read generations, given by
 * path, is no right to read secrets. */
static bool make_secret(unsigned long number, const char *role, const struct conf_pairs *pairs) {
  char directory[32], path[64], target[80], link[80];
  snprintf(directory, sizeof directory, "run/secrets/%s", role);
  snprintf(path, sizeof path, "%s/%lu.cdb", directory, number);
  snprintf(target, sizeof target, "../../secrets/%s/%lu.cdb", role, number);
  snprintf(link, sizeof link, "run/generations/%lu/%s.cdb", number, role);
  return make_directory(directory) && make_cdb(path, pairs) && (!fd_sync_directory(directory) || failed("sync", directory))
         && (!symlink(target, link) || failed("symlink", link));
}

static bool make_generation(unsigned long number, const struct conf_set *set) {
  char path[64];
  snprintf(path, sizeof path, "run/generations/%lu", number);
  if (mkdir(path, 0700) || !owner_apply(path))
    return failed("mkdir", path);
  return make_public(number, &set->conf) && make_directory("run/secrets") && make_secret(number, "auth", &set->auth) && make_secret(number, "remote", &set->remote)
         && make_secret(number, "token", &set->token)
         && (!fd_sync_directory(path) || failed("sync", path)) && (!fd_sync_directory("run/generations") || failed("sync", "run/generations"));
}

static bool lead_to(unsigned long number) {
  char target[64];
  snprintf(target, sizeof target, "generations/%lu", number);
  if (unlink("run/conf.new") && errno != ENOENT)
    return failed("unlink", "run/conf.new");
  if (symlink(target, "run/conf.new"))
    return failed("symlink", "run/conf.new");
  if (rename("run/conf.new", "run/conf"))
    return failed("rename", "run/conf");
  fd_sync_directory("run");   /* in force already; after a crash of the machine at worst the one before is */
  return true;
}

bool publish_put(const struct publish *p) {
  unsigned long before = generations_current();
  if (!make_directory("run/generations"))
    return false;
  unsigned long number = generations_highest() + 1;
  bool good = make_generation(number, &p->set) && lead_to(number);
  if (good)
    generations_remove_but(before, number);
  else
    generations_remove(number);
  return good;
}

void publish_free(struct publish *p) {
  conf_input_free(&p->in);
  conf_set_free(&p->set);
  conf_faults_free(&p->faults);
}
