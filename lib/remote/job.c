#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/sa.h"
#include "control/generation.h"
#include "remote/remote_private.h"
#include "sys/clock.h"
#include "sys/report.h"
#include "transcript/transcript.h"

struct work {
  struct spool_job job;
  struct queue_message message;
  struct client_rcpt rcpt[QUEUE_RCPT_MAX];
  struct remote_outcome outcome[QUEUE_RCPT_MAX];
  struct spool_result result[QUEUE_RCPT_MAX];   /* of the job's recipients */
  size_t index[QUEUE_RCPT_MAX];                 /* which of them rcpt and outcome are */
  struct transcript transcript;
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
  m->env = (struct client_envelope){.sender = bytes_sa(&q->sender), .ret = q->ret, .envid = bytes_sa(&q->envid), .rcpt = w->rcpt};
}

/* A result that stands in the message's log already (its worker died before it answered) is answered, not made again. */
static void recall(struct work *w, struct remote_message *m) {
  size_t open = 0;
  for (size_t i = 0; i < w->job.count; i++) {
    const struct queue_rcpt *r = &w->message.rcpt[w->job.rcpt[i]];
    if (r->state < RCPT_DONE) {
      w->index[open] = i;
      w->rcpt[open++] = (struct client_rcpt){.addr = bytes_sa(&r->addr), .original = bytes_sa(&r->original),
                                               .orcpt = bytes_sa(&r->orcpt), .notify = r->notify};
      continue;
    }
    w->result[i].state = r->state == RCPT_DONE ? 'd' : 'f';
    w->result[i].cause = bytes_sa(&r->cause);
    w->result[i].reply = bytes_sa(&r->reply);
  }
  m->env.count = open;
}

/* What is decided is durable before queue-run hears of it. */
static void write_down(const struct work *w, size_t count) {
  stralloc records = {0};
  for (size_t i = 0; i < count; i++) {
    const struct spool_result *r = &w->result[w->index[i]];
    if (r->state != 't')
      queue_write_record(&records, &(struct queue_record){.time = clock_unix(), .rcpt = (int)r->rcpt, .state = bytes_str(r->state == 'd' ? "done" : "failed"), .cause = r->cause, .reply = r->reply});
  }
  if (records.len && spool_append(w->job.fd, &records, true))
    report_errno(SC301E_record_failed, "action=append");
  stralloc_free(&records);
}

static void take_results(struct work *w, size_t count) {
  for (size_t i = 0; i < count; i++) {
    const struct remote_outcome *o = &w->outcome[i];
    struct spool_result *r = &w->result[w->index[i]];
    r->state = o->state;
    r->whole_destination = o->whole_destination;
    r->cause = bytes_str(o->state == 'd' ? "" : cause_name(o->cause)->name);
    r->reply = bytes_sa(&o->reply);
  }
}

static void deliver(struct remote *r, struct work *w) {
  struct remote_message m;
  struct route route;
  r->conf = generation_conf();
  if (!r->conf)
    report_exit(EXIT_TEMPORARY);
  fill_message(w, &m);
  recall(w, &m);
  if (!m.env.count)
    return;
  route_from_destination(r->conf, bytes_str(w->job.destination), &route);
  r->listener = transcript_listen;
  r->listener_arg = &w->transcript;
  remote_deliver(r, w->job.destination, &route, &m, w->outcome);
  r->listener = NULL;
  take_results(w, m.env.count);
  write_down(w, m.env.count);
}

static void begin(struct work *w) {
  transcript_begin(&w->transcript);
  for (size_t i = 0; i < w->job.count; i++) {
    w->outcome[i] = (struct remote_outcome){0};
    w->result[i] = (struct spool_result){.rcpt = w->job.rcpt[i], .state = 't', .cause = bytes_str(cause_name(CAUSE_MESSAGE_UNREADABLE)->name), .reply = {"", 0}};
  }
}

/* Of an attempt that went well nobody asks. */
static struct bytes transcript_of(struct work *w) {
  for (size_t i = 0; i < w->job.count; i++)
    if (w->result[i].state != 'd')
      return transcript_end(&w->transcript);
  return bytes_of("", 0);
}

static int work_on(struct remote *r, struct work *w) {
  report_message(w->job.id);
  begin(w);
  if (read_message(w))
    deliver(r, w);
  int failed = spool_answer(&w->job, w->result, w->job.count, transcript_of(w));
  if (failed)
    report_errno(SC303E_queue_run_unreachable, "action=answer");
  for (size_t i = 0; i < w->job.count; i++)
    stralloc_free(&w->outcome[i].reply);
  queue_message_free(&w->message);
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
