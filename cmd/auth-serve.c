/* auth-serve decides logins: it alone sees passwords, runs the checkpassword program and hands POP3 conversations on.
 *
 *   auth-serve [--home HOME]
 *
 * One event loop over run/auth.  Whatever arrives there, it goes on. */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "auth/desk.h"
#include "auth/penalty.h"
#include "control/generation.h"
#include "control/home.h"
#include "control/launch.h"
#include "control/mark.h"
#include "sandbox/sandbox.h"
#include "sys/clock.h"
#include "sys/fd.h"
#include "sys/report.h"

enum { ACCEPTS = 16, TIDY_MS = 600000 };    /* before the others have their turn */
enum { CLIENTS = 1u << ROLE_RECEIVE | 1u << ROLE_POP };
enum { LISTENER, CHECKERS, SESSIONS, HAND, KNOWN, REQUESTS = KNOWN + SESSIONS_MAX, POLLS = REQUESTS + 2 * LOGIN_QUEUE_MAX };

static struct desk desk;
static struct launch need[] = {
  {.listen = "run/auth"}, {.program = "auth-check", .role = ROLE_AUTH}, {.program = "pop3-session", .role = ROLE_MAIL},
};
enum { NEEDED = sizeof need / sizeof *need };
static struct pollfd polls[POLLS];   /* of request i: its channel at REQUESTS + 2 i, its child behind that */

static const char *options(int argc, char **argv) {
  static const struct option known[] = {{"home", required_argument, NULL, 'h'}, {NULL, 0, NULL, 0}};
  const char *home = NULL;
  for (int c; (c = getopt_long(argc, argv, "", known, NULL)) != -1;)
    if (c == 'h')
      home = optarg;
    else
      die(EXIT_PERMANENT, SY103E_usage, "usage=%s", "auth-serve [--home HOME]");
  if (optind < argc)
    die(EXIT_PERMANENT, SY103E_usage, "usage=%s", "auth-serve [--home HOME]");
  return home;
}

static void watch(size_t i, int fd, short events) { polls[i] = (struct pollfd){.fd = fd, .events = events}; }

static void watch_all(int listener) {
  bool handing = false;
  for (size_t i = 0; i < LOGIN_QUEUE_MAX; i++) {
    const struct desk_request *r = &desk.request[i];
    watch(REQUESTS + 2 * i, r->step == DESK_UNUSED ? -1 : r->channel, r->step == DESK_READING ? POLLIN : 0);
    watch(REQUESTS + 2 * i + 1, r->step == DESK_CHECKING ? r->check.fd : -1, POLLIN);
    handing = handing || r->step == DESK_HANDING;
  }
  watch(LISTENER, desk_has_room(&desk) ? listener : -1, POLLIN);
  watch(CHECKERS, need[1].process, POLLIN);
  watch(SESSIONS, need[2].process, POLLIN);
  watch(HAND, handing ? desk.sessions.fresh : -1, POLLOUT);
  sessions_watch(&desk.sessions, polls + KNOWN);
}

static void turn_away(int fd) {
  struct ucred who = {0};
  socklen_t n = sizeof who;
  getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &n);
  report(AU230W_stranger, "uid=%u pid=%d", (unsigned)who.uid, (int)who.pid);
  close(fd);
}

static void accept_some(int listener) {
  for (int i = 0, fd; i < ACCEPTS && desk_has_room(&desk); i++) {
    if ((fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC)) < 0)
      break;
    if (role_peer(fd, CLIENTS))
      desk_arrive(&desk, fd);
    else
      turn_away(fd);
  }
}

/* The channel of a request is looked at last: what its child found out counts even if the client has left since. */
static void handle_request(size_t i) {
  struct desk_request *r = &desk.request[i];
  if (polls[REQUESTS + 2 * i + 1].revents)
    desk_child_event(&desk, r);
  else if (polls[REQUESTS + 2 * i].revents)
    desk_channel_event(&desk, r, polls[REQUESTS + 2 * i].revents);
  else if (r->step == DESK_HANDING && polls[HAND].revents)
    desk_hand(&desk, r);
}

static void handle_all(int listener) {
  for (size_t i = 0; i < LOGIN_QUEUE_MAX; i++)
    if (desk.request[i].step != DESK_UNUSED)
      handle_request(i);
  for (size_t i = 0; i < SESSIONS_MAX; i++)
    if (polls[KNOWN + i].revents)
      sessions_event(&desk.sessions, i);
  for (int i = CHECKERS; i <= SESSIONS; i++)
    if (polls[i].revents)
      die(EXIT_TEMPORARY, SY108E_template_ended, "program=%s", need[i].program);
  if (polls[LISTENER].revents)
    accept_some(listener);
}

/* Marks that are too old count no more: away with them. */
static void tidy(int64_t now) {
  static int64_t last = -TIDY_MS;
  const struct conf *c = now - last >= TIDY_MS ? generation_conf() : NULL;
  if (c)
    mark_pop_expire(conf_number(c, SET_pop_before_smtp_time));
  if (c)
    last = now;
}

/* A program of the operator's would inherit it and could not run; where one is named later, desk ends the process. */
static void confine(void) {
  struct conf *c = generation_conf();
  desk.confined = !c || auth_check_is_own(conf_text(c, SET_checkpassword));
  if (desk.confined)
    sandbox_enter(&sandbox_auth_serve);
}

static void loop(int listener) {
  for (;;) {
    int64_t now = clock_ms(), next = desk_tick(&desk, now);
    tidy(now);
    watch_all(listener);
    int n = poll(polls, POLLS, next <= now ? 0 : (int)(next - now));
    if (n > 0)
      handle_all(listener);
    else if (n < 0 && errno != EINTR)
      die_errno(EXIT_TEMPORARY, SY104E_system_call_failed, "action=poll");
  }
}

int main(int argc, char **argv) {
  report_init("auth-serve");
  home_enter(options(argc, argv));
  launch(ROLE_AUTH, need, NEEDED, argv);
  role_prepare();
  setenv("WIZ98_HOME", ".", 1);     /* for the children: the home is where we are */
  long processors = sysconf(_SC_NPROCESSORS_ONLN);
  desk.processors = processors > 0 ? (unsigned)processors : 1;
  desk.checkers = need[1].fd;
  desk.sessions.fresh = need[2].fd;
  for (size_t i = 0; i < NEEDED; i++)
    fcntl(need[i].fd, F_SETFL, O_NONBLOCK);
  penalty_init();
  confine();
  report(AU002I_auth_ready, "path=run/auth processors=%u", desk.processors);
  loop(need[0].fd);
}
