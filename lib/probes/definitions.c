/* Q7: programs, definition files, the generation made of them. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "control/generation.h"
#include "control/publish.h"
#include "front/front.h"
#include "front/supervision.h"
#include "probes/probes.h"
#include "sys/fd.h"

void probe_tools(struct probe *p) {
  static const char *const tools[] = {"svscan", "supervise", "multilog", "envdir", "softlimit", "tcpserver"};
  for (size_t i = 0; i < sizeof tools / sizeof *tools; i++)
    if (!supervision_in_path(tools[i]))
      probe_find(p, CHECK_FAIL, WZ104E_tool_missing, "program=%s", tools[i]);
  probe_good(p, "programs=%zu", sizeof tools / sizeof *tools);
}

/* --- the services' programs: by the link service/.bin --- */

void probe_programs(struct probe *p) {
  char path[4096];
  ssize_t n = readlink("service/.bin", path, sizeof path - 1);
  if (n < 0 && errno == ENOENT) {
    probe_good(p, "path=service/.bin started=never");
    return;
  }
  path[n < 0 ? 0 : n] = 0;
  for (size_t i = 0; i < FRONT_SERVICES; i++) {
    char file[4096 + 64];
    const char *program = front_services[i].program;
    snprintf(file, sizeof file, "service/.bin/%s", *program ? program : "wiz98");
    if (n < 0)
      probe_unreadable(p, "service/.bin");
    else if (access(file, X_OK))
      probe_find(p, CHECK_FAIL, DC711E_programs_gone, "path=%s program=%s", path, *program ? program : "wiz98");
  }
  probe_good(p, "path=%s", path);
}

/* --- definition files --- */

/* A file that is not there, or empty, is of version 1. */
void probe_version(struct probe *p) {
  stralloc text = {0};
  uint64_t version = 1;
  struct bytes rest, line = {"", 0};
  bool missing = fd_slurp("conf/version", 100, &text);
  rest = bytes_sa(&text);
  if (missing && errno != ENOENT)
    probe_unreadable(p, "conf/version");
  else if (!missing && bytes_cut(&rest, '\n', &line) && bytes_trim(line).n && !bytes_u64(bytes_trim(line), &version))
    probe_good(p, "file=conf/version version=unreadable");       /* the next check names the line */
  else if (version > CONF_SET_VERSION)
    probe_find(p, CHECK_FAIL, CF111E_version_newer, "file=conf/version version=%llu program=%d", (unsigned long long)version, CONF_SET_VERSION);
  else if (version < CONF_SET_VERSION)
    probe_find(p, CHECK_FAIL, CF113E_version_older, "file=conf/version version=%llu program=%d", (unsigned long long)version, CONF_SET_VERSION);
  else
    probe_good(p, "file=conf/version version=%llu", (unsigned long long)version);
  stralloc_free(&text);
}

static bool is_error(enum message_id id) { return message_of(id)->id[5] == 'E'; }

static void tell_fault(struct probe *p, const struct conf_fault *f) {
  enum message_id id = f->id == CF102E_file_unreadable && geteuid() ? DC004W_no_permission : f->id;
  enum check_result result = id == DC004W_no_permission ? CHECK_CANNOT_TELL : is_error(id) ? CHECK_FAIL : CHECK_WARN;
  if (f->line)
    probe_find(p, result, id, "at=%s:%u what=%.*s", f->path, f->line, (int)f->what.len, f->what.s);
  else
    probe_find(p, result, id, "file=%s what=%.*s", f->path, (int)f->what.len, f->what.s);
}

void probe_definitions(struct probe *p) {
  static struct publish publish;
  publish_read(&publish);
  publish_check(&publish);
  for (size_t i = 0; i < publish.faults.count; i++)
    tell_fault(p, &publish.faults.fault[i]);
  probe_good(p, "files=%d faults=0", CONF_FILES);
}

/* --- what is in force --- */

void probe_generation(struct probe *p) {
  char path[64];
  ssize_t n = readlink("run/conf", path, sizeof path - 1);
  path[n < 0 ? 0 : n] = 0;
  if (p->conf)
    probe_good(p, "path=run/conf generation=%s", path);
  else if (access("run", X_OK))
    probe_unreadable(p, "run");
  else
    probe_find(p, CHECK_FAIL, CF301E_no_generation, "path=run/conf/conf.cdb");
}

static bool is_in_force(const struct conf *c, const struct conf_pair *pair) {
  struct bytes value;
  return conf_get(c, pair->key.s[0], bytes_of(pair->key.s + 2, pair->key.len - 2), &value) && bytes_eq(value, bytes_sa(&pair->value));
}

/* What was written and what is in force: each pair that would be made now is looked up; one that is gone from the files
 * shows in the size. */
static const struct conf_pair *first_change(const struct probe *p, const struct publish *publish) {
  for (size_t i = 0; i < publish->set.conf.count; i++)
    if (!is_in_force(p->conf, &publish->set.conf.pair[i]))
      return &publish->set.conf.pair[i];
  return NULL;
}

static int64_t changed_at(enum conf_file file) {
  struct stat st;
  return stat(conf_paths[file], &st) ? 0 : st.st_mtim.tv_sec;
}

void probe_reloaded(struct probe *p) {
  static struct publish publish;
  struct stat made;
  publish_read(&publish);
  if (!publish_check(&publish) || stat("run/conf/conf.cdb", &made)) {
    probe_unreadable(p, "run/conf/conf.cdb");
    return;
  }
  const struct conf_pair *change = first_change(p, &publish);
  if (change)
    probe_find(p, CHECK_WARN, DC715W_not_reloaded, "at=%s:%u seconds=%lld", conf_paths[change->file], change->line, (long long)(p->now - changed_at(change->file)));
  for (int i = 0; i < CONF_FILES; i++)
    if (changed_at((enum conf_file)i) > made.st_mtim.tv_sec && (i == CONF_USERS || i == CONF_CREDENTIALS || i == CONF_TOKENS))
      probe_find(p, CHECK_WARN, DC715W_not_reloaded, "at=%s seconds=%lld", conf_paths[i], (long long)(p->now - changed_at((enum conf_file)i)));
  probe_good(p, "made_seconds_ago=%lld", (long long)(p->now - made.st_mtim.tv_sec));
}
