/* spool: messages as files below spool/ (paths relative to the home).  doc/queue.md has the states.
 *
 *   spool/tmp                where messages are written, without a name (or named .ID where that is not possible)
 *   spool/incoming/ID        complete and durable, not yet seen by queue-run
 *   spool/queue/SHARD/ID     being delivered
 *   spool/damaged/ID         set aside */
#ifndef SPOOL_H
#define SPOOL_H

#include <sys/stat.h>

#include "queue/queue.h"

/* --- putting in: begin, write…, commit or abandon.  Nothing has a name before it is complete. --- */
struct spool_new {
  int fd;
  char id[QUEUE_ID_MAX];
  size_t size_at;
  uint64_t size;          /* message bytes written so far */
  size_t pending;
  bool named;
  bool eightbit;          /* M's; may be set until commit, when the content has turned out to have 8-bit bytes */
  bool failed;
  char buf[65536];
};

/* spool/incoming is opened, to be synced later: before a program gives up the right to do so.  Otherwise spool_begin does
 * it.  0, or -1 with errno. */
int spool_prepare(void);
/* For whoever starts a program that cannot read spool/incoming: opens it and puts the descriptor, which stays open across
 * exec, into the environment, where spool_prepare finds it.  0, or -1 with errno. */
#define SPOOL_DIRECTORY_VARIABLE "WIZ98_INCOMING_FD"
int spool_share_directory(void);

/* M->id is used as it is, or made where it is "" (and stored there).  0, or -1 with errno: ENOSPC also where free space
 * would fall below FREE_MIN bytes (452 4.3.1). */
int spool_begin(struct spool_new *s, struct queue_message *m, uint64_t free_min);
int spool_write(struct spool_new *s, struct bytes b);     /* buffered; 0, or -1 with errno (then only abandon is left) */
/* fsync, name, fsync of the directory, trigger.  0: durable; -1 with errno: nothing is there (EEXIST: a message with
 * that ID is there already), or, where the last sync failed and this program may not remove files there, perhaps all of
 * it.  The file is closed in any case. */
int spool_commit(struct spool_new *s);
void spool_abandon(struct spool_new *s);

void spool_trigger(void);                                 /* wakes queue-run; never waits, never fails */

/* --- reading: header and log, never the message itself --- */
/* 0; -1 with errno; -2: damaged, *why says how.  M is zeroed first; free it in any case. */
int spool_read(int fd, struct queue_message *m, const char **why);
/* Appends records in one write; SYNC: fdatasync.  0, or -1 with errno. */
int spool_append(int fd, const stralloc *records, bool sync);
void spool_path(stralloc *path, const char *id);          /* spool/queue/SHARD/ID, 0-terminated */
/* When the message's next attempt is due, kept beside its log as a hint, so that a start need not read each message: its
 * mtime, or where it is another user's, an attribute, as only the owner sets an mtime.  Wrong only towards too early. */
void spool_set_due(int fd, int64_t when);
int64_t spool_due(const char *path, const struct stat *st);

/* --- workers of queue-run: local-deliver, remote-send, bounce-make with --worker, or forked by their template; descriptor 0 is a SOCK_SEQPACKET
 * socket.  A job is one datagram, "ID\tDESTINATION\tN N N…" (numbers of recipients), with the message's descriptor: its
 * open file description holds the flock and is shared, so pread and append only.  The answer is one datagram
 * "ID\n" and a line a recipient: "N STATE SCOPE CAUSE REPLY", STATE done, failed or tried, SCOPE "rcpt" or "dest" (the
 * fault is the destination's: connection, greeting), CAUSE a class or "-", REPLY escaped as in the log.
 * Behind an empty line remarks may follow: remote-send's transcript, where an attempt failed.
 * The worker itself appends placed, done and failed (synced) before it answers; queue-run appends tried. */
enum { SPOOL_REMARKS_MAX = 16384, SPOOL_ANSWER_MAX = 65536 + 1 + SPOOL_REMARKS_MAX };
struct spool_job {
  int fd;
  char id[QUEUE_ID_MAX];
  char destination[300];        /* DOMAIN, or HOST:PORT of a route; "local"; "bounce" or "delay" */
  size_t count;
  unsigned short rcpt[QUEUE_RCPT_MAX];
};
struct spool_result {
  unsigned rcpt;
  char state;                   /* 'd' done, 'f' failed, 't' tried */
  bool whole_destination;
  struct bytes cause, reply;
};
/* 1: a job; 0: queue-run has gone, end; -1 with errno (ETIMEDOUT after TIMEOUT_MS, -1: wait for ever). */
int spool_next_job(struct spool_job *job, int timeout_ms);
/* Closes the job's descriptor, and with it the message's lock, then answers. */
int spool_answer(const struct spool_job *job, const struct spool_result *results, size_t count, struct bytes remarks);
/* The other side, for queue-run. */
int spool_send_job(int sock, const struct spool_job *job);
bool spool_parse_result(struct bytes *rest, struct spool_result *r, stralloc *scratch);   /* behind the first line */
struct bytes spool_parse_remarks(struct bytes answer);    /* "" where there are none */

#endif
