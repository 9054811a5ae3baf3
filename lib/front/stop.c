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

enum { SERVICES_MS = 20000, CONVERSATIONS_MS = 5000, TERM_MS = 3000, PIPE_MS = 3000, STEP_MS = 50 };

static void step(void) { nanosleep(&(struct timespec){.tv_nsec = STEP_MS * 1000000}, NULL); }

static bool is_log(const struct front_service *s) { return !*s->program; }

static bool supervised(bool log) {
  struct front_state state;
  for (size_t i = 0; i < FRONT_SERVICES; i++) {
    front_service_state(&state, front_services[i].name);
    if (is_log(&front_services[i]) == log && state.supervised)
      return true;
  }
  return false;
}

static void send_all(bool log, const char *commands) {
  for (size_t i = 0; i < FRONT_SERVICES; i++)
    if (is_log(&front_services[i]) == log)
      front_service_control(front_services[i].name, commands);
}

/* "dx": down, then exit; a service that ignores SIGTERM is killed. */
static bool end_services(bool log) {
  int64_t end = clock_ms() + SERVICES_MS;
  send_all(log, "dx");
  while (supervised(log)) {
    if (clock_ms() > end + TERM_MS)
      return false;
    if (clock_ms() > end)
      send_all(log, "k");
    step();
  }
  return true;
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
    if (!supervision_session(session, false, 0))
      return true;
  return false;
}

static void end_conversations(pid_t session) {
  if (session_empties(session, CONVERSATIONS_MS))
    return;
  supervision_session(session, false, SIGTERM);
  if (!session_empties(session, TERM_MS))
    supervision_session(session, false, SIGKILL);
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
  bool ended = end_services(false);
  if (svscan)
    end_conversations(svscan);
  drain_log();
  ended = end_services(true) && ended;
  if (!ended) {
    report(WZ208E_not_stopped, "home=%s", ".");
    return EXIT_TEMPORARY;
  }
  supervision_forget();
  report(WZ306I_stopped, "pid=%ld", (long)svscan);
  return EXIT_DONE;
}
