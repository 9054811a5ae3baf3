#include "notice/notice.h"

#include <errno.h>
#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#include "local/envelope.h"
#include "sys/clock.h"
#include "sys/fd.h"
#include "sys/report.h"

enum { HEADER_MAX = 64 << 10, WHOLE_MAX = 256 << 10 };

void notice_free(struct notice *n) {
  queue_message_free(&n->m);
  queue_message_free(&n->out);
  stralloc *const own[] = {&n->to, &n->host, &n->postmaster, &n->original, &n->text, &n->reached};
  for (size_t i = 0; i < sizeof own / sizeof *own; i++)
    stralloc_free(own[i]);
  for (size_t i = 0; i < NOTICE_TRANSCRIPTS; i++) {
    stralloc_free(&n->kept[i].host);
    stralloc_free(&n->kept[i].text[LANG_EN]);
    stralloc_free(&n->kept[i].text[LANG_JA]);
  }
}

static int read_original(struct notice *n, int fd) {
  n->b.whole = n->b.kind == BOUNCE_FAILED && n->m.ret == 'F' && n->m.size <= WHOLE_MAX;
  size_t k = n->b.whole ? (size_t)n->m.size : n->m.size < HEADER_MAX ? (size_t)n->m.size : HEADER_MAX;
  sa_need(&n->original, k + 1);
  if (fd_pread_all(fd, n->original.s, k, (off_t)n->m.body))
    return -1;
  const char *end = n->b.whole ? NULL : memmem(n->original.s, k, "\n\n", 2);
  if (!end && !n->b.whole && k)
    end = memrchr(n->original.s, '\n', k);   /* a header without end, or cut: at a line */
  n->original.len = end ? (size_t)(end + 1 - n->original.s) : k;
  n->b.original = bytes_sa(&n->original);
  return 0;
}

/* Whether M is itself the last word: a notice to the postmaster, or what tells of a bounce already (two steps up there are
 * messages, both told of). */
static bool is_last(const char *id) {
  char parent[QUEUE_ID_MAX], grandparent[QUEUE_ID_MAX];
  const char *kind = strrchr(id, '.');
  return queue_id_parent(parent, id) && (kind[1] == 'o' || queue_id_parent(grandparent, parent));
}

static bool address(struct notice *n, struct bytes to) {
  static const struct envelope_dsn none = {{"", 0}, 0};
  enum local_result r = envelope_add(&n->out, n->conf, to, &none);
  sa_copyb(&n->to, to.s, to.n);
  n->b.to = bytes_sa(&n->to);
  return r == LOCAL_OURS || r == LOCAL_FOREIGN;
}

bool notice_to_postmaster(struct notice *n) {
  errno = ENOENT;
  return address(n, conf_text(n->conf, SET_postmaster));
}

/* The sender, or the postmaster where the sender is null or nobody; false: it is dropped. */
static bool find_reader(struct notice *n) {
  const struct queue_message *m = &n->m;
  if (m->sender.len && address(n, bytes_sa(&m->sender)))
    return true;
  if (n->b.kind == BOUNCE_DELAYED || is_last(m->id))
    return false;
  n->b.kind = BOUNCE_DOUBLE;
  return notice_to_postmaster(n);
}

static void choose(struct notice *n, const unsigned short *rcpt, size_t count) {
  bool sender_is_told = n->m.sender.len > 0;
  n->b.count = 0;
  for (size_t i = 0; i < count; i++) {
    const struct queue_rcpt *r = &n->m.rcpt[rcpt[i]];
    bool due = n->b.kind == BOUNCE_DELAYED ? r->state <= RCPT_PLACED && !r->noticed : r->state == RCPT_FAILED;
    if (due && (!sender_is_told || bounce_is_wanted(r, n->b.kind)))
      n->rcpt[n->b.count++] = rcpt[i];
  }
  n->b.rcpt = n->rcpt;
}

static void say_dropped(const struct notice *n) {
  const struct queue_rcpt *r = &n->m.rcpt[n->rcpt[0]];
  report(BO102E_double_bounce_dropped, "to=%.*s cause=%.*s reply=%.*s", (int)r->addr.len, r->addr.s, (int)r->cause.len, r->cause.s, (int)r->reply.len, r->reply.s);
}

bool notice_prepare(struct notice *n, enum bounce_kind kind, const unsigned short *rcpt, size_t count, int fd) {
  n->b.kind = kind;
  choose(n, rcpt, count);
  bool wanted = n->b.count && (kind != BOUNCE_DELAYED || (!read_original(n, fd) && !bounce_is_automatic(n->b.original)));
  if (!wanted) {
    report(BO003I_not_wanted, "recipients=%zu", count);
    return false;
  }
  if (!find_reader(n)) {
    if (kind != BOUNCE_DELAYED)
      say_dropped(n);
    return false;
  }
  queue_id_child(n->out.id, n->m.id, kind == BOUNCE_DELAYED ? 'd' : 'b', n->rcpt[0]);
  n->original.len = 0;
  if (read_original(n, fd))
    report_errno(SY102E_file_failed, "action=read path=spool/queue");   /* the sender is told without it */
  return true;
}

static int offset_of(int64_t t) {
  time_t now = (time_t)t;
  struct tm tm;
  return localtime_r(&now, &tm) ? (int)tm.tm_gmtoff : 0;
}

void notice_write(struct notice *n) {
  bool eightbit;
  n->b.m = &n->m;
  n->b.id = bytes_str(n->out.id);
  n->b.hostname = conf_hostname(n->conf, &n->host);
  n->b.postmaster = conf_postmaster(n->conf, &n->postmaster);
  n->b.languages = n->b.kind == BOUNCE_DOUBLE ? BOUNCE_BOTH : bounce_languages(conf_notice_language(n->conf, bytes_sa(&n->to)));
  n->b.now = clock_unix();
  n->b.offset = offset_of(n->b.now);
  n->b.until = n->m.received + conf_number(n->conf, SET_queue_lifetime);
  notice_find_known(n);
  bounce_write(&n->text, &n->b, &eightbit);
  n->out.eightbit = eightbit;
  n->out.smtputf8 = n->m.smtputf8;
}

int notice_put(struct notice *n) {
  static struct spool_new s;
  stralloc path = {0};
  spool_path(&path, n->out.id);
  bool there = !access(sa_cstr(&path), F_OK);
  stralloc_free(&path);
  if (there)
    return 0;
  sa_copys(&n->out.sender, "");
  if (spool_begin(&s, &n->out, 0))
    return -1;
  if (spool_write(&s, bytes_sa(&n->text))) {
    spool_abandon(&s);
    return -1;
  }
  return spool_commit(&s) && errno != EEXIST ? -1 : 0;
}

int notice_store(struct notice *n) {
  static const enum message_id said[] = {BO001I_bounce_made, BO002I_delay_notice_made, BO001I_bounce_made, BO004I_double_bounce_made};
  if (notice_put(n))
    return -1;
  report(said[n->b.kind], "to=%.*s bounce=%s recipients=%zu", (int)n->to.len, n->to.s, n->out.id, n->b.count);
  return 0;
}
