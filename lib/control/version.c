#include "control/version.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "conf/compile.h"
#include "sys/fd.h"
#include "sys/report.h"

unsigned version_of_home(void) {
  stralloc text = {0};
  unsigned line, version = 0;
  if (!fd_slurp("conf/version", CONF_FILE_MAX, &text) || errno == ENOENT)
    version = conf_version(bytes_sa(&text), &line);
  stralloc_free(&text);
  return version;
}

bool version_fits(void) {
  unsigned version = version_of_home();
  char home[4096];
  if (!getcwd(home, sizeof home))
    snprintf(home, sizeof home, "HOME");
  if (version > CONF_SET_VERSION)
    report(CF111E_version_newer, "version=%u expected=%d", version, CONF_SET_VERSION);
  else if (version && version < CONF_SET_VERSION)
    report(CF113E_version_older, "version=%u expected=%d command=\"conf-check --migrate --home %s\"", version, CONF_SET_VERSION, home);
  return !version || version == CONF_SET_VERSION;
}
