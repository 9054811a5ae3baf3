/* The parts of a report. */
#include <dirent.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/version.h"
#include "gather/gather.h"
#include "queue/queue.h"
#include "sys/clock.h"
#include "sys/fd.h"
#include "sys/report.h"
#include "sys/when.h"

enum { SECONDS = 60, REHEARSAL_SECONDS = 240 };

stralloc *gather_part(struct gather *g, const char *about_en, const char *about_ja, const char *name, ...) {
  struct gather_part *p = &g->part[g->parts < GATHER_PARTS - 1 ? g->parts++ : GATHER_PARTS - 1];
  va_list args;
  va_start(args, name);
  vsnprintf(p->name, sizeof p->name, name, args);
  va_end(args);
  p->about[LANG_EN] = about_en;
  p->about[LANG_JA] = about_ja;
  return &p->text;
}

static void put_file(stralloc *out, const char *path, size_t max) {
  size_t start = out->len;
  if (fd_slurp(path, max, out) && out->len == start)
    sa_catf(out, "(%s: %m)\n", path);
}

/* --- versions, machine --- */

static void versions(struct gather *g) {
  static const char *const packages[] = {"dpkg-query", "-W", "-f", "${Package} ${Version}\n", "libc6", "libssl3*", "libcrypt1", "libowfat*", "daemontools", "ucspi-tcp-ipv6", NULL};
  stralloc *out = gather_part(g, "versions of wiz98, the system, its libraries", "wiz98・OS・ライブラリの版", "versions.txt");
  struct utsname u;
  sa_catf(out, "wiz98 %s, report of ", WIZ98_VERSION);
  when_json(out, clock_unix(), 0);
  sa_catf(out, "\nconf/version ");
  put_file(out, "conf/version", 100);
  if (!uname(&u))
    sa_catf(out, "%s %s %s\n", u.sysname, u.release, u.machine);
  put_file(out, "/etc/os-release", 4096);
  sa_cats(out, "\n--- packages\n");
  gather_run(out, false, SECONDS, packages);
}

static void machine(struct gather *g) {
  static const char *const space[] = {"df", "-P", ".", "log", "spool", "mail", NULL}, *const inodes[] = {"df", "-Pi", ".", "log", "spool", "mail", NULL};
  static const char *const files[] = {"/proc/loadavg", "/proc/uptime", "/proc/meminfo", "/proc/self/limits", "/etc/resolv.conf"};
  stralloc *out = gather_part(g, "disk, memory, load, resolver", "ディスク・メモリ・負荷・リゾルバ", "machine.txt");
  gather_run(out, false, SECONDS, space);
  gather_run(out, false, SECONDS, inodes);
  for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
    sa_catf(out, "\n--- %s\n", files[i]);
    put_file(out, files[i], 8192);
  }
}

/* --- definition files --- */

static void definitions(struct gather *g) {
  static const char *const names[] = {"version", "settings", "domains", "users", "aliases", "address_permits_relay", "routes", "tls_policy", "reply_causes", "tokens", "credentials"};
  static stralloc file;
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    char path[64];
    snprintf(path, sizeof path, "conf/%s", names[i]);
    file.len = 0;
    if (fd_slurp(path, GATHER_PART_MAX, &file) && !file.len)
      continue;
    blank_definitions(gather_part(g, "definition file, without its comments", "定義ファイル(コメントを除く)", "%s", path), &g->blank, names[i], bytes_sa(&file));
  }
}

/* --- folders --- */

static int by_name(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

static bool is_plain(const char *name) {
  return *name != '.' && !name[strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-")];
}

/* Names of ordinary form, sorted; both to be freed. */
static size_t names_in(const char *folder, char ***names) {
  DIR *d = opendir(folder);
  size_t n = 0;
  *names = NULL;
  for (struct dirent *e; d && (e = readdir(d));) {
    if (!is_plain(e->d_name))
      continue;
    *names = realloc(*names, (n + 1) * sizeof **names);
    if (!*names || !((*names)[n++] = strdup(e->d_name)))
      out_of_memory();
  }
  if (d)
    closedir(d);
  if (n)
    qsort(*names, n, sizeof **names, by_name);
  return n;
}

static void free_names(char **names, size_t n) {
  while (n)
    free(names[--n]);
  free(names);
}

/* Names alone: what is in these files is nobody else's. */
static void certificates(struct gather *g) {
  stralloc *out = gather_part(g, "names of the files with certificates and keys", "証明書と鍵のファイル名", "conf/tls.txt");
  char **names, path[512];
  struct stat st;
  size_t n = names_in("conf/tls", &names);
  for (size_t i = 0; i < n; i++) {
    snprintf(path, sizeof path, "conf/tls/%s", names[i]);
    if (!lstat(path, &st))
      sa_catf(out, "%s %lld bytes, mode %o\n", names[i], (long long)st.st_size, st.st_mode & 07777u);
  }
  free_names(names, n);
}

/* --- what commands say --- */

static void commands(struct gather *g) {
  static const char *const status[] = {"wiz98", "status", NULL}, *const check[] = {"conf-check", NULL}, *const queue[] = {"queue-list", "--lang", "en", NULL},
                           *const errors[] = {"log-filter", "--lang", "en", "log/error", NULL}, *const doctor[] = {"mail-doctor", "--json", "--lang", "en", NULL};
  gather_run(gather_part(g, "which services run", "サービスの状態", "status.txt"), true, SECONDS, status);
  gather_run(gather_part(g, "what conf-check finds", "conf-check の結果", "check.txt"), true, SECONDS, check);
  gather_run(gather_part(g, "what mail-doctor finds", "mail-doctor の結果", "doctor.json"), true, SECONDS, doctor);
  gather_run(gather_part(g, "what waits in the queue", "キューの一覧", "queue.txt"), true, SECONDS, queue);
  gather_run(gather_part(g, "the error log", "エラーログ", "error.log"), true, SECONDS, errors);
}

static void asked_about(struct gather *g, const char *what, size_t number) {
  const char *const story[] = {"mail-trace", "--full", "--level", "99", "--lang", "en", what, NULL}, *const rehearsal[] = {"mail-doctor", "send", "--lang", "en", what, NULL},
                    *const transcript[] = {"queue-list", "--lang", "en", "--transcript", what, NULL};
  bool message = queue_id_valid(bytes_str(what));
  gather_run(gather_part(g, "what became of its mail", "そのメールの経過", "asked/%zu-trace.txt", number), true, SECONDS, story);
  gather_run(message ? gather_part(g, "what was said to other servers", "相手サーバとのやり取り", "asked/%zu-transcript.txt", number)
                     : gather_part(g, "a rehearsal: what other servers say", "送信の予行演習", "asked/%zu-rehearsal.txt", number),
             true, message ? SECONDS : REHEARSAL_SECONDS, message ? transcript : rehearsal);
}

/* As they are, and with file and line: the maker may not have this build. */
static void crashes(struct gather *g) {
  static const char *const shown[] = {"crash-show", "show", "--lang", "en", NULL}, *const raw[] = {"crash-show", "list", "--json", "--lang", "en", NULL};
  gather_run(gather_part(g, "records of crashes", "異常終了の記録", "crash/records.txt"), true, SECONDS, shown);
  gather_run(gather_part(g, "the same for programs", "同上(JSON)", "crash/records.json"), true, SECONDS, raw);
}

void gather_crashes(struct gather *g) {
  blank_init(&g->blank);
  versions(g);
  crashes(g);
}

void gather_all(struct gather *g, char **asked, size_t count) {
  blank_init(&g->blank);
  versions(g);
  machine(g);
  definitions(g);
  certificates(g);
  for (size_t i = 0; i < count; i++)
    asked_about(g, asked[i], i + 1);
  commands(g);
  crashes(g);
}

void gather_blank(struct gather *g) {
  for (size_t i = 0; i < g->parts; i++)
    blank_learn(&g->blank, bytes_sa(&g->part[i].text));
  for (size_t i = 0; i < g->parts; i++) {
    stralloc text = {0};
    blank_text(&text, &g->blank, bytes_sa(&g->part[i].text));
    stralloc_free(&g->part[i].text);
    g->part[i].text = text;
  }
}
