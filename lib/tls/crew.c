#include "tls/crew.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "sys/clock.h"
#include "sys/report.h"

enum { CRASHES_MAX = 3, MINUTE_MS = 60000 };

static unsigned size;
static int64_t crash[CRASHES_MAX];    /* when; the oldest is overwritten */
static unsigned crashes;
static sigset_t usual, holding;

static void note(int number) { (void)number; }

void tls_crew_init(void) {
  sigaction(SIGCHLD, &(struct sigaction){.sa_handler = note, .sa_flags = SA_NOCLDSTOP}, NULL);
  sigemptyset(&holding);
  sigaddset(&holding, SIGCHLD);
  sigprocmask(SIG_BLOCK, &holding, &usual);
}

bool tls_crew_fork(void) {
  pid_t pid = fork();
  if (pid < 0)
    report_errno(SY104E_system_call_failed, "action=fork");
  if (pid > 0)
    size++;
  if (!pid)
    sigprocmask(SIG_SETMASK, &usual, NULL);
  return !pid;
}

unsigned tls_crew_size(void) { return size; }

static bool is_crash(int status) {
  return WIFSIGNALED(status) && WTERMSIG(status) != SIGTERM && WTERMSIG(status) != SIGKILL && WTERMSIG(status) != SIGINT && WTERMSIG(status) != SIGHUP;
}

static void note_crash(pid_t pid, int signal) {
  int64_t now = clock_ms();
  report(TL403E_child_crashed, "pid=%d signal=%d", (int)pid, signal);
  crash[crashes++ % CRASHES_MAX] = now;
  if (crashes >= CRASHES_MAX && now - crash[crashes % CRASHES_MAX] < MINUTE_MS)
    die(EXIT_TEMPORARY, TL404E_many_crashes, "crashes=%d seconds=60", CRASHES_MAX);
}

void tls_crew_reap(void) {
  int status;
  for (pid_t pid; (pid = waitpid(-1, &status, WNOHANG)) > 0;) {
    if (size)
      size--;
    if (is_crash(status))
      note_crash(pid, WTERMSIG(status));
  }
}

void tls_crew_poll(struct pollfd *p, size_t n, int64_t ms) {
  const struct timespec t = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
  if (ppoll(p, n, &t, &usual) > 0)
    return;
  for (size_t i = 0; i < n; i++)
    p[i].revents = 0;
}
