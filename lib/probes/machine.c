/* Disks, owners, users: what the server stands on. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "control/generation.h"
#include "control/owner.h"
#include "log/human.h"
#include "probes/probes.h"
#include "sys/fd.h"

/* --- disks: mail and log may lie on others --- */

enum { INODES_MIN = 1000, LOW_PERCENT = 5 };
static const char *const places[] = {".", "spool", "mail", "log"};

static unsigned percent(uint64_t part, uint64_t whole) { return whole ? (unsigned)(part * 100 / whole) : 100; }

static void judge_space(struct probe *p, const char *path, const struct statvfs *v, uint64_t limit) {
  stralloc left = {0}, least = {0};
  uint64_t size = v->f_frsize, available = v->f_bavail * size;
  unsigned share = percent(v->f_bavail, v->f_blocks);
  human_size(&left, available);
  human_size(&least, limit);
  if (available < limit)
    probe_find(p, CHECK_FAIL, DC011E_disk_full, "path=%s free=%s percent=%u free_space_min=%s", path, sa_cstr(&left), share, sa_cstr(&least));
  else if (available < 2 * limit || share < LOW_PERCENT)
    probe_find(p, CHECK_WARN, DC012W_disk_nearly_full, "path=%s free=%s percent=%u free_space_min=%s", path, sa_cstr(&left), share, sa_cstr(&least));
  else
    probe_good(p, "path=%s free=%s percent=%u", path, sa_cstr(&left), share);
  stralloc_free(&left);
  stralloc_free(&least);
}

void probe_disk(struct probe *p) {
  struct statvfs v;
  uint64_t limit = p->conf ? (uint64_t)conf_number(p->conf, SET_free_space_min) : 100000000;
  for (size_t i = 0; i < sizeof places / sizeof *places; i++)
    if (!statvfs(places[i], &v))
      judge_space(p, places[i], &v, limit);
    else
      probe_unreadable(p, places[i]);
}

/* Some file systems make inodes as they need them: they say 0. */
void probe_inodes(struct probe *p) {
  struct statvfs v;
  for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
    if (statvfs(places[i], &v))
      probe_unreadable(p, places[i]);
    else if (!v.f_files)
      probe_good(p, "path=%s inodes=unlimited", places[i]);
    else if (v.f_favail < INODES_MIN)
      probe_find(p, CHECK_FAIL, DC013E_inodes_used_up, "path=%s free=%llu percent=%u", places[i], (unsigned long long)v.f_favail, percent(v.f_favail, v.f_files));
    else if (percent(v.f_favail, v.f_files) < LOW_PERCENT)
      probe_find(p, CHECK_WARN, DC014W_inodes_nearly_used_up, "path=%s free=%llu percent=%u", places[i], (unsigned long long)v.f_favail, percent(v.f_favail, v.f_files));
    else
      probe_good(p, "path=%s free=%llu percent=%u", places[i], (unsigned long long)v.f_favail, percent(v.f_favail, v.f_files));
  }
}

void probe_writable(struct probe *p) {
  struct statvfs v;
  for (size_t i = 0; i < sizeof places / sizeof *places; i++)
    if (statvfs(places[i], &v))
      probe_unreadable(p, places[i]);
    else if (v.f_flag & ST_RDONLY)
      probe_find(p, CHECK_FAIL, DC015E_read_only, "path=%s", places[i]);
    else
      probe_good(p, "path=%s mounted=read-write", places[i]);
}

/* A message goes from tmp to incoming to the queue by link and rename. */
void probe_one_disk(struct probe *p) {
  static const char *const folders[] = {"spool/tmp", "spool/incoming", "spool/queue", "spool/damaged"};
  struct stat first, st;
  for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
    if (stat(folders[i], i ? &st : &first))
      probe_unreadable(p, folders[i]);
    else if (i && st.st_dev != first.st_dev)
      probe_find(p, CHECK_FAIL, QU207E_two_file_systems, "path=%s other=%s", folders[0], folders[i]);
    else
      probe_good(p, "path=spool");
}

/* --- owners and rights --- */

static bool is_kind(const struct stat *st, char kind) {
  return kind == 'd' ? S_ISDIR(st->st_mode) : kind == 'f' ? S_ISREG(st->st_mode) : kind == 'p' ? S_ISFIFO(st->st_mode) : S_ISSOCK(st->st_mode);
}

struct rights { struct probe *p; enum role_state state; uid_t owner; };

static void judge_mode(struct probe *p, const char *path, unsigned is, unsigned should) {
  if (should & ~is & 0777)
    probe_find(p, CHECK_FAIL, DC017E_right_missing, "path=%s mode=%o should=%o", path, is, should);
  else if (is & ~should & 077)
    probe_find(p, CHECK_FAIL, DC018E_open_to_others, "path=%s mode=%o should=%o", path, is, should);
}

static void judge_path(const struct rights *r, const struct owner *o, const char *path) {
  struct stat st;
  if (lstat(path, &st) || !is_kind(&st, o->kind))
    return;                        /* what a link leads to is the operator's */
  bool roles = r->state == ROLE_IN_FORCE;
  uid_t uid = roles ? role_uid(o->user) : r->owner;
  gid_t gid = roles ? role_gid(o->group) : st.st_gid;
  unsigned mode = r->state == ROLE_ORDINARY ? o->alone : roles ? o->mode : o->mode & 0700 ? o->alone : 0;
  if (st.st_uid != uid || st.st_gid != gid)
    probe_find(r->p, CHECK_FAIL, DC016E_wrong_owner, "path=%s uid=%u gid=%u should=%u:%u", path, (unsigned)st.st_uid, (unsigned)st.st_gid, (unsigned)uid, (unsigned)gid);
  else if (mode && (roles || r->state == ROLE_ORDINARY))
    judge_mode(r->p, path, st.st_mode & 07777, mode);
}

static void judge_row(const struct rights *r, const struct owner *o) {
  glob_t g;
  if (!glob(o->path, 0, NULL, &g)) {
    for (size_t i = 0; i < g.gl_pathc; i++)
      judge_path(r, o, g.gl_pathv[i]);
    globfree(&g);
  } else if (o->kind == 'd' && !strchr(o->path, '*') && access(o->path, F_OK) && errno == ENOENT)
    probe_find(r->p, CHECK_FAIL, DC019E_folder_missing, "path=%s", o->path);
}

/* Of a home of root's that has no roles yet (the next start gives them theirs) only what belongs to somebody else is wrong. */
void probe_rights(struct probe *p) {
  struct stat st;
  struct rights r = {.p = p, .state = role_state(NULL)};
  if (stat(".", &st)) {
    probe_unreadable(p, ".");
    return;
  }
  r.owner = st.st_uid;
  if (r.state == ROLE_ORDINARY && r.owner != geteuid()) {
    errno = EACCES;
    probe_unreadable(p, ".");
    return;
  }
  for (size_t i = 0; i < owners_count; i++)
    judge_row(&r, &owners[i]);
  probe_good(p, "rows=%zu roles=%s", owners_count, r.state == ROLE_IN_FORCE ? "yes" : "no");
}

void probe_roles(struct probe *p) {
  stralloc what = {0};
  switch (role_state(&what)) {
  case ROLE_NO_USERS: probe_find(p, CHECK_WARN, WZ340W_no_role_users, "user=%s", sa_cstr(&what)); break;
  case ROLE_UNREACHABLE: probe_find(p, CHECK_WARN, WZ341W_roles_unreachable, "path=%s", sa_cstr(&what)); break;
  case ROLE_NOT_ADOPTED: probe_find(p, CHECK_WARN, DC020W_not_adopted, "path=mail"); break;
  case ROLE_ORDINARY: probe_good(p, "uid=%u", (unsigned)geteuid()); break;
  case ROLE_IN_FORCE: probe_good(p, "users=%d", ROLES - 1); break;
  }
  stralloc_free(&what);
}

/* --- clock, memory, mailboxes --- */

enum { CLOCK_SLACK_S = 600, MEMORY_LOW_MB = 64, MEMORY_OUT_MB = 16 };

/* What was written here bears the time of then: if that lies ahead, the clock has gone back. */
void probe_clock(struct probe *p) {
  static const char *const files[] = {"run/conf/conf.cdb", "conf/settings", "conf/users", "log/smtp/current", "log/error/current", "log/queue/current", "run/svscan.pid"};
  struct stat st;
  for (size_t i = 0; i < sizeof files / sizeof *files; i++)
    if (!stat(files[i], &st) && st.st_mtim.tv_sec > p->now + CLOCK_SLACK_S)
      probe_find(p, CHECK_FAIL, DC027E_clock_behind, "path=%s seconds=%lld", files[i], (long long)(st.st_mtim.tv_sec - p->now));
  probe_good(p, "files=%zu", sizeof files / sizeof *files);
}

void probe_memory(struct probe *p) {
  stralloc text = {0};
  const char *at = NULL;
  if (!fd_slurp("/proc/meminfo", 65536, &text))
    at = strstr(sa_cstr(&text), "MemAvailable:");
  long mb = at ? atol(at + 13) / 1024 : -1;
  if (mb < 0)
    probe_unreadable(p, "/proc/meminfo");
  else if (mb < MEMORY_OUT_MB)
    probe_find(p, CHECK_FAIL, DC028E_no_memory, "available_mb=%ld", mb);
  else if (mb < MEMORY_LOW_MB)
    probe_find(p, CHECK_WARN, DC029W_memory_low, "available_mb=%ld", mb);
  else
    probe_good(p, "available_mb=%ld", mb);
  stralloc_free(&text);
}

static void judge_mailbox(struct probe *p, const char *box) {
  static const char *const parts[] = {"", "/cur", "/new", "/tmp"};
  char path[1024];
  struct stat st, mail;
  if (lstat(box, &st) && errno == ENOENT)
    return;                          /* the first message makes it */
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
    snprintf(path, sizeof path, "%s%s", box, parts[i]);
    if (stat(path, &st) && (errno == EACCES || errno == EPERM))
      probe_unreadable(p, path);
    else if (stat(path, &st) || !S_ISDIR(st.st_mode))
      probe_find(p, CHECK_FAIL, DC051E_mailbox_damaged, "path=%s is=%s", path, stat(path, &st) ? "missing" : "no_folder");
    else if (!stat("mail", &mail) && st.st_uid != mail.st_uid)
      probe_find(p, CHECK_FAIL, DC052E_mailbox_owner, "path=%s uid=%u should=%u", path, (unsigned)st.st_uid, (unsigned)mail.st_uid);
  }
}

static void look_at_user(void *data, struct bytes name, struct bytes value) {
  struct probe *p = data;
  char box[800];
  struct bytes path;
  (void)name;
  if (bytes_cut(&value, 0, &path)) {
    snprintf(box, sizeof box, "%.*s", (int)path.n, path.s);
    judge_mailbox(p, box);
  }
}

void probe_mailboxes(struct probe *p) {
  if (access("mail", R_OK | X_OK))
    probe_unreadable(p, "mail");
  else
    conf_each(p->conf, 'u', look_at_user, p);
  probe_good(p, "path=mail");
}

/* A mark that counts: it is younger than an hour (control/mark.h). */
void probe_full(struct probe *p) {
  DIR *d = opendir("run/full");
  struct stat st;
  char path[600];
  unsigned n = 0;
  if (!d) {
    probe_unreadable(p, "run/full");
    return;
  }
  for (struct dirent *e; (e = readdir(d));) {
    snprintf(path, sizeof path, "run/full/%s", e->d_name);
    if (*e->d_name == '.' || stat(path, &st) || p->now - st.st_mtim.tv_sec > 3600)
      continue;
    n++;
    probe_find(p, CHECK_WARN, SM302E_mailbox_full, "user=%s", e->d_name);
  }
  closedir(d);
  probe_good(p, "path=run/full marks=%u", n);
}
