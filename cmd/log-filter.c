/* log-filter: shows the log to people, or to programs as JSON, once or as it comes; or sums it up.
 *
 *   log-filter [--qid ID] [--sid ID] [--id CATALOGUE-ID] [--level N] [--since T] [--until T] [--address ADDR] [--host HOST]
 *              [--field KEY[=VALUE]]… [--follow | --summary [--html]] [--json] [--lang ja|en] [--home HOME] [FILE…]
 *
 * FILE: a log file, a directory of multilog (its old files, then current), or - for standard input.  None: standard input;
 * with --home, --follow or --summary the logs of the home.
 * Exit codes: 0 shown, 100 wrong usage, 111 a file could not be read. */
#include "base/sa.h"
#include "control/home.h"
#include "io/logs.h"
#include "io/merge.h"
#include "log/filter.h"
#include "log/view.h"
#include "summary/summary.h"
#include "sys/clock.h"
#include "sys/fd.h"
#include "sys/language.h"
#include "sys/report.h"
#include "sys/when.h"

#include <getopt.h>
#include <signal.h>

static const char usage[] =
    "log-filter [--qid ID] [--sid ID] [--id CATALOGUE-ID] [--level N] [--since T] [--until T] [--address ADDR] [--host HOST] "
    "[--field KEY[=VALUE]]... [--follow | --summary [--html]] [--json] [--lang ja|en] [--home HOME] [FILE...]";

enum { DAY = 86400 };

static struct log_filter filter = {.level = -1};
static enum language lang;
static const char *home;
static bool json, html, summarize;
static int64_t since = INT64_MIN, until = INT64_MAX;
static stralloc out;

static void flush(void *data) {
  (void)data;
  if (fd_write_all(1, out.s, out.len))
    die_errno(EXIT_TEMPORARY, SY104E_system_call_failed, "action=write path=%s", "(standard output)");
  out.len = 0;
}

/* --- lines --- */

static void show(struct bytes line, bool stamped, int64_t t, uint32_t ns) {
  stralloc when = {0};
  if (stamped)
    json ? when_json(&when, t, ns) : when_local(&when, t);
  (json ? log_view_json : log_view_text)(&out, line, bytes_sa(&when), lang);
  stralloc_free(&when);
}

static void show_summary(struct summary *s) {
  const struct summary_view v = {.lang = lang, .when = when_local};
  summary_end(s);
  (html ? summary_html : json ? summary_json : summary_text)(&out, s, &v);
  summary_free(s);
}

/* A line without a stamp cannot be old or new: it passes --since and --until. */
static void go_through(struct merge *m) {
  static struct summary s;
  struct bytes line;
  s.since = since > INT64_MIN ? since : 0;
  s.until = until < INT64_MAX ? until : 0;
  s.time.east = when_east(clock_unix());
  while (merge_next(m, &line)) {
    struct bytes text = line;
    int64_t t;
    uint32_t ns;
    bool stamped = log_stamp(&text, &t, &ns);
    if ((stamped && (t < since || t > until)) || !log_passes(&filter, text))
      continue;
    summarize ? summary_line(&s, line) : show(text, stamped, t, ns);
  }
  if (summarize)
    show_summary(&s);
  flush(NULL);
}

static void add_logs(struct merge *m, char **file) {
  bool of_home = home || m->follow || summarize;
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
  case 't': since = point_in_time(value); return;
  case 'u': until = point_in_time(value); return;
  case 'f': m->follow = true; return;
  case 'S': summarize = true; return;
  case 'H': html = true; return;
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

static void read_options(struct merge *m, int argc, char **argv) {
  static const struct option options[] = {
      {"qid", 1, NULL, 'q'}, {"sid", 1, NULL, 's'}, {"id", 1, NULL, 'i'}, {"level", 1, NULL, 'l'}, {"since", 1, NULL, 't'},
      {"until", 1, NULL, 'u'}, {"address", 1, NULL, 'a'}, {"host", 1, NULL, 'o'}, {"field", 1, NULL, 'd'}, {"follow", 0, NULL, 'f'},
      {"summary", 0, NULL, 'S'}, {"html", 0, NULL, 'H'}, {"json", 0, NULL, 'j'}, {"lang", 1, NULL, 'L'}, {"home", 1, NULL, 'h'}, {NULL, 0, NULL, 0}};
  opterr = 0;
  for (int c; (c = getopt_long(argc, argv, "", options, NULL)) != -1;)
    take_option(m, c, c == '?' ? argv[optind - 1] : optarg);
  if ((summarize && m->follow) || (html && (!summarize || json)))
    wrong(html ? "--html" : "--summary");
}

int main(int argc, char **argv) {
  static struct merge m = {.before_wait = flush};
  report_init("log-filter");
  report_to_people();
  lang = language_of_environment();
  signal(SIGPIPE, SIG_DFL);   /* `log-filter … | head` ends as it should */
  read_options(&m, argc, argv);
  if (summarize && since == INT64_MIN && optind == argc) {
    since = clock_unix() - DAY;
    until = until < INT64_MAX ? until : clock_unix();
  }
  m.since = since > INT64_MIN ? since : 0;
  add_logs(&m, argv + optind);
  if (m.follow && since == INT64_MIN)
    merge_skip(&m);
  go_through(&m);
  return m.failed ? EXIT_TEMPORARY : EXIT_DONE;
}
