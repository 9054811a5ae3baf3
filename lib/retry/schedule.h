/* schedule: which message is looked at next, and which is sent where: queue-run's decisions as an engine.  It is told
 * what is there, what a look showed and how jobs ended, and answers with the next action; files, workers and the clock
 * are the caller's.
 *
 *   add ─► (time comes) ─► LOOK ─► looked, need… ─► (a place is free) ─► SEND ─► ended ─► LOOK … ─► remove
 *
 * A destination that failed as a whole waits until its time, then gets one job (a probe); what else waits for it stays
 * in its line, unopened.  Lines are served in turn, so a long one holds up nobody.  Destinations that failed the last time get
 * at most three quarters of the remote jobs, so that many slow ones hold up nobody either. */
#ifndef RETRY_SCHEDULE_H
#define RETRY_SCHEDULE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/heap.h"
#include "queue/queue.h"

enum job_class { JOB_LOCAL, JOB_REMOTE, JOB_REPORT, JOB_CLASSES };   /* JOB_REPORT: bounces, notices of delay */

struct schedule_wait;

struct schedule_entry {
  struct heap_node node;            /* key: when it is looked at next */
  char id[QUEUE_ID_MAX];
  unsigned jobs;                    /* under way */
  struct schedule_wait *waits;      /* its places in lines */
  void *open;                       /* the caller's: the open message, or NULL */
  int64_t wish_obeyed;              /* the caller's */
  unsigned crashes;                 /* the caller's: workers that died with it */
  bool looked, report_due;          /* the caller's: seen since start; its bounce is not yet durable */
};

struct schedule_destination {
  struct heap_node node;            /* while it is not to be tried: key: until when */
  char *name;
  enum job_class class;
  unsigned jobs, attempts;          /* attempts: failures in a row */
  unsigned probes;                  /* jobs that began after a failure */
  int64_t until;
  struct schedule_wait *first, *last;
  struct schedule_destination *turn;  /* next in the ring of those that may get a job */
  bool in_ring;
};

struct schedule_limits {
  unsigned class_max[JOB_CLASSES];
  unsigned destination_max;         /* JOB_REMOTE */
  int64_t retry_first, retry_max;
};

struct schedule {
  struct schedule_limits limits;
  struct heap entries, resting;     /* resting destinations */
  void *by_id, *by_name;            /* tsearch(3) trees */
  unsigned jobs[JOB_CLASSES];
  struct schedule_destination *ring[JOB_CLASSES];   /* the last served; ring->turn is next */
  struct schedule_destination *doubtful;            /* likewise: the remote ones that failed the last time */
  bool doubtful_next;               /* whose turn it is, of both remote rings */
  unsigned probes;
  struct schedule_destination *forgotten;
  size_t count;                     /* messages known */
};

enum schedule_action { SCHEDULE_IDLE, SCHEDULE_LOOK, SCHEDULE_SEND, SCHEDULE_FORGET };

/* Known already: its time becomes WHEN if that is earlier (and it has no job under way). */
struct schedule_entry *schedule_add(struct schedule *s, const char *id, int64_t when);
struct schedule_entry *schedule_find(struct schedule *s, const char *id);
void schedule_at(struct schedule *s, struct schedule_entry *e, int64_t when);   /* INT64_MAX: never by itself */
void schedule_remove(struct schedule *s, struct schedule_entry *e);             /* freed; it must have no job under way */

/* LOOK: read E, then call schedule_looked and schedule_need for each destination that is due.
 * SEND: give E's due recipients for D to a worker (the job is counted already); schedule_ended ends it.
 * FORGET: D had no failure for long: drop what is written about it (freed at the next call). */
enum schedule_action schedule_next(struct schedule *s, int64_t now, struct schedule_entry **e, struct schedule_destination **d);
int64_t schedule_wakeup(const struct schedule *s);                              /* when schedule_next may have more to say */

/* NEXT: when to look again even if nothing happens (a recipient's next attempt, a notice, the end of its life). */
void schedule_looked(struct schedule *s, struct schedule_entry *e, int64_t next);
struct schedule_destination *schedule_need(struct schedule *s, struct schedule_entry *e, enum job_class class, const char *name);
/* What a job found out about its destination: it failed as a whole, or it answered. */
void schedule_failed(struct schedule *s, struct schedule_destination *d, int64_t now, uint32_t random);
void schedule_reached(struct schedule_destination *d);
/* The job has ended, or did not come about; the last one of E makes it due for a look.  D may be freed. */
void schedule_ended(struct schedule *s, struct schedule_entry *e, struct schedule_destination *d, int64_t now);

struct schedule_destination *schedule_destination(struct schedule *s, enum job_class class, const char *name);
void schedule_rest(struct schedule *s, struct schedule_destination *d, int64_t until, unsigned attempts);  /* as read at start */
void schedule_wake(struct schedule *s, const char *name);                       /* try it now (an operator's wish) */
void schedule_free(struct schedule *s);

#endif
