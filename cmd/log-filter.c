/* log-filter: shows the log to people, or to programs as JSON; on what comes, also behind `tail -F`.
 *
 *   log-filter [--qid ID] [--sid ID] [--id CATALOGUE-ID] [--level N] [--since T] [--json] [--lang ja|en] [FILE…]
 *
 * FILE: a log file, or a directory of multilog (its old files, then current); none: standard input. */
#include "base/sa.h"
#include "io/lines.h"
#include "io/logs.h"
#include "log/view.h"
#include "sys/clock.h"
#include "sys/fd.h"
#include "sys/language.h"
#include "sys/report.h"
#include "sys/when.h"

#include <getopt.h>
#include <signal.h>
#include <unistd.h>

static const char usage[] = "log-filter [--qid ID] [--sid ID] [--id CATALOGUE-ID] [--level N] [--since T] [--json] [--lang ja|en] [FILE...]";

struct task {
  struct log_filter filter;
  enum language lang;
  bool json, has_since;
  int64_t since;
  stralloc out;
  int result;
};

/* A line without a stamp cannot be old or new: it passes --since. */
static void show(struct bytes line, void *data) {
  struct task *task = data;
  int64_t t;
  uint32_t ns;
  bool stamped = log_stamp(&line, &t, &ns);
  if ((stamped && task->has_since && t < task->since) || !log_passes(&task->filter, line))
    return;
  stralloc when = {0};
  if (stamped)
    task->json ? when_json(&when, t, ns) : when_local(&when, t);
  if (task->json)
    log_view_json(&task->out, line, bytes_sa(&when), task->lang);
  else
    log_view_text(&task->out, line, bytes_sa(&when), task->lang);
  stralloc_free(&when);
}

static void flush(void *data) {
  struct task *task = data;
  if (fd_write_all(1, task->out.s, task->out.len))
    die_errno(EXIT_TEMPORARY, SY104E_system_call_failed, "action=write path=%s", "(standard output)");
  task->out.len = 0;
}

static int filter_stream(int fd, const char *path, struct task *task) {
  if (fd >= 0 && !lines_each(fd, show, flush, task))
    return EXIT_DONE;
  report_errno(SY102E_file_failed, "action=read path=%s", path);
  return EXIT_TEMPORARY;
}

static void filter_file(int fd, const char *path, void *data) {
  struct task *task = data;
  task->result |= filter_stream(fd, path, task);
  if (fd >= 0)
    close(fd);
}

static noreturn void wrong(const char *what) { die(EXIT_PERMANENT, SY103E_usage, "argument=%s usage=%s", what, usage); }

static void take_option(struct task *task, int option, const char *value) {
  enum message_id id;
  uint64_t level;
  switch (option) {
  case 'q': task->filter.qid = bytes_str(value); return;
  case 's': task->filter.sid = bytes_str(value); return;
  case 'j': task->json = true; return;
  case 'i':
    if (!message_find(value, strlen(value), &id))
      die(EXIT_PERMANENT, LG103E_no_such_id, "id=%s", value);
    task->filter.id = message_of(id)->id;
    return;
  case 'l':
    if (!bytes_u64(bytes_str(value), &level) || level > 99)
      wrong(value);
    task->filter.level = (int)level;
    return;
  case 't':
    task->has_since = when_parse(value, clock_unix(), &task->since);
    if (!task->has_since)
      die(EXIT_PERMANENT, LG102E_bad_time, "since=%s", value);
    return;
  case 'L':
    if (!language_parse(value, &task->lang))
      wrong(value);
    return;
  default: wrong(value ? value : "?");
  }
}

int main(int argc, char **argv) {
  static const struct option options[] = {
      {"qid", 1, NULL, 'q'}, {"sid", 1, NULL, 's'}, {"id", 1, NULL, 'i'}, {"level", 1, NULL, 'l'}, {"since", 1, NULL, 't'},
      {"json", 0, NULL, 'j'}, {"lang", 1, NULL, 'L'}, {NULL, 0, NULL, 0}};
  static struct task task = {.filter = {.level = -1}};
  int option;
  report_init("log-filter");
  report_to_people();
  task.lang = language_of_environment();
  signal(SIGPIPE, SIG_DFL);   /* `log-filter … | head` ends as it should */
  opterr = 0;
  while ((option = getopt_long(argc, argv, "+", options, NULL)) != -1)
    take_option(&task, option, option == '?' ? argv[optind - 1] : optarg);
  if (optind == argc)
    return filter_stream(0, "(standard input)", &task);
  for (; optind < argc; optind++)
    logs_open(argv[optind], filter_file, &task);
  return task.result;
}
