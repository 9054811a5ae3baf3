/* queue-edit: holds, releases, hurries, removes or returns messages of the queue.
 *
 *   queue-edit [--home HOME] hold|release|now|remove|bounce ID… | FILTER…
 *     --sender ADDR      messages of that sender ("<>": the null sender)
 *     --recipient ADDR   … that still have to go to that address
 *     --domain DOMAIN    … that still have to go to that domain
 *     --older AGE        … older than that: 30m, 2h, 3d
 *     --all              … all of them
 *
 * Filters narrow each other; what is done is done to whole messages.  A wish is written into the message and queue-run
 * obeys it; where no queue-run has the lock, queue-edit takes it and acts itself, and says which.
 * Exit codes: 0 done, 100 an ID is not there (or wrong usage), 111 a message could not be changed. */
#include "base/sa.h"
#include "control/home.h"
#include "queue/select.h"
#include "spool/names.h"
#include "spool/spool.h"
#include "sys/clock.h"
#include "sys/report.h"
#include "sys/when.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const verbs[] = {"hold", "release", "now", "remove", "bounce"};
enum verb { HOLD, RELEASE, NOW, REMOVE, BOUNCE, VERBS };

static struct options {
  const char *home, *older;
  bool all;
  struct queue_selection which;
} given;

static enum verb verb;
static bool alone;           /* no queue-run has the lock: we have it */
static size_t asked, acted, failed;
static int64_t now;

/* --- writing into a message --- */

static void record(stralloc *out, int rcpt, const char *state, const char *cause, const char *reply) {
  queue_write_record(out, &(struct queue_record){now, rcpt, bytes_str(state), 0, bytes_str(cause), bytes_str(reply)});
}

static bool append(int fd, const char *id, const stralloc *records) {
  if (!spool_append(fd, records, true))
    return true;
  report_errno(SY102E_file_failed, "action=append path=spool/queue qid=%s", id);
  failed++;
  return false;
}

static void leave_note(const char *id) {
  char path[sizeof "run/wish/" + QUEUE_ID_MAX];
  snprintf(path, sizeof path, "run/wish/%s", id);
  int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0)
    report_errno(SY102E_file_failed, "action=create path=%s", path);
  else
    close(fd);
}

/* queue-run, or the queue-run that is started next, reads the wish. */
static void ask(int fd, const char *id) {
  stralloc records = {0};
  record(&records, -1, verbs[verb], "", "");
  if (append(fd, id, &records)) {
    spool_set_due(fd, 0);   /* so that a start of queue-run looks at it at once, wherever the wish file is then */
    leave_note(id);
    asked++;
  }
  stralloc_free(&records);
}

/* --- acting without queue-run: under its lock and the message's --- */

/* What is placed may be in the mailbox already: it is neither removed nor returned (doc/queue.md, "Local delivery"). */
static void end_pending(stralloc *records, struct queue_message *m) {
  for (size_t i = 0; i < m->count; i++)
    if (queue_is_pending(&m->rcpt[i]) && m->rcpt[i].state != RCPT_PLACED) {
      if (verb == REMOVE)
        record(records, (int)i, "done", "removed", "");
      else
        record(records, (int)i, "failed", "operator", message_of(QU108E_bounced_by_operator)->text);
    }
}

static void unlink_finished(const struct queue_message *m, const char *path) {
  if (!queue_finished(m))
    return;
  if (unlink(path) && errno != ENOENT)
    report_errno(SY102E_file_failed, "action=unlink path=%s", path);
}

static void act(int fd, struct queue_message *m, const char *path) {
  stralloc records = {0};
  record(&records, -1, verbs[verb], "", "");
  if (verb == REMOVE || verb == BOUNCE)
    end_pending(&records, m);
  if (append(fd, m->id, &records)) {
    queue_fold(m, bytes_sa(&records));
    spool_set_due(fd, 0);   /* so that a start of queue-run looks at it at once, wherever the wish file is then */
    unlink_finished(m, path);
    acted++;
  }
  stralloc_free(&records);
}

/* An attempt of a queue-run that has ended may still be under way: its worker has the lock. */
static void change(int fd, struct queue_message *m, const char *path) {
  if (alone && !flock(fd, LOCK_EX | LOCK_NB)) {
    const char *why;
    queue_message_free(m);   /* read again: the worker may have ended just now */
    if (!spool_read(fd, m, &why))
      act(fd, m, path);
    else
      failed++;
  } else
    ask(fd, m->id);
}

/* False: it has left. */
static bool edit(const struct spool_name *n, bool named) {
  static stralloc path;
  struct queue_message m = {0};
  const char *why = NULL;
  int fd = spool_open(n, O_RDWR | O_APPEND, &path);
  if (fd < 0 && errno == ENOENT)
    return false;
  if (fd < 0) {
    report_errno(SY102E_file_failed, "action=open path=%s", path.s);
    failed++;
    return true;
  }
  int r = spool_read(fd, &m, &why);
  if (r) {
    report(QE104E_damaged, "path=%s reason=%s", path.s, r == -2 ? why : strerror(errno));
    failed += named;
  } else if (named || queue_selects(&given.which, &m))
    change(fd, &m, path.s);
  queue_message_free(&m);
  close(fd);
  return true;
}

/* --- the command --- */

static int by_id(const void *id, const void *n) { return strcmp(id, ((const struct spool_name *)n)->id); }

static int edit_named(const struct spool_names *l, char **id) {
  int code = EXIT_DONE;
  for (; *id; id++) {
    const struct spool_name *n = l->count ? bsearch(*id, l->name, l->count, sizeof *l->name, by_id) : NULL;
    if (!n || !edit(n, true)) {
      report(QE101E_no_such_message, "qid=%s", *id);
      code = EXIT_PERMANENT;
    }
  }
  return code;
}

static void take_lock(void) {
  int fd = open("run/queue-run.lock", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0)
    die_errno(EXIT_TEMPORARY, SY102E_file_failed, "action=open path=run/queue-run.lock");
  alone = !flock(fd, LOCK_EX | LOCK_NB);
  if (!alone && errno != EWOULDBLOCK)
    die_errno(EXIT_TEMPORARY, SY102E_file_failed, "action=flock path=run/queue-run.lock");
  if (mkdir("run/wish", 0700) && errno != EEXIST)
    die_errno(EXIT_TEMPORARY, SY102E_file_failed, "action=mkdir path=run/wish");
}

static int edit_all(char **ids) {
  struct spool_names names;
  const char *path;
  int code = EXIT_DONE;
  take_lock();
  if (spool_names(&names, &path))
    die_errno(EXIT_TEMPORARY, SY102E_file_failed, "action=opendir path=%s", path);
  if (*ids)
    code = edit_named(&names, ids);
  else
    for (size_t i = 0; i < names.count; i++)
      edit(&names.name[i], false);
  spool_names_free(&names);
  if (asked && !alone)
    spool_trigger();
  return failed ? EXIT_TEMPORARY : code;
}

static void say(void) {
  if (acted)
    report(QE302I_acted, "action=%s messages=%zu", verbs[verb], acted);
  if (asked && alone)
    report(QE103W_message_busy, "action=%s messages=%zu", verbs[verb], asked);
  else if (asked)
    report(QE301I_asked, "action=%s messages=%zu", verbs[verb], asked);
  if (!asked && !acted && !failed)
    report(QE303I_nothing, "action=%s", verbs[verb]);
}

static noreturn void usage(void) {
  die(EXIT_PERMANENT, SY103E_usage, "usage=%s",
      "queue-edit [--home HOME] hold|release|now|remove|bounce ID... | [--sender ADDR] [--recipient ADDR] [--domain DOMAIN] [--older AGE] [--all]");
}

static void read_verb(const char *word) {
  for (verb = 0; verb < VERBS && strcmp(word, verbs[verb]); verb++)
    ;
  if (verb == VERBS)
    usage();
}

static bool has_filter(void) { return given.which.sender || given.which.recipient || given.which.domain || given.older || given.all; }

int main(int argc, char **argv) {
  static const struct option options[] = {{"home", 1, NULL, 'h'}, {"sender", 1, NULL, 's'}, {"recipient", 1, NULL, 'r'}, {"domain", 1, NULL, 'd'},
                                          {"older", 1, NULL, 'o'}, {"all", 0, NULL, 'a'}, {NULL, 0, NULL, 0}};
  report_init("queue-edit");
  report_to_people();
  now = clock_unix();
  for (int c; (c = getopt_long(argc, argv, "", options, NULL)) >= 0;)
    switch (c) {
    case 'h': given.home = optarg; break;
    case 's': given.which.sender = strcmp(optarg, "<>") ? optarg : ""; break;
    case 'r': given.which.recipient = optarg; break;
    case 'd': given.which.domain = optarg; break;
    case 'o': given.older = optarg; break;
    case 'a': given.all = true; break;
    default: usage();
    }
  if (optind == argc || has_filter() == (optind + 1 < argc))
    usage();
  read_verb(argv[optind]);
  if (given.older && !when_parse(given.older, now, &given.which.before))
    usage();
  home_enter(given.home);
  int code = edit_all(argv + optind + 1);
  say();
  return code;
}
