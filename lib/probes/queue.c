/* Q8: what waits, and what is damaged. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "probes/probes.h"
#include "spool/names.h"
#include "spool/spool.h"

enum { MESSAGES_READ = 2000 };

static const char *one_in(const char *folder, char name[256]) {
  DIR *d = opendir(folder);
  *name = 0;
  for (struct dirent *e; d && !*name && (e = readdir(d));)
    if (*e->d_name != '.')
      snprintf(name, 256, "%s", e->d_name);
  if (d)
    closedir(d);
  return name;
}

static void read_message(struct probe *p, const struct spool_name *n) {
  struct queue_message m = {0};
  stralloc path = {0};
  const char *why = "";
  int fd = spool_open(n, O_RDONLY, &path);
  if (fd >= 0 && spool_read(fd, &m, &why) == -2)
    probe_find(p, CHECK_FAIL, DC812E_damaged_in_queue, "path=%s reason=%s", sa_cstr(&path), why);
  if (fd >= 0)
    close(fd);
  queue_message_free(&m);
  stralloc_free(&path);
}

void probe_damaged(struct probe *p) {
  struct spool_names l;
  const char *path;
  char name[256];
  if (spool_names(&l, &path)) {
    probe_unreadable(p, path);
    return;
  }
  if (l.damaged)
    probe_find(p, CHECK_FAIL, DC811E_damaged, "path=spool/damaged files=%zu first=%s", l.damaged, one_in("spool/damaged", name));
  for (size_t i = 0; i < l.count && i < MESSAGES_READ; i++)
    read_message(p, &l.name[i]);
  probe_good(p, "path=spool messages=%zu damaged=0", l.count);
  spool_names_free(&l);
}

/* --- what waits --- */

enum { OVERDUE_S = 900, INCOMING_S = 300, OLD_S = 86400 };

struct queue_state {
  size_t messages, held;
  int64_t oldest, due;               /* arrival of the oldest; the earliest attempt that should have been; 0: none */
  char oldest_id[QUEUE_ID_MAX], due_id[QUEUE_ID_MAX], cause[64];
};

static void note_cause(struct queue_state *q, const struct queue_message *m) {
  for (size_t i = 0; i < m->count; i++)
    if (m->rcpt[i].state == RCPT_TRIED && m->rcpt[i].cause.len)
      snprintf(q->cause, sizeof q->cause, "%.*s", (int)m->rcpt[i].cause.len, m->rcpt[i].cause.s);
}

static void note_message(struct probe *p, struct queue_state *q, const struct spool_name *n) {
  struct queue_message m = {0};
  stralloc path = {0};
  struct stat st;
  const char *why;
  int fd = spool_open(n, O_RDONLY, &path);
  if (fd >= 0 && !fstat(fd, &st) && !spool_read(fd, &m, &why)) {
    int64_t arrived = m.received, next = queue_next_attempt(&m);
    bool late = n->incoming ? p->now - st.st_ctim.tv_sec > INCOMING_S : next && p->now - next > OVERDUE_S;
    q->messages++;
    q->held += m.held;
    if (!m.held && (!q->oldest || arrived < q->oldest)) {
      q->oldest = arrived;
      snprintf(q->oldest_id, sizeof q->oldest_id, "%s", n->id);
      note_cause(q, &m);
    }
    if (!m.held && late && (!q->due || next < q->due)) {
      q->due = next && next < p->now ? next : st.st_ctim.tv_sec;
      snprintf(q->due_id, sizeof q->due_id, "%s", n->id);
    }
  }
  if (fd >= 0)
    close(fd);
  queue_message_free(&m);
  stralloc_free(&path);
}

static bool read_queue(struct probe *p, struct queue_state *q) {
  struct spool_names l;
  const char *path;
  *q = (struct queue_state){0};
  if (spool_names(&l, &path)) {
    probe_unreadable(p, path);
    return false;
  }
  for (size_t i = 0; i < l.count && i < MESSAGES_READ; i++)
    note_message(p, q, &l.name[i]);
  spool_names_free(&l);
  return true;
}

void probe_waiting(struct probe *p) {
  struct queue_state q;
  if (!read_queue(p, &q))
    return;
  if (q.oldest && p->now - q.oldest > OLD_S)
    probe_find(p, CHECK_WARN, DC821W_waits_long, "messages=%zu held=%zu id=%s hours=%lld cause=%s", q.messages, q.held, q.oldest_id, (long long)(p->now - q.oldest) / 3600, *q.cause ? q.cause : "none");
  else
    probe_good(p, "messages=%zu held=%zu oldest_seconds=%lld", q.messages, q.held, q.oldest ? (long long)(p->now - q.oldest) : 0);
}

void probe_stuck(struct probe *p) {
  struct queue_state q;
  if (!read_queue(p, &q))
    return;
  if (q.due)
    probe_find(p, CHECK_FAIL, DC822E_queue_stuck, "messages=%zu id=%s overdue_seconds=%lld", q.messages, q.due_id, (long long)(p->now - q.due));
  else
    probe_good(p, "messages=%zu overdue=0", q.messages);
}
