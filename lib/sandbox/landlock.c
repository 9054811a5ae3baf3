#include "sandbox/landlock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* linux/landlock.h */
enum { CREATE_RULESET = 444, ADD_RULE = 445, RESTRICT_SELF = 446 };
enum { ASK_VERSION = 1, RULE_PATH_BENEATH = 1, RULE_NET_PORT = 2 };
enum { BIND_TCP = 1, CONNECT_TCP = 2, SCOPE_ABSTRACT_UNIX = 1, SCOPE_SIGNAL = 2 };
enum {
  FS_EXECUTE = 1 << 0, FS_WRITE_FILE = 1 << 1, FS_READ_FILE = 1 << 2, FS_READ_DIR = 1 << 3, FS_REMOVE_FILE = 1 << 5, FS_MAKE_DIR = 1 << 7,
  FS_MAKE_REG = 1 << 8, FS_MAKE_SOCK = 1 << 9, FS_REFER = 1 << 13, FS_TRUNCATE = 1 << 14,
  FS_VERSION_2 = (1 << 14) - 1, FS_VERSION_3 = (1 << 15) - 1, FS_VERSION_5 = (1 << 16) - 1,
};

struct ruleset { uint64_t fs, net, scoped; };
struct path_rule { uint64_t allowed; int fd; } __attribute__((packed));
struct port_rule { uint64_t allowed, port; };

static const struct { unsigned ours; uint64_t kernels; } words[] = {
  {SANDBOX_EXECUTE, FS_EXECUTE}, {SANDBOX_READ, FS_READ_FILE}, {SANDBOX_LIST, FS_READ_DIR}, {SANDBOX_WRITE, FS_WRITE_FILE | FS_TRUNCATE},
  {SANDBOX_MAKE, FS_MAKE_REG}, {SANDBOX_REMOVE, FS_REMOVE_FILE}, {SANDBOX_MOVE, FS_REFER}, {SANDBOX_MKDIR, FS_MAKE_DIR}, {SANDBOX_SOCKET, FS_MAKE_SOCK},
};

int landlock_version(void) {
  long n = syscall(CREATE_RULESET, NULL, 0, ASK_VERSION);
  return n < 2 ? 0 : (int)n;
}

static struct ruleset handled(int version, const struct landlock_wish *w) {
  struct ruleset r = {.fs = version >= 5 ? FS_VERSION_5 : version >= 3 ? FS_VERSION_3 : FS_VERSION_2};
  if (version >= 4 && w->tcp)
    r.net = w->connects ? BIND_TCP : BIND_TCP | CONNECT_TCP;
  if (version >= 6 && w->scope)
    r.scoped = SCOPE_ABSTRACT_UNIX | SCOPE_SIGNAL;
  return r;
}

static uint64_t rights_of(unsigned ours) {
  uint64_t rights = 0;
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (ours & words[i].ours)
      rights |= words[i].kernels;
  return rights;
}

static int open_path(const struct sandbox_path *p) {
  const char *path = *p->path == '$' ? getenv(p->path + 1) : p->path;
  int fd = open(path ? path : "", O_PATH | O_CLOEXEC);
  if (fd < 0 && errno == ENOENT && p->rights & SANDBOX_ENSURE && !mkdir(p->path, 0700))
    fd = open(p->path, O_PATH | O_CLOEXEC);
  return fd;
}

/* Descriptors that are closed together: one call for all that follow each other. */
struct used { int first, last; };

static void close_used(struct used *u) {
  if (u->first < u->last && !close_range((unsigned)u->first, (unsigned)u->last, 0))
    return;
  for (int fd = u->first; fd <= u->last; fd++)   /* one alone; or close_range is not in the sandbox */
    close(fd);
}

static void use(struct used *u, int fd) {
  if (u->first > u->last || fd != u->last + 1) {
    close_used(u);
    u->first = fd;
  }
  u->last = fd;
}

/* What is not there is not given: whoever needs it will say so. */
static int add_path(int ruleset, const struct sandbox_path *p, uint64_t known, struct used *used) {
  int fd = open_path(p);
  if (fd < 0)
    return errno == ENOENT || errno == EACCES || errno == ENOTDIR ? 0 : -1;
  struct path_rule rule = {rights_of(p->rights) & known, fd};
  int result = (int)syscall(ADD_RULE, ruleset, RULE_PATH_BENEATH, &rule, 0);
  int saved = errno;
  use(used, fd);
  errno = saved;
  return result;
}

/* Whoever connects from a certain address of ours binds to port 0: any that is free. */
static int add_ports(int ruleset, const struct ruleset *r, const struct landlock_wish *w) {
  struct port_rule any = {BIND_TCP, 0};
  return r->net && w->connects ? (int)syscall(ADD_RULE, ruleset, RULE_NET_PORT, &any, 0) : 0;
}

static int fill_and_enter(int ruleset, const struct ruleset *r, const struct landlock_wish *w, struct used *used) {
  for (size_t i = 0; i < w->paths; i++)
    if (add_path(ruleset, &w->path[i], r->fs, used))
      return -1;
  return add_ports(ruleset, r, w) || syscall(RESTRICT_SELF, ruleset, 0) ? -1 : 0;
}

int landlock_enter(int version, const struct landlock_wish *w) {
  struct ruleset r = handled(version, w);
  size_t size = version >= 6 ? sizeof r : version >= 4 ? 2 * sizeof r.fs : sizeof r.fs;
  struct used used = {0, -1};
  int ruleset = (int)syscall(CREATE_RULESET, &r, size, 0);
  if (ruleset < 0)
    return -1;
  int result = fill_and_enter(ruleset, &r, w, &used);
  int saved = errno;
  if (used.first == ruleset + 1)
    used.first = ruleset;
  else
    close(ruleset);
  close_used(&used);
  errno = saved;
  return result;
}
