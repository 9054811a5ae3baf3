/* token-refresh gets access tokens (OAuth2) by the commands of conf/tokens, for servers that take no passwords.
 *
 *   token-refresh [--home HOME]                    the service: gets each token before the last one expires
 *   token-refresh --once [NAME...] [--home HOME]   gets those tokens, or all, now
 *
 * Exit codes of --once: 0 got all, 100 a name is not in conf/tokens, 111 one could not be got. */
#include <getopt.h>
#include <sys/stat.h>

#include "control/home.h"
#include "control/launch.h"
#include "refresh/refresh.h"
#include "sys/report.h"

static const char usage[] = "token-refresh [--once [NAME...]] [--home HOME]";

struct choice { const char *home; bool once; };

static struct choice options(int argc, char **argv) {
  static const struct option known[] = {{"home", required_argument, NULL, 'h'}, {"once", no_argument, NULL, 'o'}, {NULL, 0, NULL, 0}};
  struct choice choice = {0};
  for (int c; (c = getopt_long(argc, argv, "", known, NULL)) != -1;)
    if (c == 'h')
      choice.home = optarg;
    else if (c == 'o')
      choice.once = true;
    else
      die(EXIT_PERMANENT, SY103E_usage, "usage=%s", usage);
  if (optind < argc && !choice.once)
    die(EXIT_PERMANENT, SY103E_usage, "usage=%s", usage);
  return choice;
}

int main(int argc, char **argv) {
  report_init("token-refresh");
  struct choice choice = options(argc, argv);
  if (choice.once)
    report_to_people();
  home_enter(choice.home);
  mkdir("run/token", 0700);        /* of a home of an earlier version; a failure shows when a token is written */
  launch(ROLE_TOKEN, NULL, 0, argv);
  if (choice.once)
    return refresh_once(argv + optind, argc - optind);
  refresh_serve();
}
