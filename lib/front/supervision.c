#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "front/supervision.h"
#include "sys/fd.h"
#include "sys/report.h"

#define PID_FILE "run/svscan.pid"

static const char default_path[] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

void supervision_comm(char comm[16], pid_t pid) {
  char path[64];
  *comm = 0;
  snprintf(path, sizeof path, "/proc/%ld/comm", (long)pid);
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  ssize_t n = fd < 0 ? 0 : read(fd, comm, 15);
  comm[n < 0 ? 0 : n] = 0;
  comm[strcspn(comm, "\n")] = 0;
  if (fd >= 0)
    close(fd);
}

static bool works_here(pid_t pid) {
  char path[64], cwd[4096 + 16], home[4096], want[4096 + 16];
  snprintf(path, sizeof path, "/proc/%ld/cwd", (long)pid);
  ssize_t n = readlink(path, cwd, sizeof cwd - 1);
  if (n < 0 || !getcwd(home, sizeof home))
    return false;
  cwd[n] = 0;
  snprintf(want, sizeof want, "%s/service", home);
  return !strcmp(cwd, want);
}

/* The file alone proves nothing: after a reboot its number may be anybody's. */
pid_t front_svscan(void) {
  stralloc text = {0};
  char comm[16];
  pid_t pid = 0;
  if (!fd_slurp(PID_FILE, 64, &text))
    pid = (pid_t)atol(sa_cstr(&text));
  stralloc_free(&text);
  if (pid <= 0)
    return 0;
  supervision_comm(comm, pid);
  return !strcmp(comm, "svscan") && works_here(pid) ? pid : 0;
}

int front_open_pipe(void) {
  if (mkfifo("run/log.pipe", 0600) && errno != EEXIST)
    return -1;
  return open("run/log.pipe", O_RDWR | O_CLOEXEC);
}

bool supervision_in_path(const char *program) {
  char file[4096 + 64];
  struct bytes rest, part;
  const char *path = getenv("PATH");
  if (!path)
    setenv("PATH", path = default_path, 1);
  for (rest = bytes_str(path); bytes_cut(&rest, ':', &part);) {
    snprintf(file, sizeof file, "%.*s/%s", (int)(part.n < 4096 ? part.n : 4096), part.s, program);
    if (!access(file, X_OK))
      return true;
  }
  return false;
}

/* --- launching --- */

static noreturn void become_svscan(bool console) {
  char level[12];
  sigset_t none;
  sigemptyset(&none);
  int null = open("/dev/null", O_RDONLY | O_CLOEXEC), pipe = front_open_pipe();
  snprintf(level, sizeof level, "%d", FRONT_LEVEL_CONSOLE);
  setsid();
  unsetenv("OUTPUT_LEVEL");        /* service/NAME/env says it */
  unsetenv("WIZ98_CONSOLE");
  if (console)
    setenv("WIZ98_CONSOLE", level, 1);
  for (int number = 1; number < NSIG; number++)
    signal(number, SIG_DFL);
  sigprocmask(SIG_SETMASK, &none, NULL);
  if (null < 0 || pipe < 0 || dup2(null, 0) < 0 || dup2(pipe, 1) < 0 || dup2(pipe, 2) < 0 || chdir("service"))
    die_errno(EXIT_TEMPORARY, SY104E_system_call_failed, "action=descriptors");
  execlp("svscan", "svscan", (char *)NULL);
  die_errno(EXIT_TEMPORARY, WZ104E_tool_missing, "program=%s", "svscan");
}

void front_launch(bool console) {
  char number[24];
  for (size_t i = 0; i < FRONT_SERVICES; i++)
    front_attempt_write(&(struct front_attempt){0}, front_services[i].name);
  pid_t pid = fork();
  if (pid < 0)
    die_errno(EXIT_TEMPORARY, SY104E_system_call_failed, "action=fork");
  if (!pid)
    become_svscan(console);
  int n = snprintf(number, sizeof number, "%ld\n", (long)pid);
  if (fd_replace(PID_FILE, number, (size_t)n, 0600))
    die_errno(EXIT_TEMPORARY, SY102E_file_failed, "action=write path=%s", PID_FILE);
}

void supervision_forget(void) { unlink(PID_FILE); }

bool supervision_remembered(void) { return !access(PID_FILE, F_OK); }

/* --- who belongs to it: svscan made a session, its descendants are in it --- */

static pid_t session_of(const char *pid) {
  char path[64];
  stralloc text = {0};
  long session = 0;
  snprintf(path, sizeof path, "/proc/%.20s/stat", pid);
  if (!fd_slurp(path, 4096, &text)) {
    const char *end = strrchr(sa_cstr(&text), ')');   /* behind the name, which may hold anything */
    char state;
    if (!end || sscanf(end + 1, " %c %*d %*d %ld", &state, &session) != 2 || state == 'Z')
      session = 0;
  }
  stralloc_free(&text);
  return (pid_t)session;
}

static bool is_kind(pid_t pid, enum supervision_kind kind) {
  char comm[16];
  supervision_comm(comm, pid);
  bool supervise = !strcmp(comm, "supervise");
  if (kind == SUPERVISION_SERVED)
    return !supervise && strcmp(comm, "svscan") && strcmp(comm, "multilog");
  return supervise || kind == SUPERVISION_ALL;
}

size_t supervision_session(pid_t session, enum supervision_kind kind, int number) {
  size_t count = 0;
  DIR *d = opendir("/proc");
  for (struct dirent *e; d && (e = readdir(d));) {
    pid_t pid = isdigit((unsigned char)*e->d_name) ? (pid_t)atol(e->d_name) : 0;
    if (!pid || session_of(e->d_name) != session || !is_kind(pid, kind))
      continue;
    count++;
    if (number)
      kill(pid, number);
  }
  if (d)
    closedir(d);
  return count;
}

void supervision_each(supervision_visit *visit, void *data) {
  DIR *d = opendir("service");
  for (struct dirent *e; d && (e = readdir(d));)
    if (*e->d_name != '.')
      visit(e->d_name, data);
  if (d)
    closedir(d);
}
