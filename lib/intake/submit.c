#include "intake/submit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "control/generation.h"
#include "intake/intake.h"
#include "io/conn.h"
#include "sys/clock.h"
#include "sys/report.h"

enum { HOUR = 3600 };

/* One byte a message; the file begins anew with each hour.  Where it cannot be counted nothing is refused. */
static bool within_limit(unsigned uid, long limit) {
  char path[40];
  struct stat st;
  if (mkdir("state/submit", 0700) && errno != EEXIST)
    report_errno(SY102E_file_failed, "action=mkdir path=state/submit");
  snprintf(path, sizeof path, "state/submit/%u", uid);
  int fd = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (fd < 0 || flock(fd, LOCK_EX) || fstat(fd, &st)) {
    report_errno(SY102E_file_failed, "action=open path=%s", path);
    if (fd >= 0)
      close(fd);
    return true;
  }
  if (st.st_size && st.st_mtime / HOUR != clock_unix() / HOUR) {
    st.st_size = 0;
    if (ftruncate(fd, 0))
      report_errno(SY102E_file_failed, "action=truncate path=%s", path);
  }
  bool good = st.st_size < limit;
  if (good && write(fd, ".", 1) != 1)
    report_errno(SY102E_file_failed, "action=write path=%s", path);
  close(fd);
  return good;
}

static bool take_line(struct intake *i, const char *line) {
  if (!strncmp(line, "from ", 5))
    return intake_sender(i, line + 5);
  if (!strncmp(line, "to ", 3))
    return intake_recipient(i, line + 3);
  if (!strncmp(line, "name ", 5)) {
    sa_copys(&i->name, line + 5);
    return true;
  }
  i->fault = SE102E_protocol;
  return false;
}

/* Up to the empty line. */
static bool read_envelope(struct intake *i, struct conn *c) {
  for (;;) {
    struct bytes unread = conn_unread(c);
    const char *end = unread.n ? memchr(unread.s, '\n', unread.n) : NULL;
    char line[SUBMIT_LINE_MAX];
    if (!end && (unread.n >= sizeof line || conn_fill(c) <= 0)) {
      i->fault = SE102E_protocol;
      i->temporary = true;
      return false;
    }
    if (!end)
      continue;
    size_t n = (size_t)(end - unread.s);
    snprintf(line, sizeof line, "%.*s", (int)n, unread.s);
    conn_consume(c, n + 1);
    if (!n)
      return true;
    if (!take_line(i, line))
      return false;
  }
}

static bool read_message(struct intake *i, struct conn *c) {
  for (;;) {
    struct bytes unread = conn_unread(c);
    if (unread.n && !intake_feed(i, unread))
      return false;
    conn_consume(c, unread.n);
    ssize_t k = conn_fill(c);
    if (k == 0)
      return true;
    if (k < 0) {
      i->fault = SE102E_protocol;
      i->temporary = true;
      return false;
    }
  }
}

static bool take(struct intake *i, struct conn *c, unsigned uid) {
  if (!read_envelope(i, c))
    return false;
  if (!i->m.count) {
    i->fault = SE101E_no_recipients;
    return false;
  }
  if (!within_limit(uid, conf_number(i->conf, SET_submit_per_hour))) {
    i->fault = SE103E_too_many;
    i->temporary = true;
    return false;
  }
  return read_message(i, c) && intake_commit(i);
}

static void answer(struct conn *c, const struct intake *i, bool good) {
  char line[400];
  const struct message *m = message_of(i->fault);
  int n = good ? snprintf(line, sizeof line, "0 %s\n", i->m.id) : snprintf(line, sizeof line, "%d %s %s\n", i->temporary ? EXIT_TEMPORARY : EXIT_PERMANENT, m->id, m->text);
  conn_put(c, bytes_of(line, (size_t)n));
  conn_flush(c);
}

int submit_conversation(int in, int out, const struct peer *peer) {
  static struct conn c;
  static struct intake i;
  struct ucred who = {.uid = getuid()};
  socklen_t n = sizeof who;
  char user[64];
  const struct conf *conf = generation_conf();
  if (!conf || (peer->socket >= 0 && getsockopt(peer->socket, SOL_SOCKET, SO_PEERCRED, &who, &n)))
    return EXIT_TEMPORARY;
  intake_user(user, who.uid);
  conn_init(&c, in, out, SUBMIT_TIMEOUT_MS);
  c.deadline = clock_ms() + SUBMIT_SECONDS_MAX * 1000;
  intake_init(&i, conf, user);
  i.complete = true;
  bool good = take(&i, &c, who.uid);
  if (!good) {
    intake_abandon(&i);
    report_errno(i.fault, "user=%s from=%.*s", user, (int)i.m.sender.len, i.m.sender.s ? i.m.sender.s : "");
  }
  answer(&c, &i, good);
  intake_free(&i);
  return EXIT_DONE;
}
