#include "control/home.h"

#include <stdlib.h>
#include <unistd.h>

#include "sys/report.h"

static const char default_home[] = "/var/wiz98";

const char *home_path(const char *option) {
  const char *home = option ? option : getenv("WIZ98_HOME");
  return home && *home ? home : default_home;
}

void home_enter(const char *option) {
  const char *home = home_path(option);
  if (chdir(home) || access("conf", F_OK) || access("run", X_OK))
    die_errno(EXIT_TEMPORARY, SY105E_home_missing, "path=%s", home);
}
