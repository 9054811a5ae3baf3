#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "control/generation.h"
#include "front/front.h"
#include "front/words.h"
#include "sys/report.h"

/* Changes to a server that may be running: reload; and setting, which reads. */

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

static void print_bytes(struct bytes b) {
  if (b.n)
    printf("%.*s", (int)b.n, b.s);
  else
    printf("(%s)", front_word(FRONT_EMPTY));
}

/* True: this change waits for a restart. */
static bool tell_change(const struct conf *old, const struct conf *now, enum setting s) {
  struct bytes before = conf_text(old, s), after = conf_text(now, s);
  if (bytes_eq(before, after))
    return false;
  printf("%s: ", names[s]);
  print_bytes(before);
  printf(" -> ");
  print_bytes(after);
  puts(needs_restart(s) ? front_word(FRONT_AFTER_RESTART) : "");
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
