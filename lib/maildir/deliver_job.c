#include "maildir/deliver_job.h"

#include <errno.h>
#include <stdio.h>

#include "maildir/quota.h"
#include "control/mark.h"
#include "spool/spool.h"
#include "sys/clock.h"
#include "sys/report.h"

enum { BATCH = 64 };   /* recipients at once: two descriptors each, one append for all */

enum step { STEP_OVER, STEP_STAGED, STEP_FOUND, STEP_GONE, STEP_FAILED, STEP_PLACED };

struct copy {
  struct queue_rcpt *rcpt;
  struct deliver_outcome *outcome;
  struct delivery d;
  enum step step;
};

struct job {
  int fd;
  const struct queue_message *m;
  const struct conf *conf;
  struct bytes host;
  stralloc host_text, text;      /* TEXT: records, prefixes; used anew each time */
  int64_t began;
  struct copy copy[BATCH];
  size_t count;
};

/* --- what became of a copy --- */

static void conclude(struct copy *c, char state, const char *cause) {
  c->step = STEP_OVER;
  c->outcome->state = state;
  c->outcome->cause = cause;
}

static void later(struct copy *c, enum message_id id, const char *cause, const char *path, const char *reason) {
  conclude(c, 't', cause);
  deliver_words(&c->outcome->reply, id, path, reason);
  report(id, "to=%.*s original=%.*s path=%s reason=%s", (int)c->rcpt->addr.len, c->rcpt->addr.s, (int)c->rcpt->original.len,
         c->rcpt->original.s, path, reason ? reason : "-");
}

/* Something of the mailbox failed; errno and the delivery's fault say what. */
static void later_fault(struct copy *c) {
  char path[1100];
  int why = errno;
  snprintf(path, sizeof path, c->d.fault && *c->d.fault ? "%s/%s" : "%s", c->d.fault ? c->d.box : "spool", c->d.fault ? c->d.fault : "");
  later(c, LD101E_mailbox_failed, "system_error", path, strerror(why));
}

static void refuse(struct copy *c, enum message_id id, const char *cause) {
  c->step = STEP_FAILED;
  c->outcome->cause = cause;
  deliver_words(&c->outcome->reply, id, NULL, NULL);
  report(id, "to=%.*s original=%.*s", (int)c->rcpt->addr.len, c->rcpt->addr.s,
         (int)c->rcpt->original.len, c->rcpt->original.s);
}

static void delivered(struct job *j, struct copy *c) {
  conclude(c, 'd', "-");
  const stralloc *original = c->rcpt->original.len ? &c->rcpt->original : &c->rcpt->addr;
  report(LD001I_delivered, "from=%.*s to=%.*s original=%.*s path=%s/new/%s size=%llu ms=%lld", (int)j->m->sender.len, j->m->sender.s, (int)c->rcpt->addr.len,
         c->rcpt->addr.s, (int)original->len, original->s, c->d.box, c->d.name.s ? c->d.name.s : "-", (unsigned long long)c->d.size, (long long)(clock_ms() - j->began));
}

/* --- records --- */

static void add_record(struct job *j, const struct copy *c, const char *state) {
  struct queue_record r = {.time = clock_unix(), .rcpt = (int)c->outcome->rcpt, .state = bytes_str(state)};
  if (c->step == STEP_FAILED)
    r.cause = bytes_str(c->outcome->cause);
  r.reply = bytes_sa(&c->outcome->reply);
  queue_write_record(&j->text, &r);
}

static bool awaits_record(const struct copy *c) { return c->step == STEP_STAGED || c->step == STEP_FOUND || c->step == STEP_FAILED; }

/* One synced append says of all that are staged that they are placed, and of the refused that they failed.  Where a
 * copy was found (PLACED, then a crash) the record is written again: the first may have been seen in memory only.  After
 * a failure what is staged stays: nobody can tell whether the record is on the disk. */
static void record_places(struct job *j) {
  j->text.len = 0;
  for (size_t i = 0; i < j->count; i++)
    if (awaits_record(&j->copy[i]))
      add_record(j, &j->copy[i], j->copy[i].step == STEP_FAILED ? "failed" : "placed");
  int failed = j->text.len ? spool_append(j->fd, &j->text, true) : 0, why = errno;
  for (size_t i = 0; i < j->count; i++) {
    struct copy *c = &j->copy[i];
    if (!awaits_record(c))
      continue;
    c->outcome->reply.len *= c->step == STEP_FAILED && !failed;
    if (failed)
      later(c, LD102E_record_failed, "system_error", "spool", strerror(why));
    else if (c->step == STEP_FAILED)
      conclude(c, 'f', c->outcome->cause);
    else
      c->step = STEP_PLACED;
  }
}

/* Not synced: PLACED on the disk and nothing staged mean the same. */
static void record_done(struct job *j) {
  j->text.len = 0;
  for (size_t i = 0; i < j->count; i++)
    if (j->copy[i].step == STEP_PLACED)
      add_record(j, &j->copy[i], "done");
  int failed = j->text.len ? spool_append(j->fd, &j->text, false) : 0, why = errno;
  for (size_t i = 0; i < j->count; i++) {
    struct copy *c = &j->copy[i];
    if (c->step != STEP_PLACED)
      continue;
    if (!failed) {
      delivered(j, c);
      continue;
    }
    c->outcome->reply.len = 0;
    later(c, LD102E_record_failed, "system_error", "spool", strerror(why));
  }
}

/* --- the steps --- */

static bool has_room(struct job *j, struct copy *c) {
  struct bytes addr = bytes_sa(&c->rcpt->addr);
  uint64_t quota = deliver_quota(j->conf, addr);
  int fits = quota ? quota_fits(c->d.box, quota, j->m->size) : 1;
  if (fits < 0)
    c->d.fault = "";
  if (fits < 0)
    later_fault(c);
  if (!fits) {
    mark_full_set(sa_cstr(&c->rcpt->addr));
    later(c, LD201W_mailbox_full, "mailbox_full", c->d.box, NULL);
  }
  return fits > 0;
}

static int stage_anew(struct job *j, struct copy *c, const struct deliver_source *src) {
  j->text.len = 0;
  deliver_prefix(&j->text, bytes_sa(&j->m->sender), bytes_sa(&c->rcpt->addr));
  if (!deliver_stage(&c->d, src, &j->text))
    return 0;
  if (errno != EEXIST || deliver_discard(&c->d))
    return -1;
  return deliver_stage(&c->d, src, &j->text);
}

/* What is staged and not PLACED is thrown away; the mailbox looks untouched. */
static void give_up(struct copy *c) {
  int why = errno;
  deliver_discard(&c->d);
  errno = why;
  later_fault(c);
}

static void recover(struct copy *c) {
  int found = deliver_open(&c->d) ? -1 : deliver_find(&c->d);
  c->step = found > 0 ? STEP_FOUND : STEP_GONE;
  if (found < 0)
    later_fault(c);
  else
    report(LD002I_taken_up, "to=%.*s staged=%s", (int)c->rcpt->addr.len, c->rcpt->addr.s, found ? "yes" : "no");
}

/* A recipient whose record was written, though the answer never arrived, gets the same answer again. */
static bool is_settled(struct copy *c) {
  enum rcpt_state state = c->rcpt->state;
  if (state == RCPT_DONE)
    conclude(c, 'd', "-");
  else if (state == RCPT_FAILED || state == RCPT_BOUNCED)
    conclude(c, 'f', "-");
  return c->outcome->state != 0;
}

static void stage(struct job *j, struct copy *c, const struct deliver_source *src) {
  if (is_settled(c))
    return;
  if (c->rcpt->state == RCPT_PLACED)
    recover(c);
  else if (header_was_delivered_to(&src->header, bytes_sa(&c->rcpt->addr)))
    refuse(c, LD202E_mail_loop, "mail_loop");
  else if (!has_room(j, c))
    return;
  else if (deliver_open(&c->d))
    later_fault(c);
  else if (stage_anew(j, c, src))
    give_up(c);
  else
    c->step = STEP_STAGED;
}

static void publish(struct job *j, struct copy *c) {
  if (deliver_publish(&c->d, clock_unix(), c->d.staged, j->host)) {
    later_fault(c);
    return;
  }
  sa_catf(&c->outcome->reply, "%s/new/%s", c->d.box, c->d.name.s);
}

/* A copy that is gone was renamed; whether new/ reached the disk then, nobody knows: it is synced again. */
static void sync_new(struct copy *c) {
  if (c->step != STEP_PLACED && c->step != STEP_GONE)
    return;
  c->step = STEP_PLACED;
  if (!deliver_sync(&c->d))
    return;
  c->outcome->reply.len = 0;
  later_fault(c);
}

static void clear_full(struct copy *c) {
  if (c->outcome->state == 'd' && c->rcpt->attempts && bytes_eq(bytes_sa(&c->rcpt->cause), bytes_str("mailbox_full")))
    mark_full_clear(sa_cstr(&c->rcpt->addr));
}

static void run_batch(struct job *j, const struct deliver_source *src) {
  for (size_t i = 0; i < j->count; i++)
    stage(j, &j->copy[i], src);
  for (size_t i = 0; i < j->count; i++)
    if (j->copy[i].step == STEP_STAGED && deliver_settle(&j->copy[i].d))
      give_up(&j->copy[i]);
  record_places(j);
  for (size_t i = 0; i < j->count; i++)
    if (j->copy[i].step == STEP_PLACED)
      publish(j, &j->copy[i]);
  for (size_t i = 0; i < j->count; i++)
    sync_new(&j->copy[i]);
  record_done(j);
  for (size_t i = 0; i < j->count; i++) {
    clear_full(&j->copy[i]);
    deliver_free(&j->copy[i].d);
  }
}

static void take(struct job *j, struct queue_message *m, unsigned number, struct deliver_outcome *outcome) {
  struct copy *c = &j->copy[j->count++];
  *c = (struct copy){.rcpt = &m->rcpt[number], .outcome = outcome};
  deliver_init(&c->d, sa_cstr(&c->rcpt->box));
  snprintf(c->d.staged, sizeof c->d.staged, "%s.%u", m->id, number);
}

static bool can_begin(struct job *j, struct deliver_outcome *o, size_t count, struct deliver_source *src) {
  bool read = j->conf && !deliver_source_open(src, j->fd, j->m->body, j->m->size);
  const char *reason = j->conf ? strerror(errno) : NULL;
  for (size_t i = 0; i < count && !read; i++) {
    o[i].state = 't';
    o[i].cause = "system_error";
    deliver_words(&o[i].reply, j->conf ? LD103E_message_unreadable : CF301E_no_generation, NULL, reason);
  }
  if (!read && j->conf)
    report_errno(LD103E_message_unreadable, "size=%llu", (unsigned long long)j->m->size);
  return read;
}

void deliver_job(int fd, struct queue_message *m, const unsigned short *number, size_t count, const struct conf *conf, struct deliver_outcome *outcome) {
  static struct deliver_source src;
  struct job j = {.fd = fd, .m = m, .conf = conf, .began = clock_ms()};
  for (size_t i = 0; i < count; i++)
    outcome[i].rcpt = number[i];
  if (!can_begin(&j, outcome, count, &src))
    return;
  j.host = conf_hostname(conf, &j.host_text);
  for (size_t i = 0; i < count; i += j.count) {
    j.count = 0;
    while (j.count < BATCH && i + j.count < count)
      take(&j, m, number[i + j.count], &outcome[i + j.count]);
    run_batch(&j, &src);
  }
  deliver_source_close(&src);
  stralloc_free(&j.host_text);
  stralloc_free(&j.text);
}
