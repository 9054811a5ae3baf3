#include <errno.h>
#include <string.h>

#include "control/generation.h"
#include "notice/notice.h"
#include "sys/clock.h"
#include "sys/report.h"

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
  bool delayed = job->destination[0] == 'd';
  int r = spool_read(job->fd, &n->m, &why);
  if (r == -1)
    return strerror(errno);
  if (r || (why = fault_of_job(job, &n->m)))
    return why;
  if (notice_prepare(n, delayed ? BOUNCE_DELAYED : BOUNCE_FAILED, job->rcpt, job->count, job->fd)) {
    notice_write(n);
    if (notice_store(n))
      return strerror(errno);
  }
  return record(job, &n->m, delayed) ? strerror(errno) : NULL;
}

static const char *do_job(struct notice *n, const struct spool_job *job) {
  if (!(n->conf = generation_conf()))
    return message_of(CF301E_no_generation)->text;
  return strncmp(job->destination, "operator", 8) ? do_notice(n, job) : notice_of_trouble(n, job);
}

static void answer(const struct spool_job *job) {
  static struct notice n;
  static struct spool_result result[QUEUE_RCPT_MAX];
  n = (struct notice){0};
  report_message(job->id);
  const char *why = do_job(&n, job);
  if (why)
    report(BO101E_not_made, "kind=%s reason=%s", job->destination, why);
  for (size_t i = 0; i < job->count; i++)
    result[i] = (struct spool_result){.rcpt = job->rcpt[i], .state = why ? 't' : 'd', .cause = bytes_str(why ? "system_error" : ""), .reply = bytes_str(why ? why : "")};
  if (spool_answer(job, result, job->count, bytes_of("", 0)))
    die_errno(EXIT_TEMPORARY, SY104E_system_call_failed, "action=answer");
  notice_free(&n);
}

int notice_work(void) {
  static struct spool_job job;
  int r;
  while ((r = spool_next_job(&job, -1)) > 0)
    answer(&job);
  if (r < 0)
    die_errno(EXIT_TEMPORARY, SY104E_system_call_failed, "action=job");
  return EXIT_DONE;
}
