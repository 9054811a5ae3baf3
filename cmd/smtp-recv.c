/* smtp-recv: receives mail by SMTP from descriptor 0, answers on descriptor 1, puts it into the spool.
 *
 *   smtp-recv [--home HOME] [--tls] [--submission]     under tcpserver or tcp-pool (UCSPI environment), or in a pipeline
 *
 * --tls: the handshake comes before the greeting (port 465).  --submission: for our users (ports 587 and 465). */
#include <getopt.h>

#include "control/home.h"
#include "recv/recv.h"
#include "sandbox/sandbox.h"
#include "spool/spool.h"
#include "sys/report.h"

static unsigned how;

static int talk(int in, int out, const struct peer *peer) { return recv_conversation(how, in, out, peer); }

static noreturn void usage(void) { die(EXIT_PERMANENT, SY103E_usage, "usage=%s", "smtp-recv [--home HOME] [--tls] [--submission]"); }

int main(int argc, char **argv) {
  static const struct option options[] = {{"home", 1, NULL, 'h'}, {"tls", 0, NULL, 't'}, {"submission", 0, NULL, 's'}, {NULL, 0, NULL, 0}};
  const char *home = NULL;
  report_init("smtp-recv");
  opterr = 0;
  for (int c; (c = getopt_long(argc, argv, "", options, NULL)) != -1;)
    switch (c) {
    case 'h': home = optarg; break;
    case 't': how |= RECV_TLS; break;
    case 's': how |= RECV_SUBMISSION; break;
    default: usage();
    }
  if (optind != argc)
    usage();
  home_enter(home);
  spool_prepare();                   /* where that fails, each message says so */
  sandbox_enter(&sandbox_smtp_recv);
  return serve(talk);
}
