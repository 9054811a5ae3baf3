#include "sandbox/landlock.h"
#include "sandbox/table.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sys/report.h"

#ifdef __SANITIZE_ADDRESS__
enum { ACTIVE = 0 };
#else
enum { ACTIVE = 1 };
#endif

static int version = -1;       /* of Landlock; -1: not asked yet */

static int known_version(void) {
  if (version < 0)
    version = landlock_version();
  return version;
}

static bool has_seccomp(void) {
  static const unsigned action = SECCOMP_RET_TRAP;
  return !syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action);
}

/* By what came last: whoever lacks a part lacks those behind it. */
static const char *landlock_lacks(void) {
  int v = known_version();
  if (v == 0)
    return "landlock";
  if (v < 3)
    return "landlock:truncate,tcp,ioctl,signals";
  if (v < 4)
    return "landlock:tcp,ioctl,signals";
  if (v < 5)
    return "landlock:ioctl,signals";
  return v < 6 ? "landlock:signals" : "";
}

const char *sandbox_lacks(void) {
  const char *landlock = landlock_lacks();
  if (has_seccomp())
    return landlock;
  return *landlock ? "seccomp and landlock" : "seccomp";
}

void sandbox_tell(void) {
  const char *lacks = sandbox_lacks();
  if (*lacks)
    report(SB101W_kernel_lacks, "lacks=%s", lacks);
}

static noreturn void fail(const char *action) { die_errno(EXIT_TEMPORARY, SB201E_sandbox_failed, "action=%s", action); }

static void filter_calls(const struct sandbox *s) {
  struct sock_fprog program = {.len = s->length, .filter = (struct sock_filter *)(uintptr_t)s->filter};
  if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) && errno != ENOSYS && (errno != EINVAL || has_seccomp()))
    fail("seccomp");
}

void sandbox_enter(const struct sandbox *s) {
  if (!ACTIVE)
    return;
  const char *lacks = report_is_on(SB102I_kernel_lacks_here) ? sandbox_lacks() : "";
  if (*lacks)
    report(SB102I_kernel_lacks_here, "lacks=%s", lacks);
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
    fail("no_new_privs");
  if (known_version() && landlock_enter(version, &(struct landlock_wish){.path = s->path, .paths = s->paths, .tcp = true, .connects = s->connects, .scope = true}))
    fail("landlock");
  filter_calls(s);
}

void sandbox_narrow(const struct sandbox_path *paths, size_t count) {
  if (ACTIVE && known_version() && landlock_enter(version, &(struct landlock_wish){.path = paths, .paths = count}))
    fail("landlock");
}
