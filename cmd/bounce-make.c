/* bounce-make: tells senders what became of their messages: bounces and notices of delay.
 *
 *   bounce-make --worker                          jobs of queue-run on descriptor 0 (spool/spool.h)
 *   bounce-make --template                        started by queue-run, forks such workers (sys/template.h)
 *   bounce-make [--home HOME] [--delay] ID        prints what would be sent about message ID of the queue; changes nothing
 *
 * Exit codes: 0, 100 no such message, 111 try again later. */
#include "bounce/bounce.h"
#include "control/generation.h"
#include "control/home.h"
#include "sandbox/sandbox.h"
#include "local/envelope.h"
#include "spool/spool.h"
#include "sys/clock.h"
#include "sys/fd.h"
#include "sys/report.h"
#include "sys/template.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <unistd.h>

enum { HEADER_MAX = 64 << 10, WHOLE_MAX = 256 << 10 };

struct notice {
  const struct conf *conf;
  struct queue_message m;               /* the original */
  struct queue_message out;             /* what is written about it */
  struct bounce b;
  unsigned short rcpt[QUEUE_RCPT_MAX];  /* those whose failure the sender wants to hear of */
  stralloc to, host, original, text;
};

static void notice_free(struct notice *n) {
  queue_message_free(&n->m);
  queue_message_free(&n->out);
  stralloc_free(&n->to);
  stralloc_free(&n->host);
  stralloc_free(&n->original);
  stralloc_free(&n->text);
}

static int read_original(struct notice *n, int fd) {
  n->b.whole = n->b.kind == BOUNCE_FAILED && n->m.ret == 'F' && n->m.size <= WHOLE_MAX;
  size_t k = n->b.whole ? (size_t)n->m.size : n->m.size < HEADER_MAX ? (size_t)n->m.size : HEADER_MAX;
  sa_need(&n->original, k + 1);
  if (fd_pread_all(fd, n->original.s, k, (off_t)n->m.body))
    return -1;
  const char *end = n->b.whole ? NULL : memmem(n->original.s, k, "\n\n", 2);
  if (!end && !n->b.whole && k)
    end = memrchr(n->original.s, '\n', k);   /* a header without end, or cut: at a line */
  n->original.len = end ? (size_t)(end + 1 - n->original.s) : k;
  n->b.original = bytes_sa(&n->original);
  return 0;
}

/* Whether M tells of a bounce already: two steps up there are messages, both told of. */
static bool is_double(const char *id) {
  char parent[QUEUE_ID_MAX], grandparent[QUEUE_ID_MAX];
  return queue_id_parent(parent, id) && queue_id_parent(grandparent, parent);
}

static bool address(struct notice *n, struct bytes to) {
  static const struct envelope_dsn none = {{"", 0}, 0};
  enum local_result r = envelope_add(&n->out, n->conf, to, &none);
  sa_copyb(&n->to, to.s, to.n);
  n->b.to = bytes_sa(&n->to);
  return r == LOCAL_OURS || r == LOCAL_FOREIGN;
}

/* The sender, or the postmaster where the sender is null or nobody; false: it is dropped. */
static bool find_reader(struct notice *n) {
  const struct queue_message *m = &n->m;
  if (m->sender.len && address(n, bytes_sa(&m->sender)))
    return true;
  if (n->b.kind == BOUNCE_DELAYED || is_double(m->id))
    return false;
  n->b.kind = BOUNCE_DOUBLE;
  return address(n, conf_text(n->conf, SET_postmaster));
}

static void choose(struct notice *n, const unsigned short *rcpt, size_t count, bool sender_is_told) {
  n->b.count = 0;
  for (size_t i = 0; i < count; i++) {
    const struct queue_rcpt *r = &n->m.rcpt[rcpt[i]];
    bool due = n->b.kind == BOUNCE_DELAYED ? r->state <= RCPT_PLACED && !r->noticed : r->state == RCPT_FAILED;
    if (due && (!sender_is_told || bounce_is_wanted(r, n->b.kind)))
      n->rcpt[n->b.count++] = rcpt[i];
  }
  n->b.rcpt = n->rcpt;
}

static void write_text(struct notice *n) {
  bool eightbit;
  n->b.m = &n->m;
  n->b.id = bytes_str(n->out.id);
  n->b.hostname = conf_hostname(n->conf, &n->host);
  n->b.now = clock_unix();
  n->b.until = n->m.received + conf_number(n->conf, SET_queue_lifetime);
  bounce_write(&n->text, &n->b, &eightbit);
  n->out.eightbit = eightbit;
  n->out.smtputf8 = n->m.smtputf8;
  sa_copys(&n->out.sender, "");
}

/* Its name comes from its parent's, so what is there already was made before a crash. */
static int store(struct notice *n) {
  static struct spool_new s;
  stralloc path = {0};
  spool_path(&path, n->out.id);
  bool there = !access(sa_cstr(&path), F_OK);
  stralloc_free(&path);
  if (there)
    return 0;
  if (spool_begin(&s, &n->out, 0))
    return -1;
  if (spool_write(&s, bytes_sa(&n->text))) {
    spool_abandon(&s);
    return -1;
  }
  return spool_commit(&s) && errno != EEXIST ? -1 : 0;
}

static int make(struct notice *n, int fd) {
  static const enum message_id said[] = {BO001I_bounce_made, BO002I_delay_notice_made, BO001I_bounce_made, BO004I_double_bounce_made};
  bool delayed = n->b.kind == BOUNCE_DELAYED;
  if (!find_reader(n)) {
    if (!delayed)
      report(BO102E_double_bounce_dropped, "to=%.*s cause=%.*s reply=%.*s", (int)n->m.rcpt[n->rcpt[0]].addr.len, n->m.rcpt[n->rcpt[0]].addr.s,
             (int)n->m.rcpt[n->rcpt[0]].cause.len, n->m.rcpt[n->rcpt[0]].cause.s, (int)n->m.rcpt[n->rcpt[0]].reply.len, n->m.rcpt[n->rcpt[0]].reply.s);
    return 0;
  }
  queue_id_child(n->out.id, n->m.id, delayed ? 'd' : 'b', n->rcpt[0]);
  if (read_original(n, fd))
    return -1;
  write_text(n);
  if (store(n))
    return -1;
  report(said[n->b.kind], "to=%.*s bounce=%s recipients=%zu", (int)n->to.len, n->to.s, n->out.id, n->b.count);
  return 0;
}

/* --- jobs of queue-run --- */

static int record(const struct spool_job *job, const struct queue_message *m, bool delayed) {
  stralloc text = {0};
  struct queue_record r = {.time = clock_unix(), .state = bytes_str(delayed ? "noticed" : "bounced")};
  for (size_t i = 0; i < job->count; i++)
    if (delayed || m->rcpt[job->rcpt[i]].state == RCPT_FAILED) {
      r.rcpt = job->rcpt[i];
      queue_write_record(&text, &r);
    }
  int result = text.len ? spool_append(job->fd, &text, true) : 0;
  stralloc_free(&text);
  return result;
}

static const char *fault_of_job(const struct spool_job *job, const struct queue_message *m) {
  if (strcmp(job->id, m->id))
    return "the file is another message's";
  for (size_t i = 0; i < job->count; i++)
    if (job->rcpt[i] >= m->count)
      return "no such recipient";
  return strcmp(job->destination, "bounce") && strcmp(job->destination, "delay") ? "no such kind of notice" : NULL;
}

/* NULL: done; else why not. */
static const char *do_notice(struct notice *n, const struct spool_job *job) {
  const char *why = NULL;
  int r = spool_read(job->fd, &n->m, &why);
  if (r == -1)
    return strerror(errno);
  if (r || (why = fault_of_job(job, &n->m)))
    return why;
  if (!(n->conf = generation_conf()))
    return message_of(CF301E_no_generation)->text;
  n->b.kind = job->destination[0] == 'd' ? BOUNCE_DELAYED : BOUNCE_FAILED;
  choose(n, job->rcpt, job->count, n->m.sender.len > 0);
  if (!n->b.count)
    report(BO003I_not_wanted, "recipients=%zu", job->count);
  if (n->b.count && make(n, job->fd))
    return strerror(errno);
  return record(job, &n->m, job->destination[0] == 'd') ? strerror(errno) : NULL;
}

static void do_job(const struct spool_job *job) {
  static struct notice n;
  static struct spool_result result[QUEUE_RCPT_MAX];
  n = (struct notice){0};
  report_message(job->id);
  const char *why = do_notice(&n, job);
  if (why)
    report(BO101E_not_made, "kind=%s reason=%s", job->destination, why);
  for (size_t i = 0; i < job->count; i++)
    result[i] = (struct spool_result){.rcpt = job->rcpt[i], .state = why ? 't' : 'd', .cause = bytes_str(why ? "system_error" : ""), .reply = bytes_str(why ? why : "")};
  if (spool_answer(job, result, job->count, bytes_of("", 0)))
    die_errno(EXIT_TEMPORARY, SY104E_system_call_failed, "action=answer");
  notice_free(&n);
}

static int work(void) {
  static struct spool_job job;
  int r;
  while ((r = spool_next_job(&job, -1)) > 0)
    do_job(&job);
  if (r < 0)
    die_errno(EXIT_TEMPORARY, SY104E_system_call_failed, "action=job");
  return EXIT_DONE;
}

/* --- showing --- */

static int show(const char *id, bool delayed) {
  static struct notice n;
  static unsigned short all[QUEUE_RCPT_MAX];
  stralloc path = {0};
  const char *why = "";
  if (!queue_id_valid(bytes_str(id)))
    die(EXIT_PERMANENT, BO103E_no_such_message, "qid=%s", id);
  spool_path(&path, id);
  int fd = open(sa_cstr(&path), O_RDONLY | O_CLOEXEC);
  if (fd < 0 || spool_read(fd, &n.m, &why))
    die_errno(EXIT_PERMANENT, BO103E_no_such_message, "qid=%s reason=%s", id, why);
  if (!(n.conf = generation_conf()))
    return EXIT_TEMPORARY;
  for (size_t i = 0; i < n.m.count; i++)
    all[i] = (unsigned short)i;
  n.b.kind = delayed ? BOUNCE_DELAYED : BOUNCE_FAILED;
  choose(&n, all, n.m.count, n.m.sender.len > 0);
  if (!n.b.count || !find_reader(&n))
    die(EXIT_PERMANENT, BO104E_nothing_to_tell, "qid=%s", id);
  queue_id_child(n.out.id, n.m.id, delayed ? 'd' : 'b', n.rcpt[0]);
  if (read_original(&n, fd))
    die_errno(EXIT_TEMPORARY, SY102E_file_failed, "action=read path=%s", path.s);
  write_text(&n);
  return fd_write_all(1, n.text.s, n.text.len) ? EXIT_TEMPORARY : EXIT_DONE;
}

int main(int argc, char **argv) {
  static const struct option options[] = {{"worker", no_argument, NULL, 'w'}, {"template", no_argument, NULL, 't'}, {"home", required_argument, NULL, 'h'}, {"delay", no_argument, NULL, 'd'}, {NULL, 0, NULL, 0}};
  static const char usage[] = "bounce-make [--home HOME] [--delay] ID";
  const char *home = NULL;
  bool template = false, worker = false, delayed = false;
  report_init("bounce-make");
  for (int c; (c = getopt_long(argc, argv, "+", options, NULL)) != -1;)
    if (c == 'w')
      worker = true;
    else if (c == 't')
      template = worker = true;
    else if (c == 'd')
      delayed = true;
    else if (c == 'h')
      home = optarg;
    else
      die(EXIT_PERMANENT, SY103E_usage, "usage=%s", usage);
  if (argc - optind != (worker ? 0 : 1))
    die(EXIT_PERMANENT, SY103E_usage, "usage=%s", usage);
  home_enter(home);
  if (worker) {
    generation_conf();               /* opened once, for all that are forked */
    spool_prepare();                 /* where that fails, each notice says so */
    sandbox_enter(&sandbox_bounce_make);
  }
  if (template && !template_worker())
    return EXIT_DONE;
  return worker ? work() : show(argv[optind], delayed);
}
