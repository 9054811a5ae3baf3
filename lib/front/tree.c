#include "front/tree.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "control/generation.h"
#include "control/owner.h"
#include "front/front.h"
#include "queue/queue.h"
#include "sys/fd.h"
#include "sys/report.h"

enum { SCRIPT_MAX = 65536 };

static bool failed(const char *action, const char *path) {
  report_errno(SY102E_file_failed, "action=%s path=%s", action, path);
  return false;
}

static bool make_folder(const char *path, mode_t mode) {
  if (mkdir(path, mode) && errno != EEXIST)
    return failed("mkdir", path);
  return !chmod(path, mode) || failed("chmod", path);     /* the umask is 077 */
}

bool tree_directories(bool fresh) {
  char shard[32];
  if (!owner_apply_all(fresh))
    return false;
  for (int i = 0; i < QUEUE_SHARDS; i++) {
    snprintf(shard, sizeof shard, "spool/queue/%02d", i);
    if (mkdir(shard, 0700) ? errno != EEXIST : !owner_apply(shard))
      return failed("mkdir", shard);
  }
  if (symlink("error/current", "log/error.log") && errno != EEXIST)
    return failed("symlink", "log/error.log");
  return true;
}

/* --- services --- */

/* Installed: PREFIX/bin and PREFIX/share/wiz98; in the source tree: build/bin and conf. */
static bool read_template(stralloc *text, const char *name) {
  static const char *const places[] = {"../share/wiz98/service", "../../conf/service"};
  stralloc path = {0};
  bool found = false;
  for (size_t i = 0; i < sizeof places / sizeof *places && !found; i++) {
    front_beside(&path, places[i]);
    sa_catf(&path, "/%s/run", name);
    text->len = 0;
    found = !fd_slurp(sa_cstr(&path), SCRIPT_MAX, text);
  }
  if (!found)
    failed("open", path.s);
  stralloc_free(&path);
  return found;
}

static bool make_script(const char *name) {
  char path[64];
  stralloc text = {0};
  snprintf(path, sizeof path, "service/%s/run", name);
  if (!access(path, F_OK))
    return true;
  bool done = read_template(&text, name) && (!fd_replace(path, text.s, text.len, 0700) || failed("write", path));
  stralloc_free(&text);
  return done;
}

static bool mark_down(const char *name, bool down) {
  char path[64];
  snprintf(path, sizeof path, "service/%s/down", name);
  if (!down)
    return !unlink(path) || errno == ENOENT || failed("unlink", path);
  return !fd_replace(path, "", 0, 0600) || failed("write", path);
}

static bool make_service(const struct front_service *s, const struct conf *c) {
  char path[64];
  snprintf(path, sizeof path, "service/%s", s->name);
  if (!make_folder(path, 0700))
    return false;
  snprintf(path, sizeof path, "service/%s/env", s->name);
  return make_folder(path, 0700) && make_script(s->name) && mark_down(s->name, !front_is_open(s, c));
}

/* The run scripts find the programs by this link, so that their text is the same everywhere. */
static bool link_programs(void) {
  stralloc bin = {0};
  char now[4096];
  front_beside(&bin, "");
  ssize_t n = readlink("service/.bin", now, sizeof now);
  bool same = n >= 0 && bytes_eq(bytes_of(now, (size_t)n), bytes_sa(&bin));
  if (!same && ((unlink("service/.bin") && errno != ENOENT) || symlink(sa_cstr(&bin), "service/.bin")))
    failed("symlink", "service/.bin");
  else
    same = true;
  stralloc_free(&bin);
  return same;
}

bool tree_services(void) {
  const struct conf *c = generation_conf();
  if (!c || !link_programs())
    return false;
  for (size_t i = 0; i < FRONT_SERVICES; i++)
    if (!make_service(&front_services[i], c))
      return false;
  return true;
}
