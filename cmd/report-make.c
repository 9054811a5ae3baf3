/* report-make: sums the server up for its maker, in one archive, without secrets and without people.
 *
 *   report-make [--home HOME] [--yes | --list] [--output FILE] [--lang en|ja] [--crashes | ADDRESS|QID…]
 *
 * It says what is inside and what was taken out, and asks before it writes; --yes: it does not ask, --list: it only says.  FILE: not
 * there yet; by default wiz98-report-TIME.tar.gz in the working directory.  ADDRESS, QID: mail that fails; then the report tells
 * what became of it, and what the other server says.  --crashes: nothing but the records of crashes.
 *
 * Exit codes: 0 written (or listed), 100 wrong arguments or not wanted, 111 it could not be written. */
#include "addr/addr.h"
#include "control/home.h"
#include "gather/gather.h"
#include "queue/queue.h"
#include "sys/clock.h"
#include "sys/language.h"
#include "sys/report.h"

#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static struct options {
  const char *home, *output;
  bool yes, list, crashes;
  enum language lang;
} given;

static struct gather gather;

static noreturn void usage(void) {
  die(EXIT_PERMANENT, SY103E_usage, "usage=%s", "report-make [--home HOME] [--yes | --list] [--output FILE] [--lang en|ja] [--crashes | ADDRESS|QID...]");
}

static void read_options(int argc, char **argv) {
  static const struct option options[] = {{"home", 1, NULL, 'h'}, {"yes", 0, NULL, 'y'}, {"list", 0, NULL, 'n'}, {"output", 1, NULL, 'o'}, {"crashes", 0, NULL, 'c'}, {"lang", 1, NULL, 'l'}, {NULL, 0, NULL, 0}};
  given.lang = language_of_environment();
  for (int c; (c = getopt_long(argc, argv, "", options, NULL)) >= 0;)
    switch (c) {
    case 'h': given.home = optarg; break;
    case 'y': given.yes = true; break;
    case 'n': given.list = true; break;
    case 'o': given.output = optarg; break;
    case 'c': given.crashes = true; break;
    case 'l':
      if (!language_choose(optarg, &given.lang))
        usage();
      break;
    default: usage();
    }
}

static void check_asked(char **asked, size_t count) {
  struct addr a;
  enum message_id why;
  if (count > GATHER_ASKED_MAX || (given.crashes && count))
    usage();
  for (size_t i = 0; i < count; i++)
    if (!queue_id_valid(bytes_str(asked[i])) && (*asked[i] == '-' || !addr_parse(&a, bytes_str(asked[i]), &why) || !a.domain.n))
      die(EXIT_PERMANENT, RE103E_nothing_to_ask_about, "argument=%s", asked[i]);
}

static const char *name_of_output(void) {
  static char name[64];
  time_t now = (time_t)clock_unix();
  struct tm tm;
  strftime(name, sizeof name, "wiz98-report-%Y%m%d-%H%M%S.tar.gz", localtime_r(&now, &tm));
  return given.output ? given.output : name;
}

static bool agreed(const char *name) {
  static const char *const question[] = {"Write %s? [y/N] ", "%s に書き出しますか? [y/N] "};
  char answer[16] = "";
  if (given.yes)
    return true;
  if (!isatty(0))
    die(EXIT_PERMANENT, RE101E_not_asked, "file=%s", name);
  printf(question[given.lang], name);
  fflush(stdout);
  return fgets(answer, sizeof answer, stdin) && (*answer == 'y' || *answer == 'Y');
}

static int write_to(int folder, const char *name) {
  static const char *const done[] = {"Written: %s.  Look into it before you send it: tar -xzOf %s | less\n", "%s を書き出しました。送る前に中を確かめられます: tar -xzOf %s | less\n"};
  int fd = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (fd < 0)
    die_errno(EXIT_TEMPORARY, SY102E_file_failed, "action=create path=%s", name);
  if (!gather_write(&gather, fd)) {
    unlinkat(folder, name, 0);
    return EXIT_TEMPORARY;
  }
  printf(done[given.lang], name, name);
  return fflush(stdout) ? EXIT_TEMPORARY : EXIT_DONE;
}

int main(int argc, char **argv) {
  stralloc what = {0};
  report_init("report-make");
  report_to_people();
  read_options(argc, argv);
  size_t count = (size_t)(argc - optind);
  check_asked(argv + optind, count);
  int folder = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0)
    die_errno(EXIT_TEMPORARY, SY102E_file_failed, "action=open path=.");
  home_enter(given.home);
  if (setenv("WIZ98_HOME", ".", 1))
    out_of_memory();
  if (given.crashes)
    gather_crashes(&gather);
  else
    gather_all(&gather, argv + optind, count);
  gather_blank(&gather);
  gather_say(&what, &gather, given.lang);
  fwrite(what.s, 1, what.len, stdout);
  fflush(stdout);
  const char *name = name_of_output();
  if (given.list)
    return EXIT_DONE;
  return agreed(name) ? write_to(folder, name) : EXIT_PERMANENT;
}
