#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "front/front.h"
#include "front/supervision.h"
#include "sys/clock.h"
#include "sys/report.h"

/* The order: nothing is started again, services end, conversations under way get a moment, the log's pipe runs dry, the
 * log ends last.  Idempotent: whatever of it is there is stopped. */

enum { SERVICES_MS = 20000, CONVERSATIONS_MS = 5000, TERM_MS = 3000, PIPE_MS = 3000, AGAIN_MS = 1000, STEP_MS = 50 };

static void step(void) { nanosleep(&(struct timespec){.tv_nsec = STEP_MS * 1000000}, NULL); }

struct task { bool log, found; const char *commands; };

static void look(const char *name, void *data) {
  struct task *t = data;
  struct front_state state;
  if (!strcmp(name, "log") != t->log)
    return;
  front_service_state(&state, name);
  t->found = t->found || state.supervised;
}

static bool supervised(bool log) {
  struct task t = {.log = log};
  supervision_each(look, &t);
  return t.found;
}

static void command(const char *name, void *data) {
  const struct task *t = data;
  if (!strcmp(name, "log") == t->log)
    front_service_control(name, t->commands);
}

static void send_all(bool log, const char *commands) { supervision_each(command, &(struct task){.log = log, .commands = commands}); }

/* A supervise that svscan has only just started opens its FIFO a moment later: the session tells that it is there. */
static bool some_left(pid_t session, bool log) {
  if (supervised(log))
    return true;
  return session && supervision_session(session, SUPERVISION_SUPERVISE, 0) > (log ? 0 : supervised(true));
}

/* "dx": down, then exit; a service that ignores SIGTERM is killed.  Said again each second, for a supervise that was not
 * there the first time. */
static bool end_services(pid_t session, bool log) {
  int64_t end = clock_ms() + SERVICES_MS, say = 0;
  for (; clock_ms() < end + TERM_MS; step()) {
    if (clock_ms() >= say) {
      send_all(log, clock_ms() > end ? "dxk" : "dx");
      say = clock_ms() + AGAIN_MS;
    }
    if (!some_left(session, log))
      return true;
  }
  return false;
}

static void end_svscan(pid_t pid) {
  int64_t end = clock_ms() + TERM_MS;
  kill(pid, SIGTERM);
  while (front_svscan() == pid && clock_ms() < end)
    step();
  if (front_svscan() == pid)
    kill(pid, SIGKILL);
}

static bool session_empties(pid_t session, int64_t ms) {
  for (int64_t end = clock_ms() + ms; clock_ms() < end; step())
    if (!supervision_session(session, SUPERVISION_SERVED, 0))
      return true;
  return false;
}

static void end_conversations(pid_t session) {
  if (session_empties(session, CONVERSATIONS_MS))
    return;
  supervision_session(session, SUPERVISION_SERVED, SIGTERM);
  if (!session_empties(session, TERM_MS))
    supervision_session(session, SUPERVISION_SERVED, SIGKILL);
}

static void drain_log(void) {
  int waiting, fd = open("run/log.pipe", O_RDWR | O_NONBLOCK | O_CLOEXEC);
  for (int64_t end = clock_ms() + PIPE_MS; fd >= 0 && clock_ms() < end; step())
    if (ioctl(fd, FIONREAD, &waiting) || !waiting)
      break;
  if (fd >= 0)
    close(fd);
}

int front_stop(void) {
  pid_t svscan = front_svscan();
  if (!svscan && !supervised(false) && !supervised(true)) {
    report(WZ305I_not_running, "pid=%d", 0);
    return EXIT_DONE;
  }
  if (svscan)
    end_svscan(svscan);
  bool ended = end_services(svscan, false);
  if (svscan)
    end_conversations(svscan);
  drain_log();
  ended = end_services(svscan, true) && ended;
  if (svscan)
    supervision_session(svscan, SUPERVISION_ALL, SIGKILL);
  if (!ended) {
    report(WZ208E_not_stopped, "home=%s", ".");
    return EXIT_TEMPORARY;
  }
  supervision_forget();
  report(WZ306I_stopped, "pid=%ld", (long)svscan);
  return EXIT_DONE;
}
