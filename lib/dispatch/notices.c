/* What the operator has to be told (lib/trouble): each attempt's outcome is heard, the conditions are kept in
 * state/trouble/conditions, and bounce-make is asked for the notices.  Nothing here waits: the file is a hint, written without
 * a sync and replaced by a rename. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "dispatch/dispatch.h"
#include "sys/clock.h"
#include "sys/fd.h"
#include "sys/report.h"

#define FOLDER "state/trouble"
#define FILE_NAME FOLDER "/conditions"

enum { AGAIN = 60 };      /* seconds until a notice that could not be made is tried again */

void notices_start(struct dispatch *d) {
  stralloc text = {0};
  mkdir("state", 0700);                /* where it is to be made otherwise, it is there */
  mkdir(FOLDER, 0700);
  if (fd_slurp(FILE_NAME, TROUBLE_TEXT_MAX, &text))
    text.len = 0;
  trouble_read(&d->trouble, bytes_sa(&text));
  stralloc_free(&text);
}

static void save(const struct dispatch *d) {
  stralloc text = {0};
  trouble_write(&text, &d->trouble);
  if (fd_replace_hint(FILE_NAME, text.s, text.len, 0600))
    report_errno(SY102E_file_failed, "action=write path=" FILE_NAME);
  stralloc_free(&text);
}

static void say(enum trouble_kind kind, enum trouble_change change, const struct trouble_condition *c) {
  static const enum message_id said[TROUBLE_KINDS][2] = {
    {OP101E_port_blocked, OP111I_port_works}, {OP102E_resolver_dead, OP112I_resolver_answers}, {OP103E_reverse_dns_refused, OP113I_reverse_dns_accepted},
    {OP104E_blocklisted, OP114I_block_lifted}, {OP105E_login_refused, OP115I_login_works}, {OP106E_disk_low, OP116I_disk_has_room},
    {OP107E_certificate_ends_soon, OP117I_certificate_renewed}, {OP108E_certificate_bad, OP118I_certificate_good}};
  report(said[kind][change == TROUBLE_OVER], "to=%.*s cause=%.*s qid=%.*s reply=%.*s", (int)c->destination.len, c->destination.s, (int)c->cause.len, c->cause.s,
         (int)c->qid.len, c->qid.s, (int)c->reply.len, c->reply.s);
}

static void take(struct dispatch *d, const enum trouble_change change[TROUBLE_KINDS]) {
  bool changed = false;
  for (int k = 0; k < TROUBLE_KINDS; k++)
    if (change[k] != TROUBLE_SAME) {
      say((enum trouble_kind)k, change[k], &d->trouble.c[k]);
      changed = true;
    }
  if (changed)
    save(d);
}

void notices_heard(struct dispatch *d, const struct trouble_event *e) {
  enum trouble_change change[TROUBLE_KINDS];
  trouble_attempt(&d->trouble, e, change);
  take(d, change);
}

/* Another role's file: whatever stands there it is no more than a text of some size. */
static bool read_certificates(stralloc *text) {
  struct stat st;
  int fd = open(TROUBLE_CERTIFICATES, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  bool good = fd >= 0 && !fstat(fd, &st) && S_ISREG(st.st_mode) && st.st_size <= TROUBLE_TEXT_MAX;
  if (good) {
    sa_need(text, (size_t)st.st_size);
    text->len = (size_t)st.st_size;
    good = !fd_pread_all(fd, text->s, text->len, 0);
  }
  if (fd >= 0)
    close(fd);
  return good;
}

void notices_look(struct dispatch *d) {
  enum trouble_change change[TROUBLE_KINDS] = {TROUBLE_SAME};
  struct statvfs v;
  stralloc text = {0};
  trouble_tick(&d->trouble, d->now);
  if (!statvfs("spool", &v))
    change[TROUBLE_DISK] = trouble_disk(&d->trouble, d->now, (uint64_t)v.f_bavail * v.f_frsize, (uint64_t)conf_number(d->conf, SET_free_space_min));
  if (read_certificates(&text))
    trouble_certificates(&d->trouble, d->now, bytes_sa(&text), change);
  take(d, change);
  stralloc_free(&text);
}

/* The ID comes from what the notice is about, so that after a crash the same one is made, and once. */
static bool fill_job(struct dispatch *d, struct spool_job *job) {
  const struct trouble_condition *c = &d->trouble.c[d->notice_kind];
  queue_id_make(job->id, d->notice_over ? c->over : c->since, (uint64_t)d->notice_kind << 1 | d->notice_over);
  snprintf(job->destination, sizeof job->destination, "operator %s %s", trouble_name(d->notice_kind), d->notice_over ? "over" : "begin");
  job->count = 1;
  job->rcpt[0] = 0;
  job->fd = open(FILE_NAME, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
  return job->fd >= 0;
}

void notices_act(struct dispatch *d) {
  if (d->notice_under_way || d->now < d->notice_again || !trouble_due(&d->trouble, &d->notice_kind, &d->notice_over))
    return;
  d->notice_again = d->now + AGAIN;
  struct worker *w = worker_get(d, JOB_REPORT, "operator");
  if (!w || !fill_job(d, &w->job))
    return;
  w->notice = d->notice_under_way = true;
  w->since = clock_ms();
  d->jobs++;
  if (spool_send_job(w->sock, &w->job))
    report_errno(QU202E_worker_died, "qid=%s worker=bounce-make", w->job.id);
  close(w->job.fd);
}

void notices_answered(struct dispatch *d, struct worker *w, struct bytes answer) {
  struct spool_result r;
  struct bytes id;
  stralloc scratch = {0};
  bytes_cut(&answer, '\n', &id);
  if (answer.n && spool_parse_result(&answer, &r, &scratch) && r.state == 'd') {
    trouble_made(&d->trouble, d->notice_kind, d->notice_over);
    d->notice_again = 0;
    save(d);
  }
  stralloc_free(&scratch);
  notices_lost(d, w);
}

void notices_lost(struct dispatch *d, struct worker *w) {
  w->notice = d->notice_under_way = false;
  d->jobs--;
}
