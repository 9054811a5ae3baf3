/* What is known beside the message's own file. */
#include "notice/notice.h"

#include "base/sa.h"
#include "classify/near.h"
#include "local/local.h"
#include "queue/dest.h"
#include "route/route.h"
#include "spool/reached.h"
#include "sys/fd.h"
#include "transcript/transcript.h"

enum { DEST_MAX = 8192, SHOWN_MAX = 6000 };

static struct bytes domain_of(const stralloc *addr) {
  const char *at = addr->len ? memrchr(addr->s, '@', addr->len) : NULL;
  return at ? bytes_of(at + 1, addr->len - (size_t)(at + 1 - addr->s)) : bytes_of("", 0);
}

/* A destination that rests costs its waiting messages no record: what failed there stands in run/dest. */
static void take_destination(struct queue_rcpt *r, const struct queue_dest *d) {
  if (!r->cause.len || cause_of(bytes_sa(&r->cause)) == CAUSE_NONE) {
    sa_copy(&r->cause, &d->cause);
    sa_copy(&r->reply, &d->reply);
  }
  if (d->attempts > r->attempts)
    r->attempts = d->attempts;
}

/* QID: the message whose attempt failed there last, "" where nobody knows. */
static void join_destination(const struct notice *n, struct queue_rcpt *r, char qid[QUEUE_ID_MAX]) {
  char name[ROUTE_DESTINATION_MAX];
  struct queue_dest d = {0};
  stralloc path = {0}, text = {0};
  *qid = 0;
  route_destination(n->conf, domain_of(&r->addr), name);
  queue_dest_file(&path, bytes_str(name));
  if (!fd_slurp(sa_cstr(&path), DEST_MAX, &text) && queue_dest_read(&d, bytes_sa(&text)) && d.attempts) {
    take_destination(r, &d);
    memcpy(qid, d.qid, sizeof d.qid);
  }
  queue_dest_free(&d);
  stralloc_free(&path);
  stralloc_free(&text);
}

/* At most so much of it as people read, in whole lines. */
static void shorten(stralloc *text) {
  if (text->len <= SHOWN_MAX)
    return;
  const char *end = memrchr(text->s, '\n', SHOWN_MAX);
  text->len = end ? (size_t)(end + 1 - text->s) : 0;
  sa_cats(text, "    ...\n");
}

/* Of another message only the server is told: what was said there names other people. */
static void show_attempt(struct notice_kept *k, const struct transcript_attempt *a, bool own, struct queue_rcpt *r, struct bounce_attempt *out) {
  transcript_host(&k->host, a);
  out->host = bytes_sa(&k->host);
  for (int lang = LANG_EN; own && lang <= LANG_JA; lang++) {
    transcript_write(&k->text[lang], a, "      ", (enum language)lang);
    shorten(&k->text[lang]);
    out->transcript[lang] = bytes_sa(&k->text[lang]);
  }
  if (!r->tried)
    r->tried = a->time;
}

/* The last attempt for recipient I; where there was none, that of message QID, for which its destination rests. */
static void find_attempt(struct notice *n, const char *qid, size_t i) {
  struct transcript_attempt a, last;
  struct bytes rest;
  stralloc path = {0}, file = {0};
  bool own = !strcmp(qid, n->m.id), found = false;
  transcript_path(&path, qid);
  if (*qid && !fd_slurp(sa_cstr(&path), TRANSCRIPT_FILE_MAX, &file)) {
    rest = bytes_sa(&file);
    if (own)
      found = transcript_last(rest, n->rcpt[i], &last);
    else
      for (; transcript_next(&rest, &a); found = true)
        last = a;
  }
  if (found)
    show_attempt(&n->kept[i], &last, own, &n->m.rcpt[n->rcpt[i]], &n->attempt[i]);
  stralloc_free(&path);
  stralloc_free(&file);
}

/* The last one of those near ADDR; "" where ADDR itself is among them: then it is no typing error. */
static struct bytes nearest(struct bytes addr, struct bytes lines) {
  struct bytes best = {"", 0}, line;
  while (lines.n && bytes_cut(&lines, '\n', &line)) {
    if (bytes_ieq(addr, line))
      return bytes_of("", 0);
    if (near_address(addr, line) != NEAR_NOT)
      best = line;
  }
  return best;
}

/* Only our own users hear which addresses others have written to. */
static void find_near(struct notice *n, struct queue_rcpt *r, struct bounce_attempt *a) {
  static const enum cause typing[] = {CAUSE_USER_UNKNOWN, CAUSE_NO_SUCH_DOMAIN, CAUSE_DOMAIN_BAD, CAUSE_NULL_MX, CAUSE_NO_MX_ADDRESS};
  enum cause c = cause_of(bytes_sa(&r->cause));
  bool suits = false;
  for (size_t i = 0; i < sizeof typing / sizeof *typing; i++)
    suits |= c == typing[i];
  if (!suits || !local_domain_is_ours(n->conf, domain_of(&n->m.sender)))
    return;
  if (!n->reached.len)
    reached_read(&n->reached);
  a->near = nearest(bytes_sa(&r->addr), bytes_sa(&n->reached));
}

static void find_remote(struct notice *n, size_t i) {
  char qid[QUEUE_ID_MAX];
  struct queue_rcpt *r = &n->m.rcpt[n->rcpt[i]];
  join_destination(n, r, qid);
  if (i < NOTICE_TRANSCRIPTS) {
    find_attempt(n, n->m.id, i);
    if (!n->attempt[i].host.n && strcmp(qid, n->m.id))
      find_attempt(n, qid, i);
  }
  if (n->b.kind == BOUNCE_FAILED)
    find_near(n, r, &n->attempt[i]);
}

void notice_find_known(struct notice *n) {
  for (size_t i = 0; i < n->b.count; i++)
    if (!n->m.rcpt[n->rcpt[i]].local)
      find_remote(n, i);
  n->b.attempt = n->attempt;
}
