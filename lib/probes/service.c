/* Q4, Q6: ports and who holds them, services and how they fare. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "front/front.h"
#include "front/supervision.h"
#include "probes/logs.h"
#include "probes/probes.h"
#include "sys/fd.h"

/* --- ports --- */

static void read_file(stralloc *text, pid_t pid, const char *name) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%ld/%s", (long)pid, name);
  text->len = 0;
  fd_slurp(path, 65536, text);
}

/* The systemd unit that a process belongs to: the last part of its control group that ends in .service. */
static void find_unit(char unit[64], pid_t pid) {
  stralloc text = {0};
  struct bytes rest, part;
  *unit = 0;
  read_file(&text, pid, "cgroup");
  for (rest = bytes_sa(&text); bytes_cut(&rest, '/', &part);) {
    while (part.n && (part.s[part.n - 1] == '\n'))
      part.n--;
    if (part.n > 8 && part.n < 64 && !memcmp(part.s + part.n - 8, ".service", 8))
      snprintf(unit, 64, "%.*s", (int)part.n, part.s);
  }
  stralloc_free(&text);
}

/* A process of this home's services: acceptors are executed by supervise, so a service's pid is its own. */
static bool is_ours(const struct front_service *s, pid_t pid) {
  struct front_state state;
  front_service_state(&state, s->name);
  return state.pid && state.pid == pid;
}

static void tell_taken(struct probe *p, const struct front_service *s, long port, const struct front_holder *h) {
  char unit[64] = "";
  if (h->pid)
    find_unit(unit, h->pid);
  if (!h->pid)
    probe_find(p, CHECK_FAIL, WZ202E_port_taken_by_user, "port=%ld service=%s user=%s", port, s->name, h->user);
  else if (*unit)
    probe_find(p, CHECK_FAIL, WZ201E_port_taken, "port=%ld service=%s process=%s pid=%ld user=%s unit=%s", port, s->name, h->name, (long)h->pid, h->user, unit);
  else
    probe_find(p, CHECK_FAIL, WZ201E_port_taken, "port=%ld service=%s process=%s pid=%ld user=%s", port, s->name, h->name, (long)h->pid, h->user);
}

static void look_at_port(struct probe *p, const char *name) {
  const struct front_service *s = front_service_find(name);
  long port = conf_number(p->conf, (enum setting)s->port);
  struct front_state state;
  struct front_holder h;
  front_service_state(&state, name);
  bool up = state.pid && front_state_is_up(&state);
  if (!front_is_open(s, p->conf))
    probe_good(p, "port=%ld state=closed", port);
  else if (!front_port_holder(&h, (unsigned)port))
    probe_good(p, "port=%ld state=free", port);
  else if (is_ours(s, h.pid) || (up && !h.pid))     /* up, and another user's process cannot be seen: it is its own */
    probe_good(p, "port=%ld state=ours pid=%ld", port, (long)state.pid);
  else
    tell_taken(p, s, port, &h);
}

void probe_port_smtp(struct probe *p) { look_at_port(p, "smtp"); }
void probe_port_submission(struct probe *p) { look_at_port(p, "submission"); }
void probe_port_smtps(struct probe *p) { look_at_port(p, "smtps"); }
void probe_port_pop3(struct probe *p) { look_at_port(p, "pop3"); }
void probe_port_pop3s(struct probe *p) { look_at_port(p, "pop3s"); }

/* --- services --- */

enum { QUICK_MANY = 3, RESTARTS_MANY = 5, SECONDS_SETTLED = 600 };

void probe_running(struct probe *p) {
  pid_t pid = front_svscan();
  if (pid)
    probe_good(p, "program=svscan pid=%ld", (long)pid);
  else
    probe_find(p, CHECK_FAIL, DC411E_not_running, "path=run/svscan.pid");
}

/* Whether it is down because somebody said so ("svc -d", a file "down"), or tries in vain. */
static void judge_service(struct probe *p, const char *name, const struct front_state *s, const struct front_attempt *a) {
  stralloc words = {0};
  logs_last_words(&words, name);
  unsigned long restarts = a->starts > 1 ? a->starts - 1 : 0;
  long long seconds = (long long)(p->now - s->since);
  if (!s->supervised)
    probe_find(p, CHECK_FAIL, DC413E_not_supervised, "service=%s last_words=%s", name, sa_cstr(&words));
  else if (!s->pid)
    probe_find(p, CHECK_FAIL, DC412E_service_down, "service=%s down_seconds=%lld restarts=%lu last_words=%s", name, seconds, restarts, sa_cstr(&words));
  else if (!front_state_is_up(s))
    probe_find(p, CHECK_FAIL, DC414E_service_fails, "service=%s restarts=%lu quick=%lu last_words=%s", name, restarts, a->quick, sa_cstr(&words));
  else if ((restarts >= RESTARTS_MANY || a->quick >= QUICK_MANY) && seconds < SECONDS_SETTLED)
    probe_find(p, CHECK_WARN, DC415W_service_restarts, "service=%s up_seconds=%lld restarts=%lu last_words=%s", name, seconds, restarts, sa_cstr(&words));
  else
    probe_good(p, "service=%s pid=%ld up_seconds=%lld restarts=%lu", name, (long)s->pid, seconds, restarts);
  stralloc_free(&words);
}

static void look_at_service(struct probe *p, const char *name) {
  const struct front_service *service = front_service_find(name);
  struct front_state s;
  struct front_attempt a;
  char path[64];
  if (service->port >= 0 && p->conf && !front_is_open(service, p->conf)) {
    probe_good(p, "service=%s state=closed", name);
    return;
  }
  snprintf(path, sizeof path, "service/%s/supervise", name);
  if (access(path, X_OK) && !access("service", F_OK) && access("service", X_OK)) {
    probe_unreadable(p, path);
    return;
  }
  front_service_state(&s, name);
  front_attempt_read(&a, name);
  if (s.pid && !front_state_is_up(&s) && p->now - s.since < 3) {    /* about to become itself */
    usleep(1500000);
    front_service_state(&s, name);
    front_attempt_read(&a, name);
  }
  judge_service(p, name, &s, &a);
}

#define SERVICE(name) void probe_service_##name(struct probe *p) { look_at_service(p, #name); }
SERVICE(log)
SERVICE(auth)
SERVICE(tls)
SERVICE(token)
SERVICE(queue)
SERVICE(submit)
SERVICE(smtp)
SERVICE(submission)
SERVICE(smtps)
SERVICE(pop3)
SERVICE(pop3s)

/* --- Q6: the level that a service was started with, and the one that stands in its folder --- */

static bool level_of(struct bytes text, uint64_t *level) { return bytes_u64(bytes_trim(text), level) && *level <= 99; }

static bool level_in_force(pid_t pid, uint64_t *level) {
  static const char name[] = "OUTPUT_LEVEL=";
  stralloc text = {0};
  struct bytes rest, part;
  bool found = false;
  read_file(&text, pid, "environ");
  for (rest = bytes_sa(&text); !found && bytes_cut(&rest, 0, &part);)
    if (part.n >= sizeof name && !memcmp(part.s, name, sizeof name - 1))
      found = level_of(bytes_of(part.s + sizeof name - 1, part.n - sizeof name + 1), level);
  stralloc_free(&text);
  return found;
}

static void look_at_level(struct probe *p, const char *name, stralloc *all) {
  char path[64];
  stralloc text = {0};
  struct front_state s;
  struct bytes rest, line = {"", 0};
  uint64_t written = 30, now;
  snprintf(path, sizeof path, "service/%s/env/OUTPUT_LEVEL", name);
  bool set = !fd_slurp(path, 100, &text);
  rest = bytes_sa(&text);
  if (set && (!bytes_cut(&rest, '\n', &line) || !level_of(line, &written)))
    probe_find(p, CHECK_WARN, DC611W_level_unread, "path=%s content=%.*s", path, (int)line.n, line.s);
  front_service_state(&s, name);
  if (s.pid && level_in_force(s.pid, &now) && set && now != written)
    probe_find(p, CHECK_WARN, DC612W_level_not_in_force, "service=%s written=%llu in_force=%llu", name, (unsigned long long)written, (unsigned long long)now);
  sa_catf(all, "%s%s:%llu", all->len ? "," : "", name, (unsigned long long)written);
  stralloc_free(&text);
}

void probe_level(struct probe *p) {
  stralloc all = {0};
  if (access("service/smtp", X_OK)) {
    probe_unreadable(p, "service/smtp");
    return;
  }
  for (size_t i = 0; i < FRONT_SERVICES; i++)
    if (*front_services[i].program)
      look_at_level(p, front_services[i].name, &all);
  probe_good(p, "levels=%s", sa_cstr(&all));
  stralloc_free(&all);
}
