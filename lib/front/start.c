#include <dirent.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "addr/ip.h"
#include "control/generation.h"
#include "control/role.h"
#include "control/version.h"
#include "front/front.h"
#include "front/supervision.h"
#include "front/tree.h"
#include "starttls/message.h"
#include "sys/clock.h"
#include "sys/fd.h"
#include "sys/report.h"

enum { START_S = 20, GREETING_MS = 3000, STEP_MS = 100 };

/* --- before anything is started --- */

static bool tools_are_there(void) {
  static const char *const tools[] = {"svscan", "supervise", "multilog", "envdir", "softlimit", "tcpserver"};
  for (size_t i = 0; i < sizeof tools / sizeof *tools; i++)
    if (!supervision_in_path(tools[i])) {
      report(WZ104E_tool_missing, "program=%s", tools[i]);
      return false;
    }
  return true;
}

/* What stands in conf/ is put in force; where it is faulty (conf-check has told) the last good set stays.  But nothing
 * starts with files of another version: what they say may mean something else here. */
static const struct conf *configuration(void) {
  static const char *const argv[] = {"conf-check", "--reload", NULL};
  if (!version_fits())
    return NULL;
  int code = front_run(argv, NULL, -1);
  const struct conf *c = generation_conf();
  if (c && code)
    report(WZ105W_last_good_set, "path=%s", "conf");
  return c;
}

static bool ports_are_free(const struct conf *c) {
  bool all = true;
  for (size_t i = 0; i < FRONT_SERVICES; i++) {
    const struct front_service *s = &front_services[i];
    if (s->port >= 0 && front_is_open(s, c) && front_port_check(conf_text(c, SET_listen), conf_number(c, (enum setting)s->port), s->name, 0))
      all = false;
  }
  return all;
}

static void tell_what_is_closed(const struct conf *c) {
  if (!conf_number(c, SET_smtp_auth))
    report(WZ301I_closed_without_auth, "ports=%ld,%ld", conf_number(c, SET_submission_port), conf_number(c, SET_smtps_port));
  if (geteuid())
    report(WZ303I_ordinary_user, "uid=%u", (unsigned)geteuid());
}

/* Root's server without roles: which one thing is missing. */
static void tell_roles(void) {
  stralloc what = {0};
  enum role_state state = role_state(&what);
  if (state == ROLE_NO_USERS)
    report(WZ340W_no_role_users, "user=%s", sa_cstr(&what));
  else if (state == ROLE_UNREACHABLE)
    report(WZ341W_roles_unreachable, "path=%s", sa_cstr(&what));
  stralloc_free(&what);
}

bool front_prepare(void) {
  const struct conf *c;
  tell_roles();
  if (!tools_are_there() || !tree_directories(false) || !(c = configuration()) || !ports_are_free(c))
    return false;
  int pipe = front_open_pipe();
  if (pipe < 0) {
    report_errno(SY102E_file_failed, "action=open path=%s", "run/log.pipe");
    return false;
  }
  close(pipe);
  tell_what_is_closed(c);
  return tree_services();
}

/* --- waiting until the services answer --- */

static socklen_t address_to_ask(struct sockaddr_storage *a, const struct conf *c, long port) {
  struct ip ip;
  if (!ip_parse(&ip, conf_text(c, SET_listen)) || (!ip.v6 && !memcmp(ip.a, "\0\0\0\0", 4)))
    ip_parse(&ip, bytes_str("127.0.0.1"));
  if (ip.v6) {
    struct sockaddr_in6 s = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port)};
    memcpy(&s.sin6_addr, ip.a, 16);
    memcpy(a, &s, sizeof s);
    return sizeof s;
  }
  struct sockaddr_in s = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  memcpy(&s.sin_addr, ip.a, 4);
  memcpy(a, &s, sizeof s);
  return sizeof s;
}

static bool greets(const struct front_service *s, const struct conf *c) {
  struct sockaddr_storage a = {0};
  socklen_t n = address_to_ask(&a, c, conf_number(c, (enum setting)s->port));
  char line[512] = {0};
  int fd = socket(a.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0)
    return false;
  bool good = !connect(fd, (struct sockaddr *)&a, n) && fd_wait(fd, POLLIN, GREETING_MS) && read(fd, line, sizeof line - 1) > 0 && !strncmp(line, s->greeting, strlen(s->greeting));
  if (good && !fd_write_all(fd, "QUIT\r\n", 6) && fd_wait(fd, POLLIN, GREETING_MS))
    good = read(fd, line, sizeof line - 1) > 0;
  close(fd);
  return good;
}

static bool has_certificate(void) {
  DIR *d = opendir("conf/tls");
  bool found = false;
  for (struct dirent *e; d && !found && (e = readdir(d));)
    found = *e->d_name != '.';
  if (d)
    closedir(d);
  return found;
}

/* Where TLS comes first a connection would have to end in the middle of it, and stand in the log: so the port is only
 * looked at, and whether tls-serve takes connections over.  Without a certificate it never does. */
static bool listens(const struct front_service *s, const struct conf *c) {
  struct front_holder h;
  return front_port_holder(&h, (unsigned)conf_number(c, (enum setting)s->port)) && (!access(STARTTLS_SOCKET, F_OK) || !has_certificate());
}

/* Its process is no longer the run script or `wiz98 run`, and its port answers. */
static bool answers(const struct front_service *s, const struct conf *c) {
  struct front_state state;
  if (!front_is_open(s, c))
    return true;
  front_service_state(&state, s->name);
  return state.pid && front_state_is_up(&state) && (s->port < 0 || (*s->greeting ? greets(s, c) : listens(s, c)));
}

int front_await(int seconds) {
  bool ready[FRONT_SERVICES] = {false};
  int64_t end = clock_ms() + seconds * 1000;
  const struct conf *c = generation_conf();
  bool seen = false;   /* it takes a moment until the child has become svscan; if it goes after that, waiting is over */
  for (size_t left = FRONT_SERVICES; c && left && clock_ms() < end && (front_svscan() || !seen);) {
    seen |= front_svscan() != 0;
    for (size_t i = 0; i < FRONT_SERVICES; i++)
      if (!ready[i] && answers(&front_services[i], c)) {
        ready[i] = true;
        left--;
      }
    if (left)
      nanosleep(&(struct timespec){.tv_nsec = STEP_MS * 1000000}, NULL);
  }
  int code = EXIT_DONE;
  for (size_t i = 0; i < FRONT_SERVICES; i++)
    if (!ready[i]) {
      report(WZ207E_service_not_up, "service=%s", front_services[i].name);
      code = EXIT_TEMPORARY;
    }
  return code;
}

int front_start(void) {
  if (front_svscan()) {
    report(WZ304I_running_already, "pid=%ld", (long)front_svscan());
    return front_status(false);
  }
  if (!front_prepare())
    return EXIT_TEMPORARY;
  front_launch(false);
  int code = front_await(START_S);
  front_status(false);
  return code;
}
