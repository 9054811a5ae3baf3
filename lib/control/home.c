#include "control/home.h"

#include <stdlib.h>
#include <unistd.h>

#include "sys/report.h"

static const char default_home[] = "/var/wiz98";

void home_enter(const char *option) {
  const char *home = option ? option : getenv("WIZ98_HOME");
  if (!home || !*home)
    home = default_home;
  if (chdir(home) || access("conf", X_OK) || access("run", X_OK))
    die_errno(EXIT_TEMPORARY, SY105E_home_missing, "path=%s", home);
}
