#include "control/generation.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "sys/report.h"

enum { TRIES = 5 };

struct opened {
  struct conf conf;
  char target[64];     /* what run/conf pointed to when it was opened */
  bool open;
};

typedef int opener(struct conf *c, int fd);

static bool link_target(char to[64]) {
  ssize_t n = readlink("run/conf", to, 63);
  to[n < 0 ? 0 : n] = 0;
  return n > 0;
}

static bool open_file(struct opened *o, const char *target, const char *name, opener *open_conf) {
  struct conf fresh;
  char path[160];
  snprintf(path, sizeof path, "run/%s/%s", target, name);
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    return false;
  int unusable = open_conf(&fresh, fd);
  if (unusable) {
    conf_close(&fresh);
    errno = unusable == CONF_OF_OTHER_VERSION ? ENOTSUP : EBADMSG;
    return false;
  }
  if (o->open)
    conf_close(&o->conf);
  o->conf = fresh;
  o->open = true;
  strcpy(o->target, target);
  return true;
}

/* A generation that cannot be opened leaves the one that is open in use: half a reload harms nobody.  Two reloads in
 * quick succession may remove what the link pointed to a moment ago: the link is then read again. */
static struct conf *in_force(struct opened *o, const char *name, opener *open_conf) {
  char target[64];
  for (int i = 0; i < TRIES && link_target(target); i++) {
    if (o->open && !strcmp(target, o->target))
      return &o->conf;
    if (open_file(o, target, name, open_conf))
      return &o->conf;
    if (errno != ENOENT)
      break;
  }
  if (errno == ENOTSUP)
    report(CF309E_generation_of_other_version, "path=run/conf/%s", name);
  else
    report_errno(CF301E_no_generation, "path=run/conf/%s", name);
  return o->open ? &o->conf : NULL;
}

struct conf *generation_conf(void) {
  static struct opened o;
  return in_force(&o, "conf.cdb", conf_open);
}

struct conf *generation_secret(const char *name) {
  static struct opened auth, remote, token;
  return in_force(name[0] == 'a' ? &auth : name[0] == 't' ? &token : &remote, name, conf_open_secret);
}
