#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/sa.h"
#include "control/generation.h"
#include "remote/remote_private.h"
#include "sys/clock.h"
#include "sys/report.h"

struct work {
  struct spool_job job;
  struct queue_message message;
  struct client_rcpt rcpt[QUEUE_RCPT_MAX];
  struct remote_outcome outcome[QUEUE_RCPT_MAX];
  struct spool_result result[QUEUE_RCPT_MAX];
};

static bool numbers_fit(const struct work *w) {
  for (size_t i = 0; i < w->job.count; i++)
    if (w->job.rcpt[i] >= w->message.count)
      return false;
  return w->job.count > 0;
}

static bool read_message(struct work *w) {
  const char *why = "the job names recipients that the message does not have";
  int failed = spool_read(w->job.fd, &w->message, &why);
  if (!failed && numbers_fit(w))
    return true;
  if (failed == -1)
    report_errno(SC302E_job_unreadable, "why=read");
  else
    report(SC302E_job_unreadable, "why=%s", why);
  return false;
}

static void fill_message(struct work *w, struct remote_message *m) {
  const struct queue_message *q = &w->message;
  *m = (struct remote_message){.fd = w->job.fd, .at = q->body, .size = q->size, .smtputf8 = q->smtputf8};
  m->env = (struct client_envelope){.sender = bytes_sa(&q->sender), .ret = q->ret, .envid = bytes_sa(&q->envid), .rcpt = w->rcpt, .count = w->job.count};
  for (size_t i = 0; i < w->job.count; i++) {
    const struct queue_rcpt *r = &q->rcpt[w->job.rcpt[i]];
    w->rcpt[i] = (struct client_rcpt){.addr = bytes_sa(&r->addr), .orcpt = bytes_sa(&r->orcpt), .notify = r->notify};
  }
}

/* What is decided is durable before queue-run hears of it. */
static void write_down(const struct work *w) {
  stralloc records = {0};
  for (size_t i = 0; i < w->job.count; i++) {
    const struct remote_outcome *o = &w->outcome[i];
    struct queue_record record = {.time = clock_unix(), .rcpt = w->job.rcpt[i], .cause = bytes_str(cause_name(o->cause)->name), .reply = bytes_sa(&o->reply)};
    record.state = bytes_str(o->state == 'd' ? "done" : "failed");
    if (o->state == 'd')
      record.cause = bytes_of("", 0);
    if (o->state != 't')
      queue_write_record(&records, &record);
  }
  if (records.len && spool_append(w->job.fd, &records, true))
    report_errno(SC301E_record_failed, "action=append");
  stralloc_free(&records);
}

static int answer(struct work *w) {
  for (size_t i = 0; i < w->job.count; i++) {
    const struct remote_outcome *o = &w->outcome[i];
    w->result[i] = (struct spool_result){w->job.rcpt[i], o->state, o->whole_destination, bytes_str(cause_name(o->cause)->name), bytes_sa(&o->reply)};
  }
  return spool_answer(&w->job, w->result, w->job.count);
}

static void cannot_read(struct work *w) {
  for (size_t i = 0; i < w->job.count; i++) {
    w->outcome[i].state = 't';
    w->outcome[i].cause = CAUSE_MESSAGE_UNREADABLE;
    sa_copys(&w->outcome[i].reply, "the message could not be read from the spool");
  }
}

static void deliver(struct remote *r, struct work *w) {
  struct remote_message m;
  struct route route;
  r->conf = generation_conf();
  if (!r->conf)
    report_exit(EXIT_TEMPORARY);
  fill_message(w, &m);
  route_from_destination(r->conf, bytes_str(w->job.destination), &route);
  remote_deliver(r, w->job.destination, &route, &m, w->outcome);
  write_down(w);
}

static int work_on(struct remote *r, struct work *w) {
  report_message(w->job.id);
  for (size_t i = 0; i < w->job.count; i++)
    w->outcome[i] = (struct remote_outcome){0};
  if (read_message(w))
    deliver(r, w);
  else
    cannot_read(w);
  int failed = answer(w);
  if (failed)
    report_errno(SC303E_queue_run_unreachable, "action=answer");
  for (size_t i = 0; i < w->job.count; i++)
    stralloc_free(&w->outcome[i].reply);
  queue_message_free(&w->message);
  close(w->job.fd);
  report_message("");
  return failed;
}

int remote_work(struct remote *r) {
  static struct work w;
  for (;;) {
    int got = spool_next_job(&w.job, r->open ? REMOTE_IDLE_MS : -1);
    if (got < 0 && errno == ETIMEDOUT)
      remote_close(r);
    else if (got < 0) {
      report_errno(SC303E_queue_run_unreachable, "action=wait");
      return EXIT_TEMPORARY;
    } else if (got == 0) {
      remote_close(r);
      return EXIT_DONE;
    } else if (work_on(r, &w))
      return EXIT_TEMPORARY;
  }
}
