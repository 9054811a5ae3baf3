/* local-deliver: puts messages into the mailboxes of users.
 *
 *   local-deliver [--home HOME] SENDER RCPT… <message     one message; SENDER "" or "<>" is the null sender
 *   local-deliver --worker                                jobs of queue-run on descriptor 0 (spool/spool.h)
 *   local-deliver --template                              started by queue-run, forks such workers (sys/template.h)
 *
 * One message goes to all of the recipients or, as long as nothing is in a mailbox yet, to none.
 * Exit codes: 0 delivered, 100 refused, 111 try again later. */
#include "addr/addr.h"
#include "control/generation.h"
#include "control/home.h"
#include "control/launch.h"
#include "maildir/deliver_job.h"
#include "maildir/quota.h"
#include "queue/text.h"
#include "sandbox/sandbox.h"
#include "spool/spool.h"
#include "sys/clock.h"
#include "sys/fd.h"
#include "sys/random.h"
#include "sys/report.h"
#include "sys/template.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

/* --- jobs of queue-run --- */

static const char *fault_of_job(const struct spool_job *job, const struct queue_message *m) {
  if (strcmp(job->id, m->id))
    return "the file is another message's";
  for (size_t i = 0; i < job->count; i++)
    if (job->rcpt[i] >= m->count || !m->rcpt[job->rcpt[i]].local)
      return "no such local recipient";
  return NULL;
}

static void answer(const struct spool_job *job, struct deliver_outcome *o) {
  static struct spool_result result[QUEUE_RCPT_MAX];
  for (size_t i = 0; i < job->count; i++) {
    result[i] = (struct spool_result){.rcpt = o[i].rcpt, .state = o[i].state, .cause = bytes_str(o[i].cause), .reply = bytes_sa(&o[i].reply)};
    if (result[i].cause.s[0] == '-')
      result[i].cause.n = 0;
  }
  if (spool_answer(job, result, job->count, bytes_of("", 0)))
    die_errno(EXIT_TEMPORARY, SY104E_system_call_failed, "action=answer");
}

static void put_off(const struct spool_job *job, struct deliver_outcome *o, const char *reason) {
  report(LD104E_job_refused, "reason=%s", reason);
  for (size_t i = 0; i < job->count; i++) {
    o[i] = (struct deliver_outcome){.rcpt = job->rcpt[i], .state = 't', .cause = "system_error"};
    deliver_words(&o[i].reply, LD104E_job_refused, NULL, reason);
  }
}

static void do_job(const struct spool_job *job) {
  static struct deliver_outcome outcome[QUEUE_RCPT_MAX];
  struct queue_message m;
  const char *why = NULL;
  report_message(job->id);
  memset(outcome, 0, sizeof *outcome * job->count);
  int r = spool_read(job->fd, &m, &why);
  if (r == -1)
    why = strerror(errno);
  if (!r)
    why = fault_of_job(job, &m);
  if (why)
    put_off(job, outcome, why);
  else
    deliver_job(job->fd, &m, job->rcpt, job->count, generation_conf(), outcome);
  queue_message_free(&m);
  answer(job, outcome);
  for (size_t i = 0; i < job->count; i++)
    stralloc_free(&outcome[i].reply);
}

static int work(void) {
  static struct spool_job job;
  int r;
  while ((r = spool_next_job(&job, -1)) > 0)
    do_job(&job);
  if (r < 0)
    die_errno(EXIT_TEMPORARY, SY104E_system_call_failed, "action=%s", "job");
  return EXIT_DONE;
}

/* --- one message from standard input --- */

static int keep(int fd, const struct text_filter *t, const stralloc *piece, uint64_t *size, uint64_t max) {
  if (t->fault)
    die(EXIT_PERMANENT, t->fault == TEXT_NUL ? QU103E_nul : QU102E_bare_cr, "");
  *size += piece->len;
  if (*size > max)
    die(EXIT_PERMANENT, QU107E_too_big, "limit=%llu", (unsigned long long)max);
  return fd < 0 ? -1 : fd_write_all(fd, piece->s, piece->len);
}

/* The whole input in a file of memory, its line ends made LF. */
static int take_input(uint64_t max, struct deliver_source *src) {
  static char in[65536];
  struct text_filter text = {0};
  stralloc out = {0};
  uint64_t size = 0;
  ssize_t n;
  int fd = memfd_create("message", MFD_CLOEXEC), failed = 0;
  while (!failed && ((n = read(0, in, sizeof in)) > 0 || (n < 0 && errno == EINTR))) {
    out.len = 0;
    text_feed(&text, bytes_of(in, n > 0 ? (size_t)n : 0), &out);
    failed = keep(fd, &text, &out, &size, max);
  }
  if (failed || n < 0)
    return -1;
  out.len = 0;
  text_end(&text, &out);
  failed = keep(fd, &text, &out, &size, max);
  stralloc_free(&out);
  return failed ? -1 : deliver_source_open(src, fd, 0, size);
}

struct target {
  stralloc addr, box;
  struct delivery d;
};

static void find_user(struct target *t, const struct conf *conf, const char *rcpt) {
  struct addr a;
  enum message_id why;
  struct bytes value, box;
  if (!addr_parse(&a, bytes_str(rcpt), &why))
    die(EXIT_PERMANENT, why, "to=%s", rcpt);
  addr_key(&t->addr, &a);
  if (!conf_get(conf, 'u', bytes_sa(&t->addr), &value) || !bytes_cut(&value, 0, &box))
    die(EXIT_PERMANENT, LD203E_no_such_mailbox, "to=%s", rcpt);
  sa_copyb(&t->box, box.s, box.n);
  deliver_init(&t->d, sa_cstr(&t->box));
}

static noreturn void fail(struct target *t) {
  die_errno(EXIT_TEMPORARY, LD101E_mailbox_failed, "to=%.*s path=%s/%s reason=%s", (int)t->addr.len, t->addr.s, t->box.s, t->d.fault ? t->d.fault : "", strerror(errno));
}

static void stage(struct target *t, const struct conf *conf, const struct deliver_source *src, struct bytes sender) {
  stralloc prefix = {0};
  if (header_was_delivered_to(&src->header, bytes_sa(&t->addr)))
    die(EXIT_PERMANENT, LD202E_mail_loop, "to=%.*s", (int)t->addr.len, t->addr.s);
  if (!quota_fits(t->box.s, deliver_quota(conf, bytes_sa(&t->addr)), src->size))
    die(EXIT_TEMPORARY, LD201W_mailbox_full, "to=%.*s path=%s", (int)t->addr.len, t->addr.s, t->box.s);
  deliver_prefix(&prefix, sender, bytes_sa(&t->addr));
  if (deliver_open(&t->d) || deliver_stage_nameless(&t->d, src, &prefix) || deliver_settle(&t->d))
    fail(t);
  stralloc_free(&prefix);
}

static struct bytes sender_of(const char *text) {
  struct addr a;
  enum message_id why;
  if (!*text || !strcmp(text, "<>"))
    return bytes_of("", 0);
  if (!addr_parse(&a, bytes_str(text), &why))
    die(EXIT_PERMANENT, why, "from=%s", text);
  return a.whole;
}

static int deliver_once(const char *from, char **rcpt, size_t count) {
  static struct deliver_source src;
  struct conf *conf = generation_conf();
  struct target *t = calloc(count, sizeof *t);
  stralloc host = {0};
  char id[QUEUE_ID_MAX];
  if (!t)
    out_of_memory();
  if (!conf)
    return EXIT_TEMPORARY;
  struct bytes sender = sender_of(from);
  for (size_t i = 0; i < count; i++)
    find_user(&t[i], conf, rcpt[i]);
  if (take_input((uint64_t)conf_number(conf, SET_message_size_max), &src))
    die_errno(EXIT_TEMPORARY, SY104E_system_call_failed, "action=read");
  for (size_t i = 0; i < count; i++)
    stage(&t[i], conf, &src, sender);
  queue_id_make(id, clock_unix(), random_u64());
  for (size_t i = 0; i < count; i++) {
    char unique[QUEUE_ID_MAX + 24];
    snprintf(unique, sizeof unique, "%s.%zu", id, i);
    if (deliver_publish(&t[i].d, clock_unix(), unique, conf_hostname(conf, &host)) || deliver_sync(&t[i].d))
      fail(&t[i]);
    report(LD001I_delivered, "from=%.*s to=%.*s path=%s/new/%s size=%llu", (int)sender.n, sender.s, (int)t[i].addr.len, t[i].addr.s, t[i].box.s, t[i].d.name.s, (unsigned long long)t[i].d.size);
  }
  return EXIT_DONE;
}

int main(int argc, char **argv) {
  static const struct option options[] = {{"worker", no_argument, NULL, 'w'}, {"template", no_argument, NULL, 't'}, {"home", required_argument, NULL, 'h'}, {NULL, 0, NULL, 0}};
  const char *home = NULL;
  bool template = false, worker = false;
  int c;
  report_init("local-deliver");
  while ((c = getopt_long(argc, argv, "+", options, NULL)) != -1)
    if (c == 'w')
      worker = true;
    else if (c == 't')
      template = worker = true;
    else if (c == 'h')
      home = optarg;
    else
      die(EXIT_PERMANENT, SY103E_usage, "usage=%s", "local-deliver [--home HOME] SENDER RCPT... <message");
  if (worker ? argc != optind : argc - optind < 2)
    die(EXIT_PERMANENT, SY103E_usage, "usage=%s", "local-deliver [--home HOME] SENDER RCPT... <message");
  home_enter(home);
  if (worker) {
    generation_conf();               /* opened once, for all that are forked */
    sandbox_enter(&sandbox_local_deliver);
  }
  if (template && !template_worker())
    return EXIT_DONE;
  if (!worker)
    launch(ROLE_MAIL, NULL, 0, argv);
  return worker ? work() : deliver_once(argv[optind], argv + optind + 1, (size_t)(argc - optind - 1));
}
