/* smtp-recv: receives mail by SMTP from descriptor 0, answers on descriptor 1, puts it into the spool.
 *
 *   smtp-recv [--home HOME]        under tcpserver or tcp-pool (UCSPI environment), or in a pipeline
 */
#include <getopt.h>

#include "control/home.h"
#include "recv/recv.h"
#include "sys/report.h"

int main(int argc, char **argv) {
  static const struct option options[] = {{"home", required_argument, NULL, 'h'}, {NULL, 0, NULL, 0}};
  const char *home = NULL;
  int c;
  report_init("smtp-recv");
  opterr = 0;
  while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
    if (c != 'h')
      die(EXIT_PERMANENT, SY103E_usage, "usage=%s", "smtp-recv [--home HOME]");
    home = optarg;
  }
  if (optind != argc)
    die(EXIT_PERMANENT, SY103E_usage, "usage=%s", "smtp-recv [--home HOME]");
  home_enter(home);
  return serve(recv_conversation, SERVE_MANY);
}
