#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "control/generation.h"
#include "front/front.h"
#include "sys/fd.h"
#include "sys/report.h"

/* Changes to a server that may be running: reload, level; and setting, which reads. */

static const char *const names[SETTING_COUNT] = {
#define SETTING(name, type, value, since, en, ja) #name,
#include "conf/settings.def"
#undef SETTING
};

/* Those that a service reads only when it starts, as arguments of its acceptor, or that say whether a port is opened. */
static bool needs_restart(enum setting s) {
  static const enum setting at_start[] = {SET_listen, SET_smtp_port, SET_submission_port, SET_smtps_port, SET_pop3_port, SET_pop3s_port, SET_smtp_auth, SET_acceptor, SET_connections_max, SET_local_concurrency, SET_remote_concurrency, SET_destination_concurrency};
  for (size_t i = 0; i < sizeof at_start / sizeof *at_start; i++)
    if (at_start[i] == s)
      return true;
  return false;
}

static void print_bytes(struct bytes b) { printf("%s%.*s%s", b.n ? "" : "(", (int)b.n, b.n ? b.s : "empty", b.n ? "" : ")"); }

/* True: this change waits for a restart. */
static bool tell_change(const struct conf *old, const struct conf *now, enum setting s) {
  struct bytes before = conf_text(old, s), after = conf_text(now, s);
  if (bytes_eq(before, after))
    return false;
  printf("%s: ", names[s]);
  print_bytes(before);
  printf(" -> ");
  print_bytes(after);
  puts(needs_restart(s) ? "   (in force after a restart)" : "");
  return needs_restart(s);
}

static void tell_changes(const struct conf *old, const struct conf *now) {
  bool restart = false;
  for (int s = 0; s < SETTING_COUNT; s++)
    if (tell_change(old, now, (enum setting)s))
      restart = true;
  fflush(stdout);
  if (restart && front_svscan())
    report(WZ308I_restart_needed, "command=%s", "wiz98 stop; wiz98 start");
}

int front_reload(void) {
  static const char *const argv[] = {"conf-check", "--reload", NULL};
  struct conf old;
  int fd = open("run/conf/conf.cdb", O_RDONLY | O_CLOEXEC);
  bool had = fd >= 0 && !conf_open(&old, fd);
  int code = front_run(argv, NULL, -1);
  const struct conf *now = code ? NULL : generation_conf();
  if (now && had)
    tell_changes(&old, now);
  if (had)
    conf_close(&old);
  return code;
}

/* --- level --- */

static bool set_level(const char *service, unsigned level) {
  char path[64], text[12];
  snprintf(path, sizeof path, "service/%s/env", service);
  if (mkdir(path, 0700) && errno != EEXIST)
    return false;
  snprintf(path, sizeof path, "service/%s/env/OUTPUT_LEVEL", service);
  int n = snprintf(text, sizeof text, "%u\n", level);
  return !fd_replace(path, text, (size_t)n, 0600);
}

/* A restart that was asked for is no sign of trouble: it must not be counted among the quick ones. */
static void restart(const char *service) {
  struct front_attempt a;
  front_attempt_read(&a, service);
  a.time = 0;
  a.quick = 0;
  front_attempt_write(&a, service);
  front_service_control(service, "t");
}

int front_level(unsigned level, const char *service) {
  if (service && (!front_service_find(service) || !*front_service_find(service)->program)) {
    report(WZ103E_service_unknown, "service=%s", service);
    return EXIT_PERMANENT;
  }
  for (size_t i = 0; i < FRONT_SERVICES; i++) {
    const struct front_service *s = &front_services[i];
    if (!*s->program || (service && strcmp(service, s->name)))
      continue;
    if (!set_level(s->name, level)) {
      report_errno(SY102E_file_failed, "action=write path=service/%s/env/OUTPUT_LEVEL", s->name);
      return EXIT_TEMPORARY;
    }
    restart(s->name);
    report(WZ309I_level_set, "service=%s level=%u", s->name, level);
  }
  return EXIT_DONE;
}

int front_setting(const char *name) {
  const struct conf *c = generation_conf();
  if (!c)
    return EXIT_TEMPORARY;
  for (int s = 0; s < SETTING_COUNT; s++)
    if (!strcmp(names[s], name)) {
      struct bytes value = conf_text(c, (enum setting)s);
      printf("%.*s\n", (int)value.n, value.s);
      return fflush(stdout) ? EXIT_TEMPORARY : EXIT_DONE;
    }
  report(WZ106E_setting_unknown, "name=%s", name);
  return EXIT_PERMANENT;
}
