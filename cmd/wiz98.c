/* wiz98: the front door.  It makes a home, starts and stops the server, says how it is, and passes other verbs on to the
 * programs beside it.
 *
 *   wiz98 init HOME --domain D [--auth] [--user ADDR[:PASSWORD]]… [--listen IP] [--smtp PORT] [--submission PORT]
 *              [--smtps PORT] [--pop3 PORT] [--pop3s PORT]
 *   wiz98 start [--foreground] | stop|status|reload|console|level|setting|check|user|queue|edit|relay|explain|log|trace|report|crash|doctor … [--home HOME] */
#include "front/front.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "control/home.h"
#include "sys/report.h"

/* Verbs that are programs of their own: all that follows the verb is theirs. */
static const struct { const char *verb, *program, *help; } programs[] = {
  {"check", "conf-check", "checks the definition files, changes nothing"},
  {"user", "user-edit", "adds, changes, lists users"},
  {"queue", "queue-list", "lists what waits, and why"},
  {"edit", "queue-edit", "holds, releases, retries, removes, bounces messages"},
  {"relay", "relay-check", "says whether a client may relay, and by which rule"},
  {"explain", "msg-explain", "explains a message by its ID"},
  {"log", "log-filter", "reads the log; --summary: the day in figures"},
  {"trace", "mail-trace", "tells what became of a message"},
  {"doctor", "mail-doctor", "what is wrong with this server, and what to do; send ADDR...: why mail to an address fails, without sending any; reputation: this server as others see it"},
  {"crash", "crash-show", "list, show [ID|last], bundle, clear: the records of crashes"},
  {"report", "report-make", "sums the server up for its maker, without secrets and people"},
};
enum { PROGRAMS = sizeof programs / sizeof *programs };

static const char usage[] =
  "usage: wiz98 VERB [--home HOME]\n"
  "  init HOME --domain D [--auth] [--user ADDR[:PASSWORD]]... [--listen IP]\n"
  "            [--smtp PORT] [--submission PORT] [--smtps PORT] [--pop3 PORT] [--pop3s PORT]\n"
  "                     makes a new home; passwords that are not given are read from standard input\n"
  "  start              starts the server, waits until it answers\n"
  "        --foreground and stays until it is stopped: for systemd, containers\n"
  "  stop               stops it\n"
  "  status [--json]    says which services are up\n"
  "  reload             checks the definition files and puts them in force\n"
  "  console            the whole server in the foreground, each conversation on the terminal; Ctrl-C ends it\n"
  "  level [N [SERVICE]]  says or sets how much the services log, 0 to 99 (30 at first)\n"
  "  setting NAME       prints a setting in force\n"
  "  guesses [list]     who has sent wrong passwords, and is refused\n"
  "  guesses clear WHO  forgets those of an address (IP), of a user, or of \"all\"\n";

static int help(FILE *to) {
  fputs(usage, to);
  for (size_t i = 0; i < PROGRAMS; i++)
    if (front_has(programs[i].program))
      fprintf(to, "  %-18s %s (%s)\n", programs[i].verb, programs[i].help, programs[i].program);
  return fflush(to) ? EXIT_TEMPORARY : EXIT_DONE;
}

static noreturn void die_usage(void) {
  help(stderr);
  die(EXIT_PERMANENT, SY103E_usage, "program=%s", "wiz98");
}

struct asked { bool json, foreground, help; const char *home; };

static int obey(int argc, char **argv, const struct asked *o) {
  const char *verb = argv[0];
  if (!strcmp(verb, "level") && argc <= 3)
    return front_level(argc > 1 ? argv[1] : NULL, argc > 2 ? argv[2] : NULL);
  if (!strcmp(verb, "setting") && argc == 2)
    return front_setting(argv[1]);
  if (!strcmp(verb, "guesses"))
    return front_guesses(argc - 1, argv + 1);
  if (argc != 1)
    die_usage();
  if (!strcmp(verb, "start"))
    return o->foreground ? front_foreground() : front_start();
  if (!strcmp(verb, "stop"))
    return front_stop();
  if (!strcmp(verb, "status"))
    return front_status(o->json);
  if (!strcmp(verb, "reload"))
    return front_reload();
  if (!strcmp(verb, "console"))
    return front_console();
  die_usage();
}

static int init(int argc, char **argv) {
  struct front_init o;
  report_to_people();
  if (!front_init_options(&o, argc, argv))
    die_usage();
  return front_init(&o);
}

static void pass_on(const char *verb, char **argv) {
  for (size_t i = 0; i < PROGRAMS; i++)
    if (!strcmp(programs[i].verb, verb) && front_has(programs[i].program))
      front_become(programs[i].program, argv);
}

static void read_options(struct asked *o, int argc, char **argv) {
  static const struct option options[] = {
    {"home", 1, NULL, 'h'}, {"json", 0, NULL, 'j'}, {"foreground", 0, NULL, 'f'}, {"help", 0, NULL, '?'}, {NULL, 0, NULL, 0}};
  for (int c; (c = getopt_long(argc, argv, "", options, NULL)) >= 0;)
    switch (c) {
    case 'h': o->home = optarg; break;
    case 'j': o->json = true; break;
    case 'f': o->foreground = true; break;
    default: o->help = true;
    }
}

int main(int argc, char **argv) {
  struct asked o = {0};
  report_init("wiz98");
  if (argc > 1 && strcmp(argv[1], "--home"))
    pass_on(argv[1], argv + 1);
  if (argc > 1 && !strcmp(argv[1], "init"))
    return init(argc - 1, argv + 1);
  read_options(&o, argc, argv);
  if (o.help)
    return help(stdout);
  if (optind == argc)
    die_usage();
  if (strcmp(argv[optind], "run"))
    report_to_people();
  home_enter(o.home);
  front_tell_home();
  if (!strcmp(argv[optind], "run") && argc == optind + 2)
    front_service_run(argv[optind + 1]);
  return obey(argc - optind, argv + optind, &o);
}
