/* Jobs and answers between queue-run and its workers: one datagram each, text, so that strace shows them. */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <unistd.h>

#include "log/log.h"
#include "spool/spool.h"
#include "sys/fd.h"

enum { DATAGRAM_MAX = 65536, REPLY_MAX = 400 };

static bool read_numbers(struct spool_job *job, struct bytes list) {
  struct bytes word;
  uint64_t n;
  job->count = 0;
  while (bytes_cut(&list, ' ', &word)) {
    if (!bytes_u64(word, &n) || n >= QUEUE_RCPT_MAX || job->count == QUEUE_RCPT_MAX)
      return false;
    job->rcpt[job->count++] = (unsigned short)n;
  }
  return job->count > 0;
}

static bool read_job(struct spool_job *job, struct bytes text) {
  struct bytes id, destination;
  if (!bytes_cut(&text, '\t', &id) || !queue_id_valid(id) || !bytes_cut(&text, '\t', &destination) || destination.n >= sizeof job->destination)
    return false;
  memcpy(job->id, id.s, id.n);
  job->id[id.n] = 0;
  memcpy(job->destination, destination.s, destination.n);
  job->destination[destination.n] = 0;
  return read_numbers(job, text);
}

int spool_next_job(struct spool_job *job, int timeout_ms) {
  static char text[DATAGRAM_MAX];
  size_t count = 1;
  if (timeout_ms >= 0 && !fd_wait(0, POLLIN, timeout_ms))
    return -1;
  ssize_t n = fd_recv(0, text, sizeof text, &job->fd, &count);
  if (n <= 0)
    return (int)n;
  if (count == 1 && read_job(job, bytes_of(text, (size_t)n)))
    return 1;
  if (count == 1)
    close(job->fd);
  errno = EBADMSG;
  return -1;
}

int spool_send_job(int sock, const struct spool_job *job) {
  stralloc text = {0};
  sa_catf(&text, "%s\t%s\t", job->id, job->destination);
  for (size_t i = 0; i < job->count; i++)
    sa_catf(&text, i ? " %u" : "%u", job->rcpt[i]);
  int result = fd_send(sock, text.s, text.len, &job->fd, 1);
  stralloc_free(&text);
  return result;
}

static void put_result(stralloc *text, const struct spool_result *r, size_t reply_max) {
  struct log_line l = {0};
  const char *state = r->state == 'd' ? "done" : r->state == 'f' ? "failed" : "tried";
  sa_catf(text, "%u %s %s ", r->rcpt, state, r->whole_destination ? "dest" : "rcpt");
  sa_catb(text, r->cause.n ? r->cause.s : "-", r->cause.n ? r->cause.n : 1);
  log_field(&l, "", bytes_of(r->reply.s, r->reply.n < reply_max ? r->reply.n : reply_max));
  sa_catc(text, ' ');
  sa_catb(text, l.s + 2, l.n - 2);
  sa_catc(text, '\n');
}

/* Many recipients share one datagram: then each reply gets a smaller part of it (the whole is in the message's log). */
int spool_answer(const struct spool_job *job, const struct spool_result *results, size_t count, struct bytes remarks) {
  stralloc text = {0};
  size_t each = count ? (DATAGRAM_MAX - 100) / count : 0;
  size_t reply_max = each > 4 * REPLY_MAX + 60 ? REPLY_MAX : each > 60 ? (each - 60) / 4 : 0;
  sa_catf(&text, "%s\n", job->id);
  for (size_t i = 0; i < count; i++)
    put_result(&text, &results[i], reply_max);
  if (remarks.n && remarks.n <= SPOOL_REMARKS_MAX) {
    sa_catc(&text, '\n');
    sa_catb(&text, remarks.s, remarks.n);
  }
  close(job->fd);   /* first: it holds the message's lock, and queue-run opens the message anew when it has the answer */
  int result = fd_send(0, text.s, text.len, NULL, 0);
  stralloc_free(&text);
  return result;
}

struct bytes spool_parse_remarks(struct bytes answer) {
  const char *end = answer.n ? memmem(answer.s, answer.n, "\n\n", 2) : NULL;
  return end ? bytes_of(end + 2, answer.n - (size_t)(end + 2 - answer.s)) : bytes_of("", 0);
}

bool spool_parse_result(struct bytes *rest, struct spool_result *r, stralloc *scratch) {
  struct bytes line, number, state, scope;
  uint64_t n;
  if (!rest->n || !bytes_cut(rest, '\n', &line) || !bytes_cut(&line, ' ', &number) || !bytes_u64(number, &n) || n >= QUEUE_RCPT_MAX ||
      !bytes_cut(&line, ' ', &state) || !state.n || !bytes_cut(&line, ' ', &scope) || !bytes_cut(&line, ' ', &r->cause))
    return false;
  scratch->len = 0;
  if (line.n)
    log_unescape(scratch, line);
  r->rcpt = (unsigned)n;
  r->state = state.s[0];
  r->whole_destination = bytes_eq(scope, bytes_str("dest"));
  if (bytes_eq(r->cause, bytes_str("-")))
    r->cause.n = 0;
  r->reply = bytes_sa(scratch);
  return r->state == 'd' || r->state == 'f' || r->state == 't';
}
