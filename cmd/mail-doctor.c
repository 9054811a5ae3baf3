/* mail-doctor: says why mail fails, without sending any.
 *
 *   mail-doctor send [--home HOME] [--from ADDR] [--size BYTES] [--json] [--lang en|ja] ADDR…
 *
 * send: rehearses a delivery to each ADDR, as remote-send would do it, as far as RCPT: every mail exchanger, every address of
 * it, what is said on the wire, at once; then cause, evidence, remedy; of several addresses what their pattern tells.
 * Addresses of ours are decided by the definition files.
 *
 * Exit: 0 all would be accepted, 1 something is delayed or to be remarked, 2 something fails; 100 wrong arguments. */
#include <getopt.h>
#include <stdlib.h>

#include "addr/addr.h"
#include "base/sa.h"
#include "control/generation.h"
#include "control/home.h"
#include "control/role.h"
#include "rehearse/rehearse.h"
#include "sandbox/sandbox.h"
#include "sys/language.h"
#include "sys/report.h"

static struct options {
  const char *home, *from, *size;
  bool json;
  enum language lang;
} given;

static noreturn void usage(void) {
  die(EXIT_PERMANENT, SY103E_usage, "usage=%s", "mail-doctor send [--home HOME] [--from ADDR] [--size BYTES] [--json] [--lang en|ja] ADDR...");
}

static void read_options(int argc, char **argv) {
  static const struct option options[] = {{"home", 1, NULL, 'h'}, {"from", 1, NULL, 'f'}, {"size", 1, NULL, 's'}, {"json", 0, NULL, 'j'}, {"lang", 1, NULL, 'l'}, {NULL, 0, NULL, 0}};
  given.lang = language_of_environment();
  for (int c; (c = getopt_long(argc, argv, "", options, NULL)) >= 0;)
    switch (c) {
    case 'h': given.home = optarg; break;
    case 'f': given.from = optarg; break;
    case 's': given.size = optarg; break;
    case 'j': given.json = true; break;
    case 'l':
      if (!language_parse(optarg, &given.lang))
        usage();
      setenv("LC_ALL", optarg, 1);   /* for reports */
      break;
    default: usage();
    }
}

/* The sender: as given, or postmaster of the first domain. */
static void find_sender(stralloc *from, const struct conf *c) {
  struct bytes domain;
  struct addr a;
  enum message_id why;
  if (!given.from) {
    sa_copys(from, "postmaster@");
    if (conf_get(c, 'd', bytes_of("", 0), &domain))
      sa_catb(from, domain.s, domain.n);
    return;
  }
  if (*given.from && !addr_parse(&a, bytes_str(given.from), &why))
    die(EXIT_PERMANENT, why, "address=%s", given.from);
  sa_copys(from, given.from);
}

/* From here on it is what a worker of queue-run is: strangers are listened to. */
static void confine(void) {
  role_become(ROLE_REMOTE);
  sandbox_enter(&sandbox_remote_send);
}

static int send_to(char **addr, size_t count) {
  struct rehearsal r = {.conf = generation_conf(), .json = given.json, .lang = given.lang, .confine = confine};
  stralloc from = {0};
  if (!r.conf)
    return EXIT_TEMPORARY;
  if (count > REHEARSE_MAX)
    die(EXIT_PERMANENT, DR301E_too_many_addresses, "count=%zu", count);
  if (given.size && !bytes_u64(bytes_str(given.size), &r.size))
    usage();
  find_sender(&from, r.conf);
  r.from = bytes_sa(&from);
  int code = rehearse(&r, addr, count);
  stralloc_free(&from);
  return code;
}

int main(int argc, char **argv) {
  report_init("mail-doctor");
  report_to_people();
  read_options(argc, argv);
  if (argc - optind < 2 || strcmp(argv[optind], "send"))
    usage();
  home_enter(given.home);
  return send_to(argv + optind + 1, (size_t)(argc - optind) - 1);
}
