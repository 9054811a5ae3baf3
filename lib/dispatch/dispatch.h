/* dispatch: what queue-run does to files and workers on the schedule's word.  doc/queue.md has the states.
 *
 *   intake.c    incoming/, wishes, what is on disk at start
 *   message.c   opening a message, what its state asks for, its end
 *   attempts.c  what is kept of attempts that failed (transcript/transcript.h)
 *   job.c       recipients to a worker, its answer into the message
 *   notices.c   what the operator is told
 *   worker.c    the workers' processes */
#ifndef DISPATCH_H
#define DISPATCH_H

#include <sys/types.h>

#include "conf/conf.h"
#include "control/launch.h"
#include "retry/schedule.h"
#include "route/route.h"
#include "spool/spool.h"
#include "sys/template.h"
#include "trouble/trouble.h"

enum { WORKERS_MAX = TEMPLATE_NUMBERS, OPEN_MAX = 128 };

struct worker {
  bool there;                             /* else this place is free; the place is its template's number for it */
  int sock;
  enum job_class class;
  struct schedule_entry *entry;           /* NULL: idle, or a notice to the operator */
  bool notice;
  struct schedule_destination *destination;
  struct spool_job job;
  int64_t since;                          /* clock_ms(): of the job, or idle */
  char last[300];                         /* destination of its last job: a connection may be open */
};

struct open_message {
  int fd;
  struct queue_message m;
  bool stale;                             /* something else wrote to its log: read it again */
};

struct dispatch {
  struct schedule schedule;
  struct conf *conf;
  int64_t now;                            /* Unix time of this round */
  int trigger;
  struct launch program[JOB_CLASSES];     /* the templates of the workers */
  struct worker worker[WORKERS_MAX];
  unsigned open, jobs;                    /* messages open, jobs under way */
  struct trouble trouble;
  bool notice_under_way, notice_over;     /* which notice to the operator is asked for */
  enum trouble_kind notice_kind;
  int64_t notice_again;                   /* not asked for before */
};

/* Directories and FIFO made where they are missing; what waits on disk is put into the schedule.  Ends the process where
 * the spool cannot be used. */
void dispatch_start(struct dispatch *d);
bool dispatch_configure(struct dispatch *d);           /* limits of the generation in force; false: there is none */
void dispatch_take_incoming(struct dispatch *d);
void dispatch_tidy_spool(const struct dispatch *d);     /* now and then: what crashes left where messages are written */
void dispatch_take_wishes(struct dispatch *d);

/* At most MAX actions of the schedule; true: there are more. */
bool dispatch_act(struct dispatch *d, unsigned max);

/* message.c */
void message_look(struct dispatch *d, struct schedule_entry *e);
enum message_fate { MESSAGE_OPEN, MESSAGE_LATER, MESSAGE_GONE };
/* OPEN: E->open is set, and locked.  Else nothing is done to E yet, only reported; message_unopened does it when E has no job. */
enum message_fate message_open(struct dispatch *d, struct schedule_entry *e);
void message_unopened(struct dispatch *d, struct schedule_entry *e, enum message_fate fate);
void message_close(struct dispatch *d, struct schedule_entry *e);
void message_record(struct open_message *o, const struct queue_record *r);         /* folded, appended unsynced */
bool message_is_due(const struct dispatch *d, const struct queue_rcpt *r);
void message_destination(const struct dispatch *d, const struct queue_rcpt *r, char name[ROUTE_DESTINATION_MAX]);   /* of a remote recipient */

/* job.c */
void job_send(struct dispatch *d, struct schedule_entry *e, struct schedule_destination *dest);
void job_answered(struct dispatch *d, struct worker *w, struct bytes answer);
void job_lost(struct dispatch *d, struct worker *w);                               /* its worker died */
void job_forget_destination(const char *name);

/* attempts.c: state/transcripts, which nothing depends on: written without a sync, and not while the disk is full */
void attempts_note(const struct dispatch *d, const struct spool_job *job, struct bytes events);
void attempts_message_leaves(const struct queue_message *m);                       /* from now on its transcript grows old */
bool attempts_tidy(struct dispatch *d);                                      /* removes what is old, a part at a time; true: there is more */

/* notices.c */
void notices_start(struct dispatch *d);
void notices_heard(struct dispatch *d, const struct trouble_event *e);
void notices_look(struct dispatch *d);                                             /* now and then: at the disk and the certificates */
void notices_act(struct dispatch *d);                                              /* asks for the next one that is due */
void notices_answered(struct dispatch *d, struct worker *w, struct bytes answer);
void notices_lost(struct dispatch *d, struct worker *w);

/* worker.c */
static inline bool worker_is_idle(const struct worker *w) { return !w->entry && !w->notice; }
void worker_launch(struct dispatch *d, char **argv);                               /* first of all: templates started, role taken */
struct worker *worker_get(struct dispatch *d, enum job_class class, const char *destination);   /* NULL: reported */
void worker_read(struct dispatch *d, struct worker *w);                            /* its socket is readable */
void worker_template(struct dispatch *d, enum job_class class);                    /* its template's socket is readable; ends the process if it is gone */
void worker_check(struct dispatch *d);                                             /* ends the idle, kills the hung */
void worker_end_all(struct dispatch *d);

#endif
