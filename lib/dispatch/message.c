/* A message: opened under its lock, asked what it needs, and ended when nothing is left to do. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dispatch/dispatch.h"
#include "sys/report.h"

enum { LATER = 5 };   /* seconds until a message is looked at again that could not be opened, or is another's */

static enum message_fate set_aside(const char *id, const char *why) {
  stralloc path = {0};
  char to[80];
  enum message_fate fate = MESSAGE_GONE;
  spool_path(&path, id);
  snprintf(to, sizeof to, "spool/damaged/%s", id);
  report(QU201E_damaged, "qid=%s reason=%s path=%s", id, why, to);
  if (rename(path.s, to)) {
    report_errno(SY102E_file_failed, "action=rename path=%s", path.s);
    fate = MESSAGE_LATER;
  }
  stralloc_free(&path);
  return fate;
}

static int open_locked(const char *id) {
  stralloc path = {0};
  spool_path(&path, id);
  int fd = open(path.s, O_RDWR | O_APPEND | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  stralloc_free(&path);
  if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB)) {
    int saved = errno;
    close(fd);
    errno = saved;
    fd = -1;
  }
  return fd;
}

static enum message_fate read_message(int fd, const char *id, struct queue_message *m) {
  const char *why = NULL;
  int r = spool_read(fd, m, &why);
  if (!r && strcmp(m->id, id)) {
    why = "its name and its header have different IDs";
    r = -2;
  }
  if (!r)
    return MESSAGE_OPEN;
  queue_message_free(m);
  if (r == -2)
    return set_aside(id, why);
  report_errno(SY102E_file_failed, "action=read path=spool/queue qid=%s", id);
  return MESSAGE_LATER;
}

enum message_fate message_open(struct dispatch *d, struct schedule_entry *e) {
  if (e->open)
    return MESSAGE_OPEN;
  int fd = open_locked(e->id);
  if (fd < 0 && errno == ENOENT)     /* queue-edit or the operator took it away */
    return MESSAGE_GONE;
  if (fd < 0 && errno != EWOULDBLOCK)
    report_errno(SY102E_file_failed, "action=open path=spool/queue qid=%s", e->id);
  if (fd < 0)                        /* EWOULDBLOCK: an attempt of a queue-run before this one is not over */
    return MESSAGE_LATER;
  struct open_message *o = calloc(1, sizeof *o);
  if (!o)
    out_of_memory();
  enum message_fate fate = read_message(fd, e->id, &o->m);
  if (fate != MESSAGE_OPEN) {
    close(fd);
    free(o);
    return fate;
  }
  o->fd = fd;
  d->open++;
  e->open = o;
  return MESSAGE_OPEN;
}

void message_unopened(struct dispatch *d, struct schedule_entry *e, enum message_fate fate) {
  if (fate == MESSAGE_GONE)
    schedule_remove(&d->schedule, e);
  else
    schedule_at(&d->schedule, e, d->now + LATER);
}

void message_close(struct dispatch *d, struct schedule_entry *e) {
  struct open_message *o = e->open;
  if (!o)
    return;
  close(o->fd);
  queue_message_free(&o->m);
  free(o);
  e->open = NULL;
  d->open--;
}

void message_record(struct open_message *o, const struct queue_record *r) {
  stralloc text = {0};
  queue_write_record(&text, r);
  queue_fold(&o->m, bytes_sa(&text));
  if (spool_append(o->fd, &text, false))
    report_errno(SY102E_file_failed, "action=append path=spool/queue qid=%s", o->m.id);
  stralloc_free(&text);
}

static bool is_pending(const struct queue_rcpt *r) { return r->state == RCPT_WAITING || r->state == RCPT_TRIED || r->state == RCPT_PLACED; }

bool message_is_due(const struct dispatch *d, const struct queue_rcpt *r) { return is_pending(r) && r->next <= d->now; }

void message_destination(const struct dispatch *d, const struct queue_rcpt *r, char name[ROUTE_DESTINATION_MAX]) {
  const char *at = r->addr.len ? memrchr(r->addr.s, '@', r->addr.len) : NULL;
  struct bytes domain = at ? bytes_of(at + 1, r->addr.len - (size_t)(at + 1 - r->addr.s)) : bytes_sa(&r->addr);
  route_destination(d->conf, domain, name);
}

/* --- the end --- */

static void leave(struct dispatch *d, struct schedule_entry *e, const struct queue_message *m) {
  stralloc path = {0};
  unsigned done = 0;
  for (size_t i = 0; i < m->count; i++)
    done += m->rcpt[i].state == RCPT_DONE;
  spool_path(&path, e->id);
  if (unlink(path.s) && errno != ENOENT)
    report_errno(SY102E_file_failed, "action=unlink path=%s", path.s);
  stralloc_free(&path);
  report(QU302I_left, "qid=%s done=%u bounced=%zu seconds=%lld", e->id, done, m->count - done, (long long)(d->now - m->received));
  attempts_message_leaves(m);
  message_close(d, e);
  schedule_remove(&d->schedule, e);
}

/* --- wishes of queue-edit --- */

/* What is placed may be in the mailbox already: it is delivered, whatever was wished. */
static void end_pending(struct dispatch *d, struct open_message *o, const char *state, const char *cause, const char *reply) {
  for (size_t i = 0; i < o->m.count; i++)
    if (is_pending(&o->m.rcpt[i]) && o->m.rcpt[i].state != RCPT_PLACED)
      message_record(o, &(struct queue_record){d->now, (int)i, bytes_str(state), 0, bytes_str(cause), bytes_str(reply)});
}

static void wake_destinations(struct dispatch *d, struct open_message *o) {
  char name[ROUTE_DESTINATION_MAX];
  for (size_t i = 0; i < o->m.count; i++) {
    struct queue_rcpt *r = &o->m.rcpt[i];
    if (!is_pending(r))
      continue;
    r->next = 0;
    if (!r->local) {
      message_destination(d, r, name);
      schedule_wake(&d->schedule, name);
    }
  }
}

static void obey(struct dispatch *d, struct schedule_entry *e, struct open_message *o) {
  static const char *const words[] = {"none", "hold", "release", "now", "remove", "bounce"};
  int64_t which = o->m.wish_time * 8 + o->m.wish;   /* "now" then "remove" may come within one second */
  if (o->m.wish == WISH_NONE || e->wish_obeyed == which)
    return;
  e->wish_obeyed = which;
  report(QU303I_wish_obeyed, "qid=%s wish=%s", e->id, words[o->m.wish]);
  if (o->m.wish == WISH_REMOVE)
    end_pending(d, o, "done", "removed", "");
  else if (o->m.wish == WISH_BOUNCE)
    end_pending(d, o, "failed", "operator", message_of(QU108E_bounced_by_operator)->text);
  else
    wake_destinations(d, o);
}

/* --- what it needs --- */

/* A bounce is not delivered before its parent's log says that it was made: doc/queue.md, "Bounces". */
static bool waits_for_parent(struct dispatch *d, struct schedule_entry *e) {
  char id[QUEUE_ID_MAX];
  struct schedule_entry *parent = queue_id_parent(id, e->id) ? schedule_find(&d->schedule, id) : NULL;
  if (!parent || (parent->looked && !parent->report_due))
    return false;
  if (!parent->looked)
    schedule_at(&d->schedule, parent, d->now);
  return true;
}

static void fail_expired(struct dispatch *d, struct open_message *o, unsigned i) {
  const struct queue_rcpt *r = &o->m.rcpt[i];
  const struct message *m = message_of(QU109E_expired);
  stralloc words = {0}, cause = {0};
  sa_catf(&words, "%s (%s)%s", m->text, m->id, r->reply.len ? "; " : "");
  sa_cat(&words, &r->reply);
  sa_copyb(&cause, r->cause.len ? r->cause.s : "expired", r->cause.len ? r->cause.len : 7);
  report(QU109E_expired, "qid=%s to=%.*s original=%.*s cause=%.*s reply=%.*s", o->m.id, (int)r->addr.len, r->addr.s,
         (int)r->original.len, r->original.s, (int)cause.len, cause.s, (int)r->reply.len, r->reply.s);
  message_record(o, &(struct queue_record){d->now, (int)i, bytes_str("failed"), 0, bytes_sa(&cause), bytes_sa(&words)});
  stralloc_free(&words);
  stralloc_free(&cause);
}

/* What is placed may be in the mailbox already: it is not given up. */
static void expire(struct dispatch *d, struct open_message *o) {
  if (d->now >= o->m.received + conf_number(d->conf, SET_queue_lifetime))
    for (unsigned i = 0; i < o->m.count; i++)
      if (is_pending(&o->m.rcpt[i]) && o->m.rcpt[i].state != RCPT_PLACED)
        fail_expired(d, o, i);
}

static bool has_failed(const struct queue_message *m) {
  for (size_t i = 0; i < m->count; i++)
    if (m->rcpt[i].state == RCPT_FAILED)
      return true;
  return false;
}

/* When the sender is told that it waits; INT64_MAX: never (again). */
static int64_t notice_time(const struct dispatch *d, const struct queue_message *m) {
  long delay = conf_number(d->conf, SET_delay_notice);
  if (!delay || !m->sender.len)
    return INT64_MAX;
  for (size_t i = 0; i < m->count; i++)
    if (is_pending(&m->rcpt[i]) && !m->rcpt[i].noticed)
      return m->received + delay;
  return INT64_MAX;
}

static int64_t next_look(const struct dispatch *d, const struct queue_message *m) {
  int64_t next = INT64_MAX, end = m->received + conf_number(d->conf, SET_queue_lifetime), notice = notice_time(d, m);
  for (size_t i = 0; i < m->count; i++)
    if (is_pending(&m->rcpt[i])) {
      if (m->rcpt[i].next > d->now && m->rcpt[i].next < next)
        next = m->rcpt[i].next;
      if (end > d->now && end < next)
        next = end;
    }
  return notice > d->now && notice < next ? notice : next;
}

/* Whether one of the destinations may be served soon: then the file stays open for it. */
static bool need_deliveries(struct dispatch *d, struct schedule_entry *e, const struct queue_message *m) {
  char name[ROUTE_DESTINATION_MAX];
  bool soon = false;
  for (size_t i = 0; i < m->count; i++) {
    const struct queue_rcpt *r = &m->rcpt[i];
    if (!message_is_due(d, r))
      continue;
    if (!r->local)
      message_destination(d, r, name);
    const struct schedule_destination *dest = schedule_need(&d->schedule, e, r->local ? JOB_LOCAL : JOB_REMOTE, r->local ? "local" : name);
    soon |= !dest->attempts;
  }
  return soon;
}

static bool need(struct dispatch *d, struct schedule_entry *e, const struct queue_message *m) {
  e->report_due = has_failed(m);
  schedule_looked(&d->schedule, e, m->held ? INT64_MAX : next_look(d, m));
  if (e->report_due)
    schedule_need(&d->schedule, e, JOB_REPORT, "bounce");
  if (m->held)
    return false;
  if (notice_time(d, m) <= d->now)
    schedule_need(&d->schedule, e, JOB_REPORT, "delay");
  return need_deliveries(d, e, m) || e->report_due;
}

void message_look(struct dispatch *d, struct schedule_entry *e) {
  if (waits_for_parent(d, e)) {
    schedule_at(&d->schedule, e, d->now + 1);
    return;
  }
  if (e->open && ((struct open_message *)e->open)->stale)
    message_close(d, e);
  enum message_fate fate = message_open(d, e);
  if (fate != MESSAGE_OPEN) {
    message_unopened(d, e, fate);
    return;
  }
  struct open_message *o = e->open;
  obey(d, e, o);
  expire(d, o);
  if (queue_finished(&o->m)) {
    leave(d, e, &o->m);
    return;
  }
  bool soon = need(d, e, &o->m);
  if (!soon || d->open > OPEN_MAX)
    message_close(d, e);
}
