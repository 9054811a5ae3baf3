/* bounce-make: tells senders what became of their messages: bounces and notices of delay; and the postmaster that
 * a failure is the server's own.
 *
 *   bounce-make --worker                          jobs of queue-run on descriptor 0 (spool/spool.h)
 *   bounce-make --template                        started by queue-run, forks such workers (sys/template.h)
 *   bounce-make [--home HOME] [--delay] ID        prints what would be sent about message ID of the queue; changes nothing
 *
 * Exit codes: 0, 100 no such message, 111 try again later. */
#include "control/generation.h"
#include "control/home.h"
#include "notice/notice.h"
#include "sandbox/sandbox.h"
#include "sys/fd.h"
#include "sys/report.h"
#include "sys/template.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

static int show(const char *id, bool delayed) {
  static struct notice n;
  static unsigned short all[QUEUE_RCPT_MAX];
  stralloc path = {0};
  const char *why = "";
  if (!queue_id_valid(bytes_str(id)))
    die(EXIT_PERMANENT, BO103E_no_such_message, "qid=%s", id);
  spool_path(&path, id);
  int fd = open(sa_cstr(&path), O_RDONLY | O_CLOEXEC);
  if (fd < 0 || spool_read(fd, &n.m, &why))
    die_errno(EXIT_PERMANENT, BO103E_no_such_message, "qid=%s reason=%s", id, why);
  if (!(n.conf = generation_conf()))
    return EXIT_TEMPORARY;
  for (size_t i = 0; i < n.m.count; i++)
    all[i] = (unsigned short)i;
  if (!notice_prepare(&n, delayed ? BOUNCE_DELAYED : BOUNCE_FAILED, all, n.m.count, fd))
    die(EXIT_PERMANENT, BO104E_nothing_to_tell, "qid=%s", id);
  notice_write(&n);
  return fd_write_all(1, n.text.s, n.text.len) ? EXIT_TEMPORARY : EXIT_DONE;
}

int main(int argc, char **argv) {
  static const struct option options[] = {{"worker", no_argument, NULL, 'w'}, {"template", no_argument, NULL, 't'}, {"home", required_argument, NULL, 'h'}, {"delay", no_argument, NULL, 'd'}, {NULL, 0, NULL, 0}};
  static const char usage[] = "bounce-make [--home HOME] [--delay] ID";
  const char *home = NULL;
  bool template = false, worker = false, delayed = false;
  report_init("bounce-make");
  for (int c; (c = getopt_long(argc, argv, "+", options, NULL)) != -1;)
    if (c == 'w')
      worker = true;
    else if (c == 't')
      template = worker = true;
    else if (c == 'd')
      delayed = true;
    else if (c == 'h')
      home = optarg;
    else
      die(EXIT_PERMANENT, SY103E_usage, "usage=%s", usage);
  if (argc - optind != (worker ? 0 : 1))
    die(EXIT_PERMANENT, SY103E_usage, "usage=%s", usage);
  home_enter(home);
  if (worker) {
    generation_conf();               /* opened once, for all that are forked */
    tzset();
    spool_prepare();                 /* where that fails, each notice says so */
    sandbox_enter(&sandbox_bounce_make);
  }
  if (template && !template_worker())
    return EXIT_DONE;
  return worker ? notice_work() : show(argv[optind], delayed);
}
