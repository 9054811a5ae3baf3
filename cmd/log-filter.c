/* log-filter: shows the log to people, or to programs as JSON, once or as it comes.
 *
 *   log-filter [--qid ID] [--sid ID] [--id CATALOGUE-ID] [--level N] [--since T] [--until T] [--address ADDR] [--host HOST]
 *              [--field KEY[=VALUE]]… [--follow] [--json] [--lang ja|en] [--home HOME] [FILE…]
 *
 * FILE: a log file, a directory of multilog (its old files, then current), or - for standard input.  None: standard input;
 * with --home or --follow the logs of the home.
 * Exit codes: 0 shown, 100 wrong usage, 111 a file could not be read. */
#include "base/sa.h"
#include "control/home.h"
#include "io/merge.h"
#include "log/filter.h"
#include "log/view.h"
#include "sys/clock.h"
#include "sys/fd.h"
#include "sys/language.h"
#include "sys/report.h"
#include "sys/when.h"

#include <getopt.h>
#include <signal.h>

static const char usage[] =
    "log-filter [--qid ID] [--sid ID] [--id CATALOGUE-ID] [--level N] [--since T] [--until T] [--address ADDR] [--host HOST] "
    "[--field KEY[=VALUE]]... [--follow] [--json] [--lang ja|en] [--home HOME] [FILE...]";

static struct log_filter filter = {.level = -1};
static enum language lang;
static const char *home;
static bool json, has_since, has_until;
static int64_t since, until;
static stralloc out;

static void flush(void *data) {
  (void)data;
  if (fd_write_all(1, out.s, out.len))
    die_errno(EXIT_TEMPORARY, SY104E_system_call_failed, "action=write path=%s", "(standard output)");
  out.len = 0;
}

/* --- lines --- */

/* A line without a stamp cannot be old or new: it passes --since and --until. */
static void show(struct bytes line) {
  int64_t t;
  uint32_t ns;
  bool stamped = log_stamp(&line, &t, &ns);
  if ((stamped && ((has_since && t < since) || (has_until && t > until))) || !log_passes(&filter, line))
    return;
  stralloc when = {0};
  if (stamped)
    json ? when_json(&when, t, ns) : when_local(&when, t);
  (json ? log_view_json : log_view_text)(&out, line, bytes_sa(&when), lang);
  stralloc_free(&when);
}

static void add_logs(struct merge *m, char **file) {
  static const char *const folders[] = {"log/smtp", "log/pop3", "log/queue"};   /* log/error has copies of their lines */
  if (!*file && !home && !m->follow)
    merge_add_stream(m, 0);
  else if (!*file) {
    home_enter(home);
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
      merge_add(m, folders[i]);
  }
  for (; *file; file++)
    if (strcmp(*file, "-"))
      merge_add(m, *file);
    else
      merge_add_stream(m, 0);
}

/* --- options --- */

static noreturn void wrong(const char *what) { die(EXIT_PERMANENT, SY103E_usage, "argument=%s usage=%s", what, usage); }

static int64_t point_in_time(const char *text) {
  int64_t t;
  if (!when_parse(text, clock_unix(), &t))
    die(EXIT_PERMANENT, LG102E_bad_time, "time=%s", text);
  return t;
}

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
  case 'q': filter.qid = bytes_str(value); return;
  case 's': filter.sid = bytes_str(value); return;
  case 'a': filter.address = bytes_str(value); return;
  case 'o': filter.host = bytes_str(value); return;
  case 'i': filter.id = catalogue_id(value); return;
  case 'l': filter.level = level(value); return;
  case 't': m->since = since = point_in_time(value); has_since = true; return;
  case 'u': until = point_in_time(value); has_until = true; return;
  case 'f': m->follow = true; return;
  case 'j': json = true; return;
  case 'h': home = value; return;
  case 'd':
    if (!log_want(&filter, bytes_str(value)))
      wrong(value);
    return;
  case 'L':
    if (!language_parse(value, &lang))
      wrong(value);
    return;
  default: wrong(value ? value : "?");
  }
}

int main(int argc, char **argv) {
  static const struct option options[] = {
      {"qid", 1, NULL, 'q'}, {"sid", 1, NULL, 's'}, {"id", 1, NULL, 'i'}, {"level", 1, NULL, 'l'}, {"since", 1, NULL, 't'},
      {"until", 1, NULL, 'u'}, {"address", 1, NULL, 'a'}, {"host", 1, NULL, 'o'}, {"field", 1, NULL, 'd'}, {"follow", 0, NULL, 'f'},
      {"json", 0, NULL, 'j'}, {"lang", 1, NULL, 'L'}, {"home", 1, NULL, 'h'}, {NULL, 0, NULL, 0}};
  static struct merge m = {.before_wait = flush};
  struct bytes line;
  report_init("log-filter");
  report_to_people();
  lang = language_of_environment();
  signal(SIGPIPE, SIG_DFL);   /* `log-filter … | head` ends as it should */
  opterr = 0;
  for (int c; (c = getopt_long(argc, argv, "", options, NULL)) != -1;)
    take_option(&m, c, c == '?' ? argv[optind - 1] : optarg);
  add_logs(&m, argv + optind);
  if (m.follow && !has_since)
    merge_skip(&m);
  while (merge_next(&m, &line))
    show(line);
  flush(NULL);
  return m.failed ? EXIT_TEMPORARY : EXIT_DONE;
}
