/* log-filter: shows the log to people, or to programs as JSON, once or as it comes; or sums it up.
 *
 *   log-filter [--qid ID] [--sid ID] [--id CATALOGUE-ID] [--level N] [--since T] [--until T] [--address ADDR] [--host HOST]
 *              [--field KEY[=VALUE]]… [--follow | --summary [--html]] [--json] [--lang ja|en] [--home HOME] [FILE…]
 *
 * FILE: a log file, a directory of multilog (its old files, then current), or - for standard input.  None: standard input;
 * with --home, --follow or --summary the logs of the home.
 * Exit codes: 0 shown, 100 wrong usage, 111 a file could not be read. */
#include "control/home.h"
#include "filtering/filtering.h"
#include "io/logs.h"
#include "sys/clock.h"
#include "sys/language.h"
#include "sys/report.h"
#include "sys/when.h"

#include <getopt.h>
#include <signal.h>

static const char usage[] =
    "log-filter [--qid ID] [--sid ID] [--id CATALOGUE-ID] [--level N] [--since T] [--until T] [--address ADDR] [--host HOST] "
    "[--field KEY[=VALUE]]... [--follow | --summary [--html]] [--json] [--lang ja|en] [--home HOME] [FILE...]";

enum { DAY = 86400 };

static struct filtering f = {.filter.level = -1, .since = INT64_MIN, .until = INT64_MAX};
static const char *home;

static void add_logs(struct merge *m, char **file) {
  bool of_home = home || m->follow || f.summarize;
  if (!*file && !of_home)
    merge_add_stream(m, 0);
  else if (!*file) {
    home_enter(home);
    for (size_t i = 0; logs_folders[i]; i++)
      merge_add(m, logs_folders[i]);
  }
  for (; *file; file++)
    if (strcmp(*file, "-"))
      merge_add(m, *file);
    else
      merge_add_stream(m, 0);
}

/* --- options --- */

static noreturn void wrong(const char *what) { die(EXIT_PERMANENT, SY103E_usage, "argument=%s usage=%s", what, usage); }

static int level(const char *text) {
  uint64_t n;
  if (!bytes_u64(bytes_str(text), &n) || n > 99)
    wrong(text);
  return (int)n;
}

static const char *catalogue_id(const char *text) {
  enum message_id id;
  if (!message_find(text, strlen(text), &id))
    die(EXIT_PERMANENT, LG103E_no_such_id, "id=%s", text);
  return message_of(id)->id;
}

static void take_option(struct merge *m, int option, const char *value) {
  switch (option) {
  case 'q': f.filter.qid = bytes_str(value); return;
  case 's': f.filter.sid = bytes_str(value); return;
  case 'a': f.filter.address = bytes_str(value); return;
  case 'o': f.filter.host = bytes_str(value); return;
  case 'i': f.filter.id = catalogue_id(value); return;
  case 'l': f.filter.level = level(value); return;
  case 't': f.since = when_argument(value); return;
  case 'u': f.until = when_argument(value); return;
  case 'f': m->follow = true; return;
  case 'S': f.summarize = true; return;
  case 'H': f.form = FILTERING_HTML; return;
  case 'j': f.form = FILTERING_JSON; return;
  case 'h': home = value; return;
  case 'd':
    if (!log_want(&f.filter, bytes_str(value)))
      wrong(value);
    return;
  case 'L':
    if (!language_choose(value, &f.lang))
      wrong(value);
    return;
  default: wrong(value ? value : "?");
  }
}

static void read_options(struct merge *m, int argc, char **argv) {
  static const struct option options[] = {
      {"qid", 1, NULL, 'q'}, {"sid", 1, NULL, 's'}, {"id", 1, NULL, 'i'}, {"level", 1, NULL, 'l'}, {"since", 1, NULL, 't'},
      {"until", 1, NULL, 'u'}, {"address", 1, NULL, 'a'}, {"host", 1, NULL, 'o'}, {"field", 1, NULL, 'd'}, {"follow", 0, NULL, 'f'},
      {"summary", 0, NULL, 'S'}, {"html", 0, NULL, 'H'}, {"json", 0, NULL, 'j'}, {"lang", 1, NULL, 'L'}, {"home", 1, NULL, 'h'}, {NULL, 0, NULL, 0}};
  opterr = 0;
  for (int c; (c = getopt_long(argc, argv, "", options, NULL)) != -1;)
    take_option(m, c, c == '?' ? argv[optind - 1] : optarg);
  if (f.summarize ? m->follow : f.form == FILTERING_HTML)
    wrong(f.summarize ? "--summary" : "--html");
}

int main(int argc, char **argv) {
  static struct merge m;
  report_init("log-filter");
  report_to_people();
  f.lang = language_of_environment();
  signal(SIGPIPE, SIG_DFL);   /* `log-filter … | head` ends as it should */
  read_options(&m, argc, argv);
  if (f.summarize && f.since == INT64_MIN && optind == argc) {
    f.since = clock_unix() - DAY;
    f.until = f.until < INT64_MAX ? f.until : clock_unix();
  }
  m.since = f.since > INT64_MIN ? f.since : 0;
  add_logs(&m, argv + optind);
  if (m.follow && f.since == INT64_MIN)
    merge_skip(&m);
  filtering_run(&f, &m);
  return m.failed ? EXIT_TEMPORARY : EXIT_DONE;
}
