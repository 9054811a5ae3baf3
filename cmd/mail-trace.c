/* mail-trace: what became of a message: the lines of all programs about it as one story, and why it waits if it does.
 *
 *   mail-trace [--home HOME] [--since T] [--until T] [--limit N] [--full] [--level N] [--json] [--lang ja|en]
 *              QID|SID|MESSAGE-ID|ADDRESS|HOST [FILE…]
 *
 * No FILE: the logs and the spool of the home.  FILE: a log file, a directory of multilog, or - for standard input; the
 * spool is then left alone.
 * Exit codes: 0 shown, 100 nothing found (or wrong usage), 111 a file could not be read. */
#include "base/json.h"
#include "control/home.h"
#include "sys/fd.h"
#include "sys/language.h"
#include "sys/report.h"
#include "sys/when.h"
#include "tracing/tracing.h"

#include <getopt.h>
#include <signal.h>
#include <unistd.h>

static const char usage[] =
  "mail-trace [--home HOME] [--since T] [--until T] [--limit N] [--full] [--level N] [--json] [--lang ja|en] QID|SID|MESSAGE-ID|ADDRESS|HOST [FILE...]";

enum { LIMIT = 20, LEVEL = 30 };

static struct tracing tracing = {.search.limit = LIMIT, .view = {.level = LEVEL, .when = when_local, .when_json = when_json}};
static const char *home;
static bool full;
static stralloc out;

static noreturn void wrong(const char *what) { die(EXIT_PERMANENT, SY103E_usage, "argument=%s usage=%s", what, usage); }

static uint64_t number(const char *text, uint64_t least, uint64_t most) {
  uint64_t n;
  if (!bytes_u64(bytes_str(text), &n) || n < least || n > most)
    wrong(text);
  return n;
}

static void take_option(int option, char *value) {
  switch (option) {
  case 'h': home = value; return;
  case 's': tracing.search.since = when_argument(value); return;
  case 'u': tracing.search.until = when_argument(value); return;
  case 'n': tracing.search.limit = number(value, 1, STORY_LIMIT_MAX); return;
  case 'l': tracing.view.level = (unsigned)number(value, 0, 99); return;
  case 'f': full = true; return;
  case 'j': tracing.json = true; return;
  case 'L':
    if (!language_choose(value, &tracing.view.lang))
      wrong(value);
    return;
  default: wrong(value ? value : "?");
  }
}

static void add_logs(char **file) {
  static const char *const folders[] = {"log/smtp", "log/pop3", "log/queue", "log/error"};
  for (size_t i = 0; i < sizeof folders / sizeof *folders && !*file; i++)
    tracing_add(&tracing, folders[i]);
  for (; *file; file++)
    if (strcmp(*file, "-"))
      tracing_add(&tracing, *file);
    else
      tracing_add_stream(&tracing);
}

static bool is_bounce(const struct story *s) { return strchr(s->id, '.'); }

/* Messages; a bounce goes with the one that it tells of. */
static size_t count_messages(const struct stories *st) {
  size_t n = 0;
  for (size_t i = 0; i < st->count; i++)
    n += !i || !is_bounce(&st->story[i]);
  return n;
}

static void show(const struct stories *st) {
  bool whole = full || count_messages(st) == 1;
  for (size_t i = 0; i < st->count; i++) {
    if (!tracing.json && whole && i)
      sa_catc(&out, '\n');
    (tracing.json ? story_json : whole ? story_text : story_short)(&out, &st->story[i], &tracing.view);
  }
  if (fd_write_all(1, out.s, out.len))
    die_errno(EXIT_TEMPORARY, SY104E_system_call_failed, "action=write path=%s", "(standard output)");
}

/* A queue ID of which nobody knows anything. */
static bool knows_nothing(const struct stories *st) {
  return !st->count || (st->count == 1 && !st->story[0].lines && st->story[0].place != STORY_IN_QUEUE && st->story[0].place != STORY_UNSEEN);
}

static noreturn void die_ignorant(const char *wanted) {
  stralloc begins = {0};
  if (tracing.view.log_begins)
    when_local(&begins, tracing.view.log_begins);
  die(tracing.result ? tracing.result : EXIT_PERMANENT, LG105E_not_in_log, "wanted=%s log_begins=%s", wanted, begins.len ? sa_cstr(&begins) : NULL);
}

int main(int argc, char **argv) {
  static const struct option options[] = {
      {"home", 1, NULL, 'h'}, {"since", 1, NULL, 's'}, {"until", 1, NULL, 'u'}, {"limit", 1, NULL, 'n'}, {"level", 1, NULL, 'l'},
      {"full", 0, NULL, 'f'}, {"json", 0, NULL, 'j'}, {"lang", 1, NULL, 'L'}, {NULL, 0, NULL, 0}};
  struct stories stories;
  report_init("mail-trace");
  report_to_people();
  tracing.view.lang = language_of_environment();
  signal(SIGPIPE, SIG_DFL);
  opterr = 0;
  for (int c; (c = getopt_long(argc, argv, "", options, NULL)) != -1;)
    take_option(c, c == '?' ? argv[optind - 1] : optarg);
  if (optind == argc || !*argv[optind])
    wrong("-");
  const char *wanted = argv[optind++];
  tracing.search.wanted = bytes_str(wanted);
  tracing.looks_into_spool = optind == argc;
  if (tracing.looks_into_spool)
    home_enter(home);
  add_logs(argv + optind);
  tracing_search(&tracing, &stories);
  if (tracing.looks_into_spool)
    tracing_look(&tracing, &stories);
  if (knows_nothing(&stories))
    die_ignorant(wanted);
  show(&stories);
  if (tracing.search.more)
    report(LG106I_more_found, "limit=%zu", tracing.search.limit);
  if (tracing.search.lost)
    report(LG107W_lines_left_out, "kept=%d left_out=%zu", STORY_LINES_MAX, tracing.search.lost);
  stories_free(&stories);
  return tracing.result;
}
