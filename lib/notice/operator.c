/* The job "operator KIND begin" or "operator KIND over": its descriptor is state/trouble/conditions (lib/trouble), its ID the
 * parent of the notice's. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "bounce/operator.h"
#include "classify/classify.h"
#include "local/envelope.h"
#include "notice/notice.h"
#include "sys/clock.h"
#include "sys/fd.h"
#include "sys/report.h"
#include "trouble/trouble.h"

static const enum message_id messages[TROUBLE_KINDS][2] = {
  [TROUBLE_PORT] = {OP101E_port_blocked, OP111I_port_works},
  [TROUBLE_RESOLVER] = {OP102E_resolver_dead, OP112I_resolver_answers},
  [TROUBLE_REVERSE_DNS] = {OP103E_reverse_dns_refused, OP113I_reverse_dns_accepted},
  [TROUBLE_BLOCKED] = {OP104E_blocklisted, OP114I_block_lifted},
  [TROUBLE_LOGIN] = {OP105E_login_refused, OP115I_login_works},
  [TROUBLE_DISK] = {OP106E_disk_low, OP116I_disk_has_room},
  [TROUBLE_CERTIFICATE_SOON] = {OP107E_certificate_ends_soon, OP117I_certificate_renewed},
  [TROUBLE_CERTIFICATE_BAD] = {OP108E_certificate_bad, OP118I_certificate_good},
};

static bool read_job(const char *destination, enum trouble_kind *kind, bool *over) {
  struct bytes rest = bytes_str(destination), word, name;
  if (!bytes_cut(&rest, ' ', &word) || !bytes_cut(&rest, ' ', &name) || !trouble_find(name, kind))
    return false;
  *over = bytes_eq(rest, bytes_str("over"));
  return *over || bytes_eq(rest, bytes_str("begin"));
}

static int read_conditions(struct trouble *t, int fd) {
  struct stat st;
  stralloc text = {0};
  int r = fstat(fd, &st);
  if (!r && st.st_size > TROUBLE_TEXT_MAX) {
    errno = EFBIG;
    r = -1;
  }
  if (!r) {
    sa_need(&text, (size_t)st.st_size);
    r = fd_pread_all(fd, text.s, (size_t)st.st_size, 0);
    text.len = (size_t)st.st_size;
  }
  if (!r)
    trouble_read(t, bytes_sa(&text));
  stralloc_free(&text);
  return r;
}

static void fill(struct operator_notice *o, enum trouble_kind kind, bool over, const struct trouble_condition *c) {
  enum cause cause = cause_of(bytes_sa(&c->cause));
  struct tm tm;
  time_t now = (time_t)clock_unix();
  *o = (struct operator_notice){.begins = messages[kind][0], .over = messages[kind][1], .is_over = over, .now = (int64_t)now, .since = c->since, .until = c->over,
                                .offset = localtime_r(&now, &tm) ? (int)tm.tm_gmtoff : 0, .destination = bytes_sa(&c->destination), .qid = bytes_sa(&c->qid),
                                .reply = bytes_sa(&c->reply), .cause = cause == CAUSE_NONE ? MESSAGE_COUNT : cause_name(cause)->id};
}

static int make(struct notice *n, const struct spool_job *job, enum trouble_kind kind, bool over, const struct trouble_condition *c) {
  struct operator_notice o;
  fill(&o, kind, over, c);
  if (!notice_to_postmaster(n))
    return -1;
  queue_id_child(n->out.id, job->id, 'o', 0);
  o.id = bytes_str(n->out.id);
  o.to = n->b.to;
  o.hostname = conf_hostname(n->conf, &n->host);
  operator_write(&n->text, &o);
  if (notice_put(n))
    return -1;
  report(OP201I_operator_told, "to=%.*s notice=%s about=%s", (int)n->to.len, n->to.s, n->out.id, message_of(messages[kind][over])->id);
  return 0;
}

const char *notice_of_trouble(struct notice *n, const struct spool_job *job) {
  struct trouble t = {0};
  enum trouble_kind kind;
  bool over;
  const char *why = NULL;
  if (!read_job(job->destination, &kind, &over))
    return "no such kind of notice";
  if (read_conditions(&t, job->fd) || make(n, job, kind, over, &t.c[kind]))
    why = strerror(errno);
  trouble_free(&t);
  return why;
}
