/* The transcript of a message's attempts: queue-list --transcript. */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/json.h"
#include "listing/listing.h"
#include "log/log.h"
#include "spool/spool.h"
#include "sys/fd.h"
#include "sys/when.h"
#include "transcript/transcript.h"

static void put_text(stralloc *out, const struct listing *l, const char *id, const struct transcript_attempt *a) {
  static const char *const words[2] = {"attempt to ", "試行 "};
  sa_catf(out, "%s  ", id);
  when_local(out, a->time);
  sa_catf(out, "  %s%.*s\n", words[l->lang], (int)a->destination.n, a->destination.s);
  transcript_write(out, a, "", l->lang);
  sa_catc(out, '\n');
}

static void put_json(stralloc *out, const char *id, const struct transcript_attempt *a) {
  stralloc time = {0};
  when_json(&time, a->time, 0);
  json_open(out, '{');
  json_member(out, "id", bytes_str(id));
  json_member(out, "time", bytes_sa(&time));
  json_member(out, "destination", a->destination);
  json_key(out, "recipients");
  json_open(out, '[');
  for (unsigned i = 0; i < QUEUE_RCPT_MAX; i++)
    if (transcript_is_about(a, i)) {
      json_item(out);
      sa_catu(out, i);
    }
  json_close(out, ']');
  transcript_write_json(out, a);
  json_close(out, '}');
  sa_catc(out, '\n');
  stralloc_free(&time);
}

int listing_attempts(stralloc *out, const struct listing *l, const char *id, bool json) {
  stralloc path = {0}, file = {0};
  struct transcript_attempt a;
  size_t before = out->len;
  transcript_path(&path, id);
  int failed = fd_slurp(path.s, 2 * TRANSCRIPT_FILE_MAX, &file);
  struct bytes rest = bytes_sa(&file);
  while (!failed && transcript_next(&rest, &a))
    json ? put_json(out, id, &a) : put_text(out, l, id, &a);
  stralloc_free(&path);
  stralloc_free(&file);
  if (failed || out->len > before)
    return failed;
  errno = ENOENT;
  return -1;
}

static const char *tried_with(const struct listing *l, const struct queue_rcpt *r) {
  struct waiting w;
  listing_waiting(&w, l, r);
  const struct queue_dest *d = w.pending && w.by_destination ? destinations_find(&l->destinations, w.destination) : NULL;
  return d && d->qid[0] ? d->qid : NULL;
}

const char *listing_tried_with(const struct listing *l, const struct spool_name *n) {
  struct queue_message m = {0};
  stralloc path = {0};
  const char *why, *id = NULL;
  int fd = n ? spool_open(n, O_RDONLY, &path) : -1;
  bool there = fd >= 0 && !spool_read(fd, &m, &why);
  for (size_t i = 0; there && i < m.count && !id; i++)
    id = tried_with(l, &m.rcpt[i]);
  queue_message_free(&m);
  stralloc_free(&path);
  if (fd >= 0)
    close(fd);
  return id;
}
