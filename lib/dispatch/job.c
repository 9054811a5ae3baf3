/* Jobs: a message's due recipients for one destination to a worker, and what came of it. */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "dispatch/dispatch.h"
#include "queue/dest.h"
#include "retry/delay.h"
#include "spool/reached.h"
#include "sys/clock.h"
#include "sys/fd.h"
#include "sys/random.h"
#include "sys/report.h"

enum { CRASHES_MAX = 3, AFTER_CRASH = 2 };

static bool goes_there(const struct dispatch *d, const struct schedule_destination *dest, const struct queue_rcpt *r) {
  char name[ROUTE_DESTINATION_MAX];
  if (dest->class == JOB_REPORT)
    return dest->name[0] == 'b' ? r->state == RCPT_FAILED : !r->noticed && r->state <= RCPT_PLACED;
  if (!message_is_due(d, r) || r->local != (dest->class == JOB_LOCAL))
    return false;
  if (r->local)
    return true;
  message_destination(d, r, name);
  return !strcmp(name, dest->name);
}

static bool fill_job(const struct dispatch *d, struct spool_job *job, const struct schedule_destination *dest, const struct open_message *o) {
  job->fd = o->fd;
  job->count = 0;
  snprintf(job->id, sizeof job->id, "%s", o->m.id);
  snprintf(job->destination, sizeof job->destination, "%s", dest->name);
  for (size_t i = 0; i < o->m.count; i++)
    if (goes_there(d, dest, &o->m.rcpt[i]))
      job->rcpt[job->count++] = (unsigned short)i;
  return job->count > 0;
}

static void start_job(struct dispatch *d, struct worker *w, struct schedule_entry *e, struct schedule_destination *dest) {
  w->entry = e;
  w->destination = dest;
  w->since = clock_ms();
  snprintf(w->last, sizeof w->last, "%s", dest->name);
  d->jobs++;
  if (spool_send_job(w->sock, &w->job))   /* it has just died: its end is read from its socket, and the job taken back then */
    report_errno(QU202E_worker_died, "qid=%s worker=%s", e->id, d->program[w->class].program);
}

void job_send(struct dispatch *d, struct schedule_entry *e, struct schedule_destination *dest) {
  enum message_fate fate = message_open(d, e);
  struct worker *w = fate == MESSAGE_OPEN ? worker_get(d, dest->class, dest->name) : NULL;
  if (w && fill_job(d, &w->job, dest, e->open)) {
    start_job(d, w, e, dest);
    return;
  }
  schedule_ended(&d->schedule, e, dest, d->now);   /* it did not come about */
  if (fate != MESSAGE_OPEN)
    message_unopened(d, e, fate);
  else if (!w)
    schedule_at(&d->schedule, e, d->now + AFTER_CRASH);
}

/* --- answers --- */

/* Unsynced, and not by rename: whoever reads half of it knows nothing of the destination, which costs one early attempt. */
static int write_hint(const char *path, const stralloc *text) {
  int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  int result = fd < 0 ? -1 : fd_write_all(fd, text->s, text->len);
  if (fd >= 0)
    close(fd);
  return result;
}

static void save_destination(const struct schedule_destination *dest, const char *id, struct bytes cause, struct bytes reply) {
  struct queue_dest q = {.until = dest->until, .attempts = dest->attempts};
  stralloc path = {0}, text = {0};
  snprintf(q.qid, sizeof q.qid, "%s", id);
  sa_copyb(&q.cause, cause.s, cause.n);
  sa_copyb(&q.reply, reply.s, reply.n);
  queue_dest_file(&path, bytes_str(dest->name));
  queue_dest_write(&text, &q);
  if (write_hint(path.s, &text))
    report_errno(SY102E_file_failed, "action=write path=%s", path.s);
  report(QU304I_destination_rests, "to=%s attempts=%u until=%lld cause=%.*s reply=%.*s", dest->name, dest->attempts, (long long)dest->until, (int)cause.n, cause.s, (int)reply.n, reply.s);
  queue_dest_free(&q);
  stralloc_free(&path);
  stralloc_free(&text);
}

void job_forget_destination(const char *name) {
  stralloc path = {0};
  queue_dest_file(&path, bytes_str(name));
  unlink(path.s);
  stralloc_free(&path);
}

static void note_destination(struct schedule_destination *dest, const char *id, unsigned failed_before, const struct spool_result *failure) {
  if (dest->class != JOB_REMOTE)
    return;
  if (failure && dest->attempts > failed_before)
    save_destination(dest, id, failure->cause, failure->reply);
  else if (!failure && failed_before) {
    job_forget_destination(dest->name);
    report(QU305I_destination_answers, "to=%s", dest->name);
  }
}

static void apply_tried(struct dispatch *d, struct open_message *o, const struct schedule_destination *dest, const struct spool_result *r) {
  struct queue_rcpt *rcpt = &o->m.rcpt[r->rcpt];
  int64_t next = r->whole_destination && dest->class == JOB_REMOTE && dest->until > d->now
                     ? dest->until
                     : d->now + retry_delay(rcpt->attempts + 1, d->schedule.limits.retry_first, d->schedule.limits.retry_max, random_below(UINT32_MAX));
  message_record(o, &(struct queue_record){d->now, (int)r->rcpt, bytes_str("tried"), next, r->cause, r->reply});
}

static void apply(struct dispatch *d, struct open_message *o, const struct schedule_destination *dest, const struct spool_result *r) {
  if (r->rcpt >= o->m.count)
    return;
  struct queue_rcpt *rcpt = &o->m.rcpt[r->rcpt];
  if (r->state == 't')
    apply_tried(d, o, dest, r);
  else if (dest->class != JOB_REPORT) {   /* the worker appended it already */
    rcpt->state = r->state == 'd' ? RCPT_DONE : RCPT_FAILED;
    sa_copyb(&rcpt->cause, r->cause.s, r->cause.n);
    sa_copyb(&rcpt->reply, r->reply.s, r->reply.n);
  } else if (dest->name[0] == 'b')
    rcpt->state = RCPT_BOUNCED;
  else
    rcpt->noticed = true;
}

static void set_due(const struct open_message *o) {
  int64_t next = queue_next_attempt(&o->m);
  spool_set_due(o->fd, next == INT64_MAX ? 0 : next);
}

/* A bounce or notice that could not be made is tried again later; the recipients' records say nothing of it. */
static bool report_failed(struct bytes results) {
  struct spool_result r;
  stralloc scratch = {0};
  bool failed = false;
  while (spool_parse_result(&results, &r, &scratch))
    failed |= r.state != 'd';
  stralloc_free(&scratch);
  return failed;
}

/* Whether a result blames the destination; the first one that does is put into FAILURE. */
static bool find_failure(struct bytes results, struct spool_result *failure, stralloc *scratch) {
  while (spool_parse_result(&results, failure, scratch))
    if (failure->whole_destination && failure->state == 't')
      return true;
  return false;
}

static void note_and_apply(struct dispatch *d, struct open_message *o, struct schedule_destination *dest, struct bytes results) {
  struct spool_result r, failure;
  stralloc scratch = {0};
  unsigned failed_before = dest->attempts;
  bool tried = false, failed = find_failure(results, &failure, &scratch);
  if (failed)
    schedule_failed(&d->schedule, dest, d->now, random_below(UINT32_MAX));
  else
    schedule_reached(dest);
  note_destination(dest, o->m.id, failed_before, failed ? &failure : NULL);
  while (spool_parse_result(&results, &r, &scratch)) {
    apply(d, o, dest, &r);
    tried |= r.state == 't';
  }
  if (tried)
    set_due(o);
  stralloc_free(&scratch);
}

/* Before the destination is told of it: whether it had failed is what counts. */
static void tell(struct dispatch *d, const struct worker *w, struct bytes results) {
  struct spool_result r;
  stralloc scratch = {0};
  while (spool_parse_result(&results, &r, &scratch)) {
    notices_heard(d, &(struct trouble_event){.time = d->now, .destination = bytes_str(w->destination->name), .qid = bytes_str(w->job.id), .cause = r.cause,
                                             .reply = r.reply, .state = r.state, .known_dead = w->destination->attempts > 0});
    const struct open_message *o = w->entry->open;
    if (r.state == 'd' && r.rcpt < o->m.count)
      reached_note(bytes_sa(&o->m.rcpt[r.rcpt].addr));
  }
  stralloc_free(&scratch);
}

void job_answered(struct dispatch *d, struct worker *w, struct bytes answer) {
  struct schedule_entry *e = w->entry;
  struct bytes id;
  bytes_cut(&answer, '\n', &id);
  bool put_off = w->destination->class == JOB_REPORT && report_failed(answer);
  d->jobs--;
  if (w->destination->class == JOB_REPORT && w->destination->name[0] == 'b')
    e->report_due = put_off;   /* the bounce itself may go now */
  if (w->class == JOB_REMOTE)
    tell(d, w, answer);
  if (!put_off)
    note_and_apply(d, e->open, w->destination, answer);
  if (w->class == JOB_REMOTE)
    attempts_note(d, &w->job, spool_parse_remarks(answer));
  schedule_ended(&d->schedule, e, w->destination, d->now);
  if (put_off)
    schedule_at(&d->schedule, e, d->now + d->schedule.limits.retry_first);
}

/* The worker may have written to the log before it died, so the log is read again.  A message that kills its workers
 * waits like one that was tried, so that it does not keep the others busy. */
void job_lost(struct dispatch *d, struct worker *w) {
  struct schedule_entry *e = w->entry;
  struct open_message *o = e->open;
  d->jobs--;
  e->crashes++;
  report(QU202E_worker_died, "qid=%s worker=%s crashes=%u to=%s", e->id, d->program[w->class].program, e->crashes, w->destination->name);
  o->stale = true;
  if (e->crashes % CRASHES_MAX == 0)
    for (size_t i = 0; i < w->job.count && w->destination->class != JOB_REPORT; i++)
      message_record(o, &(struct queue_record){d->now, w->job.rcpt[i], bytes_str("tried"), d->now + d->schedule.limits.retry_first * (int64_t)e->crashes,
                                               bytes_str("system_error"), bytes_str(message_of(QU202E_worker_died)->text)});
  schedule_ended(&d->schedule, e, w->destination, d->now);
  schedule_at(&d->schedule, e, d->now + AFTER_CRASH);
}
