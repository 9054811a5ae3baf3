#include "control/mailbox.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/sa.h"
#include "control/owner.h"
#include "sys/fd.h"
#include "sys/report.h"

static bool make(const char *path) {
  struct stat st;
  if (!mkdir(path, 0700) ? owner_apply(path) : errno == EEXIST && !stat(path, &st) && S_ISDIR(st.st_mode))
    return true;
  if (errno == EEXIST)
    errno = ENOTDIR;
  report_errno(US112E_mailbox_not_made, "path=%s", path);
  return false;
}

/* mail, mail/DOMAIN, mail/DOMAIN/USER */
static bool make_parents(stralloc *path) {
  for (size_t i = 0; i < path->len; i++)
    if (path->s[i] == '/') {
      path->s[i] = 0;
      bool good = make(path->s);
      path->s[i] = '/';
      if (!good)
        return false;
    }
  return make(sa_cstr(path));
}

bool mailbox_make(const char *box) {
  static const char *const folders[] = {"/cur", "/new", "/tmp", "/wiz98.tmp"};
  stralloc path = {0};
  sa_copys(&path, box);
  bool good = make_parents(&path);
  for (size_t i = 0; i < sizeof folders / sizeof *folders && good; i++) {
    sa_copys(&path, box);
    sa_cats(&path, folders[i]);
    good = make(sa_cstr(&path));
  }
  if (good)
    fd_sync_directory(box);   /* whoever delivers makes anew what a crash of the machine takes */
  stralloc_free(&path);
  return good;
}
