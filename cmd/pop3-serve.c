/* pop3-serve speaks POP3 up to the login, on descriptors 0 and 1: what strangers talk to.  It holds no password hash and
 * no mailbox: auth-serve decides, and pop3-session goes on with the conversation.
 *
 *   tcpserver … 110 pop3-serve [--home HOME]
 *   tcpserver … 995 pop3-serve --tls [--home HOME]       TLS from the start */
#include <getopt.h>
#include <stdbool.h>

#include "control/generation.h"
#include "control/home.h"
#include "io/serve.h"
#include "reading/reading.h"
#include "sandbox/sandbox.h"
#include "sys/report.h"

int main(int argc, char **argv) {
  static const struct option known[] = {{"home", required_argument, NULL, 'h'}, {"tls", no_argument, NULL, 't'}, {NULL, 0, NULL, 0}};
  const char *home = NULL;
  bool tls = false;
  report_init("pop3-serve");
  for (int c; (c = getopt_long(argc, argv, "", known, NULL)) != -1;)
    if (c == 'h')
      home = optarg;
    else if (c == 't')
      tls = true;
    else
      die(EXIT_PERMANENT, SY103E_usage, "usage=%s", "pop3-serve [--tls] [--home HOME]");
  home_enter(home);
  generation_conf();                 /* opened once, for all workers that are forked */
  sandbox_enter(&sandbox_pop3_serve);
  return serve(tls ? reading_login_tls : reading_login);
}
