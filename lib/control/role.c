#include "control/role.h"

#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sys/report.h"

static const char *const users[ROLES] = {
  "root", "wiz98-receive", "wiz98-submit", "wiz98-queue", "wiz98-mail", "wiz98-remote", "wiz98-pop", "wiz98-auth", "wiz98-tls", "wiz98-token", "wiz98-log",
};

static struct {
  bool read;
  uid_t uid[ROLES];          /* 0: there is no such user */
  gid_t gid[ROLES];
} accounts;

const char *role_user(enum role r) { return users[r]; }

void role_prepare(void) {
  FILE *f = accounts.read ? NULL : fopen("/etc/passwd", "re");
  accounts.read = true;
  for (struct passwd *p; f && (p = fgetpwent(f));)
    for (int r = ROLE_ROOT + 1; r < ROLES; r++)
      if (!strcmp(p->pw_name, users[r])) {
        accounts.uid[r] = p->pw_uid;
        accounts.gid[r] = p->pw_gid;
      }
  if (f)
    fclose(f);
}

uid_t role_uid(enum role r) {
  role_prepare();
  return accounts.uid[r];
}

gid_t role_gid(enum role r) {
  role_prepare();
  return accounts.gid[r];
}

/* --- whether they are in force --- */

static const char *missing_user(void) {
  for (int r = ROLE_ROOT + 1; r < ROLES; r++)
    if (!role_uid((enum role)r) || !role_gid((enum role)r))
      return users[r];
  return NULL;
}

/* Every directory above PATH lets everybody through; else it is put into WHAT.  PATH is cut up and put together again. */
static bool is_reachable(char *path, stralloc *what) {
  struct stat st;
  for (char *slash = path + strlen(path); slash > path; slash--) {
    if (*slash != '/')
      continue;
    *slash = 0;
    bool open = !stat(path, &st) && st.st_mode & S_IXOTH;
    if (!open && what)
      sa_copys(what, path);
    *slash = '/';
    if (!open)
      return false;
  }
  bool open = !stat("/", &st) && st.st_mode & S_IXOTH;
  if (!open && what)
    sa_copys(what, "/");
  return open;
}

static bool all_reachable(stralloc *what) {
  char path[4096];
  ssize_t n = readlink("/proc/self/exe", path, sizeof path - 1);
  if (n <= 0)
    return false;
  path[n] = 0;
  return is_reachable(path, what) && getcwd(path, sizeof path) && is_reachable(path, what);
}

enum role_state role_state(stralloc *what) {
  struct stat st;
  if (geteuid())
    return ROLE_ORDINARY;
  const char *missing = missing_user();
  if (missing) {
    if (what)
      sa_copys(what, missing);
    return ROLE_NO_USERS;
  }
  if (!all_reachable(what))
    return ROLE_UNREACHABLE;
  return !stat("mail", &st) && st.st_uid == role_uid(ROLE_MAIL) ? ROLE_IN_FORCE : ROLE_NOT_ADOPTED;
}

bool role_in_force(void) { return role_state(NULL) == ROLE_IN_FORCE; }

/* --- becoming --- */

void role_become(enum role r) {
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
    die_errno(EXIT_TEMPORARY, SY104E_system_call_failed, "action=no_new_privs");
  if (r == ROLE_ROOT || !role_in_force())
    return;
  gid_t gid = role_gid(r);
  if (setgroups(1, &gid) || setgid(gid) || setuid(role_uid(r)))
    die_errno(EXIT_TEMPORARY, SY104E_system_call_failed, "action=setuid user=%s", users[r]);
}

/* --- who asks --- */

bool role_admits(uid_t uid, unsigned set) {
  if (!uid || uid == geteuid())
    return true;
  for (int r = ROLE_ROOT + 1; r < ROLES; r++)
    if (set & 1u << r && role_uid((enum role)r) == uid)
      return true;
  return false;
}

bool role_peer(int sock, unsigned set) {
  struct ucred who;
  socklen_t n = sizeof who;
  return !getsockopt(sock, SOL_SOCKET, SO_PEERCRED, &who, &n) && role_admits(who.uid, set);
}
