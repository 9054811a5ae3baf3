/* tls-serve does TLS for the other services: it alone holds the private keys and links libssl.
 *
 *   tls-serve [--home HOME]                       the service: takes connections over on run/tls/socket
 *   tls-serve [--home HOME] --self-signed NAME    makes conf/tls/NAME.pem, where there is none
 *
 * Three kinds of processes; lib/tls/tls.h says who holds what. */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "control/home.h"
#include "control/role.h"
#include "sys/report.h"
#include "tls/door.h"
#include "tls/keys.h"

static const char usage[] = "tls-serve [--home HOME] [--self-signed NAME]";

struct choice { const char *home, *self_signed; };

static struct choice options(int argc, char **argv) {
  static const struct option known[] = {{"home", required_argument, NULL, 'h'}, {"self-signed", required_argument, NULL, 's'}, {NULL, 0, NULL, 0}};
  struct choice choice = {0};
  for (int c; (c = getopt_long(argc, argv, "", known, NULL)) != -1;)
    if (c == 'h')
      choice.home = optarg;
    else if (c == 's')
      choice.self_signed = optarg;
    else
      die(EXIT_PERMANENT, SY103E_usage, "usage=%s", usage);
  if (optind < argc)
    die(EXIT_PERMANENT, SY103E_usage, "usage=%s", usage);
  return choice;
}

/* supervise's descriptors 0 and 1 are of no use; a library must not find them closed and open others in their place. */
static void leave_terminal(void) {
  int null = open("/dev/null", O_RDWR | O_CLOEXEC);
  if (null < 0 || dup2(null, 0) < 0 || dup2(null, 1) < 0)
    die_errno(EXIT_TEMPORARY, SY102E_file_failed, "action=open path=/dev/null");
  if (null > 2)
    close(null);
}

int main(int argc, char **argv) {
  int pair[2];
  report_init("tls-serve");
  struct choice choice = options(argc, argv);
  if (choice.self_signed)
    report_to_people();
  home_enter(choice.home);
  if (choice.self_signed)
    return tls_self_signed(choice.self_signed);
  leave_terminal();
  role_prepare();
  role_become(ROLE_TLS);
  if (mkdir("run/tls", 0700) && errno != EEXIST)
    die_errno(EXIT_TEMPORARY, SY102E_file_failed, "action=mkdir path=run/tls");
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair))
    die_errno(EXIT_TEMPORARY, SY104E_system_call_failed, "action=socketpair");
  pid_t pid = fork();
  if (pid < 0)
    die_errno(EXIT_TEMPORARY, SY104E_system_call_failed, "action=fork");
  close(pair[pid ? 1 : 0]);
  if (!pid)
    tls_keys_run(pair[1]);
  tls_door_run(pair[0]);
}
