/* What is said of a report, and the archive. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "gather/gather.h"
#include "log/human.h"
#include "sys/fd.h"
#include "sys/report.h"

void gather_say(stralloc *out, const struct gather *g, enum language lang) {
  static const char *const inside[] = {"The report holds:\n", "レポートの内容:\n"};
  static const char *const taken[] = {
    "Taken out: passwords, hashes, keys and tokens in %zu places, and in %zu the local parts of addresses (what stands before the @), of %u different ones.\n",
    "伏せたもの: パスワード・ハッシュ・鍵・トークン %zu か所、アドレスの @ より前の部分 %zu か所(%u 種類)。\n"};
  static const char *const stays[] = {
    "What stays: names of domains and hosts (your own as well), IP addresses, settings, times, queue IDs, what other servers said.\n"
    "No mail is inside, no key, no certificate.\n",
    "残るもの: ドメイン名・ホスト名(自社のものも含みます)、IP アドレス、設定、時刻、キュー ID、相手サーバの応答。\n"
    "メールの本文・鍵・証明書は入っていません。\n"};
  sa_cats(out, inside[lang]);
  for (size_t i = 0; i < g->parts; i++) {
    stralloc size = {0};
    human_size(&size, g->part[i].text.len);
    sa_catf(out, "  %-28s %10s  %s\n", g->part[i].name, sa_cstr(&size), g->part[i].about[lang]);
    stralloc_free(&size);
  }
  sa_catf(out, taken[lang], g->blank.secrets, g->blank.names, g->blank.people);
  sa_cats(out, stays[lang]);
}

/* --- files in a folder of our own --- */

static bool failed(const char *action, const char *path) {
  report_errno(SY102E_file_failed, "action=%s path=%s", action, path);
  return false;
}

static bool put_file(int folder, const char *name, struct bytes text) {
  int fd = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  bool good = fd >= 0 && !fd_write_all(fd, text.s, text.n);
  if (fd >= 0)
    close(fd);
  return good || failed("write", name);
}

static const char *const folders[] = {"conf", "crash", "asked"};
enum { FOLDERS = sizeof folders / sizeof *folders };

static bool put_files(const struct gather *g, int folder) {
  stralloc what = {0};
  bool good = true;
  for (size_t i = 0; i < FOLDERS; i++)
    good = good && (!mkdirat(folder, folders[i], 0700) || failed("mkdir", folders[i]));
  gather_say(&what, g, LANG_EN);
  good = good && put_file(folder, "CONTENTS.txt", bytes_sa(&what));
  for (size_t i = 0; i < g->parts && good; i++)
    good = put_file(folder, g->part[i].name, bytes_sa(&g->part[i].text));
  stralloc_free(&what);
  return good;
}

static void remove_files(const struct gather *g, int folder, const char *path) {
  unlinkat(folder, "CONTENTS.txt", 0);
  for (size_t i = 0; i < g->parts; i++)
    unlinkat(folder, g->part[i].name, 0);
  for (size_t i = 0; i < FOLDERS; i++)
    unlinkat(folder, folders[i], AT_REMOVEDIR);
  rmdir(path);
}

/* --- tar --- */

/* Its working directory is the folder, so that no path of ours is an argument. */
static noreturn void become_tar(int folder, int fd) {
  static char *const argv[] = {"tar", "--create", "--gzip", "--file=-", "--owner=0", "--group=0", "--numeric-owner", "--transform=s,^[.],wiz98-report,", ".", NULL};
  if (!fchdir(folder) && dup2(fd, 1) >= 0)
    execvp(argv[0], argv);
  _exit(127);
}

static bool run_tar(int folder, int fd) {
  int status = -1;
  pid_t pid = fork();
  if (!pid)
    become_tar(folder, fd);
  while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
    continue;
  if (pid > 0 && WIFEXITED(status) && !WEXITSTATUS(status))
    return true;
  report(RE102E_tar_failed, "status=%d", status);
  return false;
}

bool gather_write(const struct gather *g, int fd) {
  const char *temporary = getenv("TMPDIR");
  char path[4096];
  snprintf(path, sizeof path, "%s/wiz98-report-XXXXXX", temporary && *temporary == '/' ? temporary : "/tmp");
  if (!mkdtemp(path))
    return failed("mkdir", path);
  int folder = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  bool good = folder >= 0 ? put_files(g, folder) && run_tar(folder, fd) : failed("open", path);
  remove_files(g, folder, path);
  if (folder >= 0)
    close(folder);
  return good && (!fsync(fd) || errno == EINVAL || errno == EROFS || failed("sync", path));
}
