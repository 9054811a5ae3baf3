/* msg-explain: what a message of this server means, why it comes and what to do.
 *
 *   msg-explain [--lang ja|en] ID…          RL201E
 *   msg-explain [--lang ja|en] CODE…        550, 5.7.1, "550 5.7.1": every message with this reply
 *   msg-explain [--lang ja|en] REPLY        a reply of this server or of another one, whole
 *   msg-explain [--lang ja|en] WORD…        every message in which all the words occur
 *   msg-explain [--lang ja|en] -            lines from standard input, each followed by what it means
 *   msg-explain --reply [--json] [--lang ja|en] [--home HOME] [TEXT]   what another server's refusal means: one line a
 *                                           reply, "CLASS<tab>defer|fail<tab>letter and number<tab>text"; no TEXT: one a
 *                                           line from standard input; conf/reply_causes of HOME counts, if there is one
 *
 * Exit codes: 0 found, 100 nothing found. */
#include "base/sa.h"
#include "catalogue/answer.h"
#include "classify/tell.h"
#include "control/generation.h"
#include "control/home.h"
#include "io/lines.h"
#include "sys/fd.h"
#include "sys/language.h"
#include "sys/report.h"

#include <getopt.h>
#include <signal.h>
#include <unistd.h>

static const char usage[] = "msg-explain [--lang ja|en] ID...|CODE...|REPLY|WORD...|- | "
                            "msg-explain --reply [--json] [--lang ja|en] [--home HOME] [TEXT]";

struct task {
  enum language lang;
  bool reply;
  const char *home;
  struct tell tell;
  bool strange;          /* a line was no refusal */
  bool within;           /* a line longer than the buffer: its beginning was answered */
  stralloc out;
};

static void flush(void *data) {
  struct task *task = data;
  if (fd_write_all(1, task->out.s, task->out.len))
    die_errno(EXIT_TEMPORARY, SY104E_system_call_failed, "action=write path=%s", "(standard output)");
  task->out.len = 0;
}

static void explain_line(struct bytes line, void *data) {
  struct task *task = data;
  answer_line(&task->out, task->lang, line);
}

/* The operator's rows, where a configuration is in force: without one the built-in ones count. */
static void find_rows(struct task *task) {
  stralloc path = {0};
  sa_catf(&path, "%s/run/conf/conf.cdb", home_path(task->home));
  if (!task->home && access(sa_cstr(&path), R_OK))
    return;
  home_enter(task->home);
  struct conf *c = generation_conf();
  if (c)
    conf_get(c, 'y', bytes_str(""), &task->tell.rows);
}

static void join(stralloc *line, char **words, int count) {
  for (int i = 0; i < count; i++)
    sa_catf(line, "%s%s", i ? " " : "", words[i]);
}

/* Words of another server, which the catalogue has not: by the class of their cause. */
static bool explain_foreign(struct task *task, char **words, int count) {
  stralloc line = {0};
  enum message_id id;
  find_rows(task);
  join(&line, words, count);
  bool found = tell_id(&id, &task->tell, bytes_sa(&line));
  if (found)
    answer_message(&task->out, task->lang, id);
  stralloc_free(&line);
  return found;
}

static void explain(struct task *task, char **words, int count) {
  if (!answer_is_id(words[0])) {
    if (!answer_words(&task->out, task->lang, words, count) && !explain_foreign(task, words, count))
      die(EXIT_PERMANENT, LG104E_nothing_found, "words=%s", words[0]);
    return;
  }
  for (int i = 0; i < count; i++)
    if (!answer_id(&task->out, task->lang, words[i]))
      die(EXIT_PERMANENT, LG103E_no_such_id, "id=%s", words[i]);
}

static void tell_line(struct bytes line, void *data) {
  struct task *task = data;
  bool within = task->within, ends = line.n && line.s[line.n - 1] == '\n';
  task->within = !ends;
  if (!within && bytes_trim(line).n > ends && !tell_reply(&task->out, &task->tell, line)) {
    report(LG109E_no_reply, "line=%.*s", (int)line.n, line.s);
    task->strange = true;
  }
}

static int explain_replies(struct task *task, char **words, int count) {
  stralloc line = {0};
  task->tell.lang = task->lang;
  find_rows(task);
  join(&line, words, count);
  if (count)
    tell_line(bytes_sa(&line), task);
  else if (lines_each(0, tell_line, flush, task))
    die_errno(EXIT_TEMPORARY, SY102E_file_failed, "action=read path=%s", "(standard input)");
  flush(task);
  return task->strange ? EXIT_PERMANENT : EXIT_DONE;
}

static bool take_option(struct task *task, int option) {
  if (option == 'r')
    task->reply = true;
  else if (option == 'j')
    task->tell.json = true;
  else if (option == 'H')
    task->home = optarg;
  else
    return option == 'L' && language_choose(optarg, &task->lang);
  return true;
}

int main(int argc, char **argv) {
  static const struct option options[] = {
    {"lang", 1, NULL, 'L'}, {"reply", 0, NULL, 'r'}, {"json", 0, NULL, 'j'}, {"home", 1, NULL, 'H'}, {NULL, 0, NULL, 0}};
  static struct task task;
  report_init("msg-explain");
  report_to_people();
  task.lang = language_of_environment();
  signal(SIGPIPE, SIG_DFL);
  opterr = 0;
  for (int option; (option = getopt_long(argc, argv, "+", options, NULL)) != -1;)
    if (!take_option(&task, option))
      die(EXIT_PERMANENT, SY103E_usage, "argument=%s usage=%s", argv[optind - 1], usage);
  if (task.reply)
    return explain_replies(&task, argv + optind, argc - optind);
  if (optind == argc || task.tell.json || task.home)
    die(EXIT_PERMANENT, SY103E_usage, "usage=%s", usage);
  if (strcmp(argv[optind], "-"))
    explain(&task, argv + optind, argc - optind);
  else if (lines_each(0, explain_line, flush, &task))
    die_errno(EXIT_TEMPORARY, SY102E_file_failed, "action=read path=%s", "(standard input)");
  flush(&task);
  return EXIT_DONE;
}
