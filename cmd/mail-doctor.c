/* mail-doctor: says why mail fails, without sending any.
 *
 *   mail-doctor [--home HOME] [--all] [--json] [--lang en|ja]
 *   mail-doctor --changes [--home HOME]
 *   mail-doctor send [--home HOME] [--from ADDR] [--size BYTES] [--json] [--lang en|ja] ADDR…
 *   mail-doctor reputation [--home HOME] [--from ADDR] [--json] [--lang en|ja] [DOMAIN…]
 *
 * Without a word it goes through the checks (lib/checks/checks.def) on the live system, within ten seconds: PASS, WARN, FAIL or
 * CANNOT-TELL, evidence, cause, remedy.  --all: the evidence of what is well, too.
 * --changes, for cron: says nothing; what has changed goes to the postmaster by mail (lib/watch).
 *
 * send: rehearses a delivery to each ADDR, as remote-send would do it, as far as RCPT: every mail exchanger, every address of
 * it, what is said on the wire, at once; then cause, evidence, remedy; of several addresses what their pattern tells.
 * Addresses of ours are decided by the definition files.  What of reputation the results make matter is shown behind them.
 *
 * reputation: this server as its peers see it: source address, reverse DNS, EHLO name, SPF of the sender's domain, port 25
 * outward, tried at the mail servers of DOMAIN… and of great providers.
 *
 * Exit: 0 well, 1 something is delayed or to be remarked (WARN), 2 something fails (FAIL); 100 wrong arguments.  --changes: 0 told,
 * or there is nothing to tell; 111 it could not be told. */
#include <getopt.h>

#include "addr/addr.h"
#include "base/sa.h"
#include "checks/checks.h"
#include "control/generation.h"
#include "control/home.h"
#include "control/role.h"
#include "probes/probes.h"
#include "rehearse/rehearse.h"
#include "rehearse/standing.h"
#include "sandbox/sandbox.h"
#include "sys/fd.h"
#include "sys/language.h"
#include "sys/report.h"
#include "watching/watching.h"

static struct options {
  const char *home, *from, *size;
  bool json, all, changes;
  enum language lang;
} given;

static noreturn void usage(void) {
  die(EXIT_PERMANENT, SY103E_usage, "usage=%s", "mail-doctor [--home HOME] [--all] [--json] [--lang en|ja] | --changes [--home HOME] | send [--home HOME] [--from ADDR] [--size BYTES] [--json] [--lang en|ja] ADDR... | reputation [--home HOME] [--from ADDR] [--json] [--lang en|ja] [DOMAIN...]");
}

static void read_options(int argc, char **argv) {
  static const struct option options[] = {{"home", 1, NULL, 'h'}, {"from", 1, NULL, 'f'}, {"size", 1, NULL, 's'}, {"json", 0, NULL, 'j'}, {"all", 0, NULL, 'a'}, {"changes", 0, NULL, 'c'}, {"lang", 1, NULL, 'l'}, {NULL, 0, NULL, 0}};
  given.lang = language_of_environment();
  for (int c; (c = getopt_long(argc, argv, "", options, NULL)) >= 0;)
    switch (c) {
    case 'h': given.home = optarg; break;
    case 'f': given.from = optarg; break;
    case 's': given.size = optarg; break;
    case 'j': given.json = true; break;
    case 'a': given.all = true; break;
    case 'c': given.changes = true; break;
    case 'l':
      if (!language_choose(optarg, &given.lang))
        usage();
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

static int send_to(const struct conf *c, struct bytes from, char **addr, size_t count) {
  struct rehearsal r = {.conf = c, .from = from, .json = given.json, .lang = given.lang, .confine = confine};
  if (!count)
    usage();
  if (count > REHEARSE_MAX)
    die(EXIT_PERMANENT, DR301E_too_many_addresses, "count=%zu", count);
  if (given.size && !bytes_u64(bytes_str(given.size), &r.size))
    usage();
  return rehearse(&r, addr, count);
}

static int show_reputation(const struct conf *c, struct bytes from, char **name, size_t count) {
  struct standing s = {.conf = c, .from = from, .json = given.json, .lang = given.lang};
  struct bytes domain[STANDING_DOMAINS_MAX];
  if (given.size || count > STANDING_DOMAINS_MAX)
    usage();
  for (size_t i = 0; i < count; i++)
    domain[i] = bytes_str(name[i]);
  confine();
  standing_all(&s, domain, count);
  standing_free(&s);
  return s.worst == DOCTOR_WELL ? 0 : s.worst == DOCTOR_FAILED ? 2 : 1;
}

static int check_all(void) {
  static struct check_finding finding[CHECK_COUNT];
  stralloc out = {0};
  probes_run(finding);
  if (given.json)
    check_json(&out, finding, given.lang);
  else
    check_text(&out, finding, given.all, given.lang);
  return fd_write_all(1, out.s, out.len) ? EXIT_TEMPORARY : check_exit_code(finding);
}

int main(int argc, char **argv) {
  stralloc from = {0};
  report_init("mail-doctor");
  report_to_people();
  read_options(argc, argv);
  const char *verb = optind < argc ? argv[optind++] : "";
  bool known = !*verb || !strcmp(verb, "send") || !strcmp(verb, "reputation");
  if (!known || (given.changes && (*verb || given.json || given.all)))
    usage();
  home_enter(given.home);
  if (given.changes)
    return watching_run();
  if (!*verb)
    return check_all();
  const struct conf *c = generation_conf();
  if (!c)
    return EXIT_TEMPORARY;
  find_sender(&from, c);
  return (*verb == 's' ? send_to : show_reputation)(c, bytes_sa(&from), argv + optind, (size_t)(argc - optind));
}
