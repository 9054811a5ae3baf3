/* queue-put: puts one message into the spool.
 *
 *   queue-put [--home HOME] [-f SENDER] RCPT… <message
 *
 * Addresses of ours are resolved (aliases, forwards), others are sent on; nobody is asked whether that may be, so only
 * those who may write the spool can run it.  Prints the queue ID.  Exit codes: 0 queued, 100 refused, 111 try again. */
#include "addr/addr.h"
#include "control/generation.h"
#include "control/home.h"
#include "header/header.h"
#include "local/envelope.h"
#include "queue/text.h"
#include "spool/spool.h"
#include "sys/clock.h"
#include "sys/random.h"
#include "sys/report.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <unistd.h>

static void add_recipient(struct queue_message *m, const struct conf *c, const char *rcpt) {
  static const struct envelope_dsn none = {{"", 0}, 0};
  struct addr a;
  enum message_id why;
  if (strchr(rcpt, '@') && !addr_parse(&a, bytes_str(rcpt), &why))
    die(EXIT_PERMANENT, why, "to=%s", rcpt);
  enum local_result r = envelope_add(m, c, bytes_str(rcpt), &none);
  if (r == LOCAL_UNKNOWN)
    die(EXIT_PERMANENT, LO201E_no_such_user, "to=%s", rcpt);
  if (r == LOCAL_TOO_MANY)
    die(EXIT_PERMANENT, LO202E_too_many_targets, "to=%s", rcpt);
  if (r == LOCAL_LOOP)
    die(EXIT_TEMPORARY, LO203E_alias_too_deep, "to=%s", rcpt);
}

static void put_trace(stralloc *out, const struct queue_message *m, const struct conf *c) {
  char user[40];
  snprintf(user, sizeof user, "uid:%ld", (long)getuid());
  header_received(out, &(struct header_trace){.user = bytes_str(user), .hostname = conf_text(c, SET_hostname), .with = bytes_str("local"),
                                              .qid = bytes_str(m->id), .time = clock_unix()});
}

static void refuse(struct spool_new *s, enum text_fault fault) {
  spool_abandon(s);
  die(EXIT_PERMANENT, fault == TEXT_NUL ? QU103E_nul : QU102E_bare_cr, "");
}

static void give_up(struct spool_new *s) {
  int saved = errno;
  spool_abandon(s);
  errno = saved;
  die_errno(EXIT_TEMPORARY, errno == ENOSPC ? QU101E_no_space : SY102E_file_failed, "action=write path=spool/incoming");
}

static void copy_message(struct spool_new *s, const struct conf *c) {
  static char buf[65536];
  struct text_filter t = {0};
  stralloc out = {0};
  ssize_t k;
  while ((k = read(0, buf, sizeof buf)) != 0) {
    if (k < 0 && errno == EINTR)
      continue;
    if (k < 0) {
      spool_abandon(s);
      die_errno(EXIT_TEMPORARY, SY102E_file_failed, "action=read path=stdin");
    }
    out.len = 0;
    text_feed(&t, bytes_of(buf, (size_t)k), &out);
    if (t.fault)
      refuse(s, t.fault);
    if (spool_write(s, bytes_sa(&out)))
      give_up(s);
    if (s->size > (uint64_t)conf_number(c, SET_message_size_max)) {
      spool_abandon(s);
      die(EXIT_PERMANENT, QU107E_too_big, "size=%llu", (unsigned long long)s->size);
    }
  }
  out.len = 0;
  text_end(&t, &out);
  if (t.fault)
    refuse(s, t.fault);
  if (spool_write(s, bytes_sa(&out)))
    give_up(s);
  stralloc_free(&out);
}

static void put(struct queue_message *m, const struct conf *c) {
  static struct spool_new s;
  stralloc trace = {0};
  if (spool_begin(&s, m, (uint64_t)conf_number(c, SET_free_space_min)))
    give_up(&s);
  put_trace(&trace, m, c);
  if (spool_write(&s, bytes_sa(&trace)))
    give_up(&s);
  copy_message(&s, c);
  if (spool_commit(&s))
    give_up(&s);
  report_message(m->id);
  report(QU301I_queued, "from=%s size=%llu recipients=%zu", sa_cstr(&m->sender), (unsigned long long)s.size, m->count);
  puts(m->id);
}

static noreturn void usage(void) {
  dprintf(2, "usage: queue-put [--home HOME] [-f SENDER] RCPT... <message\n");
  die(EXIT_PERMANENT, SY103E_usage, "");
}

int main(int argc, char **argv) {
  static const struct option options[] = {{"home", required_argument, NULL, 'H'}, {NULL, 0, NULL, 0}};
  const char *home = NULL, *sender = NULL;
  struct queue_message m = {0};
  report_init("queue-put");
  for (int c; (c = getopt_long(argc, argv, "f:", options, NULL)) != -1;)
    if (c == 'H')
      home = optarg;
    else if (c == 'f')
      sender = optarg;
    else
      usage();
  if (optind == argc)
    usage();
  home_enter(home);
  struct conf *conf = generation_conf();
  if (!conf)
    report_exit(EXIT_TEMPORARY);
  sa_copys(&m.sender, sender && strcmp(sender, "<>") ? sender : "");
  m.eightbit = true;   /* not known before it is read; the receiver of 8-bit mail is asked whether it can take it */
  while (optind < argc)
    add_recipient(&m, conf, argv[optind++]);
  put(&m, conf);
  return EXIT_DONE;
}
