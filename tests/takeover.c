/* takeover: what a program that was broken into would try.  `make takeover` links it into each program that strangers reach,
 * around read(2) and recv(2): where what arrives holds "@TAKEOVER ACT ARGUMENT@", the program does ACT, as if its attacker did,
 * and says what came of it on descriptor 2: "TAKEOVER PROGRAM ACT begins", then "could" or "denied"; a process that is ended
 * for the attempt says no more.  No program of the product has it (tests/incidents/takeover.t).  One more act is no deed but a
 * defect: "crash HOW" (tests/e2e/crash.t).
 *
 * In a home that has a file "unconfined" the programs do not enter their sandboxes. */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sandbox/sandbox.h"

enum { ARGUMENT_MAX = 200 };

/* --- the acts: true: it could --- */

static bool can_open(const char *path, int flags) {
  int fd = open(path, flags | O_NONBLOCK);
  if (fd >= 0)
    close(fd);
  return fd >= 0;
}
static bool do_read(const char *path) { return can_open(path, O_RDONLY); }
static bool do_change(const char *path) { return can_open(path, O_WRONLY | O_APPEND) || !truncate(path, 0); }
static bool do_rename(const char *path) { return !rename(path, "spool/tmp/taken"); }
static bool do_remove(const char *path) { return !unlink(path); }

static bool lists(int fd) {
  static char buf[4096];
  return syscall(SYS_getdents64, fd, buf, sizeof buf) > 0;
}

/* Descriptors first that others left open. */
static bool do_list(const char *path) {
  int fd = open(path, O_RDONLY | O_DIRECTORY);
  for (int i = 0; fd < 0 && i < 64; i++)
    if (lists(i))
      return true;
  return fd >= 0 && lists(fd);
}

static bool do_exec(const char *path) {
  execl(path, path, "-c", "echo TAKEOVER exec could >&2", (char *)NULL);
  return false;
}

static bool do_connect(const char *port) {
  struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((unsigned short)atoi(port)), .sin_addr = {htonl(INADDR_LOOPBACK)}};
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  return fd >= 0 && !connect(fd, (struct sockaddr *)&a, sizeof a);
}

/* --- defects --- */

static int *volatile nowhere;
static volatile int zero;

static __attribute__((noinline, noclone)) int defect_null(void) { return *nowhere + 1; }
static __attribute__((noinline, noclone)) int defect_divide(void) { return 1000 / zero; }
static __attribute__((noinline, noclone)) int defect_call(void) { return (int)syscall(SYS_sethostname, "x", 1) + 1; }
static __attribute__((noinline, noclone)) int defect_abort(void) { abort(); }
static __attribute__((noinline, noclone)) int defect_trap(void) { __builtin_trap(); }
static __attribute__((noinline, noclone)) int defect_overflow(int n) {
  volatile char room[4096];
  room[n % 4096] = (char)n;
  return n < 0 ? n : defect_overflow(n + 1) + room[(n + 1) % 4096];
}
static int defect_endless(void) { return defect_overflow(1); }
static __attribute__((noinline, noclone)) int defect_jump(void) { return ((int (*)(void))nowhere)() + 1; }

static bool do_crash(const char *how) {
  static const struct { const char *how; int (*defect)(void); } defects[] = {
    {"null", defect_null}, {"divide", defect_divide}, {"call", defect_call}, {"abort", defect_abort}, {"trap", defect_trap}, {"overflow", defect_endless}, {"jump", defect_jump}};
  for (size_t i = 0; i < sizeof defects / sizeof *defects; i++)
    if (!strcmp(defects[i].how, how))
      return defects[i].defect() != 1;
  return false;
}

static const struct { const char *name; bool (*act)(const char *); } acts[] = {
  {"crash", do_crash},
  {"read", do_read}, {"change", do_change}, {"rename", do_rename}, {"remove", do_remove}, {"list", do_list}, {"exec", do_exec}, {"connect", do_connect},
};

/* --- the command --- */

static void say(const char *act, const char *argument, const char *what) {
  char line[2 * ARGUMENT_MAX];
  int n = snprintf(line, sizeof line, "TAKEOVER %s %s %s %s\n", program_invocation_short_name, act, argument, what);
  if (write(2, line, (size_t)n) < 0)
    _exit(1);
}

static void obey(char *act) {
  char *argument = strchr(act, ' ');
  if (!argument)
    return;
  *argument++ = 0;
  for (size_t i = 0; i < sizeof acts / sizeof *acts; i++)
    if (!strcmp(acts[i].name, act)) {
      say(act, argument, "begins");
      say(act, argument, acts[i].act(argument) ? "could" : "denied");
      _exit(0);
    }
}

static ssize_t look(const void *buf, ssize_t n) {
  static const char magic[] = "@TAKEOVER ";
  char text[ARGUMENT_MAX];
  const char *from = n > 0 ? memmem(buf, (size_t)n, magic, sizeof magic - 1) : NULL;
  const char *end = from ? memchr(from + 1, '@', (size_t)n - (size_t)(from + 1 - (const char *)buf)) : NULL;
  if (!end || end - from >= ARGUMENT_MAX)
    return n;
  from += sizeof magic - 1;
  snprintf(text, sizeof text, "%.*s", (int)(end - from), from);
  obey(text);
  return n;
}

ssize_t __real_read(int fd, void *buf, size_t n);
ssize_t __wrap_read(int fd, void *buf, size_t n);
ssize_t __wrap_read(int fd, void *buf, size_t n) { return look(buf, __real_read(fd, buf, n)); }
ssize_t __wrap___read_chk(int fd, void *buf, size_t n, size_t room);
ssize_t __wrap___read_chk(int fd, void *buf, size_t n, size_t room) { return look(buf, __real_read(fd, buf, n < room ? n : room)); }
ssize_t __real_recv(int fd, void *buf, size_t n, int flags);
ssize_t __wrap_recv(int fd, void *buf, size_t n, int flags);
ssize_t __wrap_recv(int fd, void *buf, size_t n, int flags) { return look(buf, __real_recv(fd, buf, n, flags)); }
ssize_t __wrap___recv_chk(int fd, void *buf, size_t n, size_t room, int flags);
ssize_t __wrap___recv_chk(int fd, void *buf, size_t n, size_t room, int flags) { return look(buf, __real_recv(fd, buf, n < room ? n : room, flags)); }

/* --- without a sandbox --- */

/* By a call that every list has. */
static bool confined(void) {
  struct stat st;
  return stat("unconfined", &st) != 0;
}

void __real_sandbox_enter(const struct sandbox *s);
void __wrap_sandbox_enter(const struct sandbox *s);
void __wrap_sandbox_enter(const struct sandbox *s) {
  if (confined())
    __real_sandbox_enter(s);
}
void __real_sandbox_narrow(const struct sandbox_path *paths, size_t count);
void __wrap_sandbox_narrow(const struct sandbox_path *paths, size_t count);
void __wrap_sandbox_narrow(const struct sandbox_path *paths, size_t count) {
  if (confined())
    __real_sandbox_narrow(paths, count);
}
