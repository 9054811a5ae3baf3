/* queue-put: puts messages into the spool.
 *
 *   queue-put [--home HOME] [-f SENDER] RCPT… <message      one
 *   queue-put [--home HOME] --serve                         one a connection, from sendmail, under tcp-pool on run/submit
 *
 * Addresses of ours are resolved (aliases, forwards), others are sent on; nobody is asked whether that may be, so only
 * those who may write the spool can run it.  Prints the queue ID.  Exit codes: 0 queued, 100 refused, 111 try again. */
#include "control/generation.h"
#include "control/home.h"
#include "intake/intake.h"
#include "intake/submit.h"
#include "io/serve.h"
#include "sandbox/sandbox.h"
#include "spool/spool.h"
#include "sys/report.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <unistd.h>

static struct intake in;

static noreturn void refuse(const char *to) {
  intake_abandon(&in);
  if (in.fault == SY102E_file_failed || in.fault == QU101E_no_space)
    die_errno(EXIT_TEMPORARY, in.fault, "action=write path=spool/incoming");
  die(in.temporary ? EXIT_TEMPORARY : EXIT_PERMANENT, in.fault, "to=%s", to);
}

static void copy_message(void) {
  static char buf[65536];
  ssize_t k;
  while ((k = read(0, buf, sizeof buf)) != 0) {
    if (k < 0 && errno == EINTR)
      continue;
    if (k < 0) {
      intake_abandon(&in);
      die_errno(EXIT_TEMPORARY, SY102E_file_failed, "action=read path=stdin");
    }
    if (!intake_feed(&in, bytes_of(buf, (size_t)k)))
      refuse(NULL);
  }
}

static noreturn void usage(void) {
  dprintf(2, "usage: queue-put [--home HOME] [-f SENDER] RCPT... <message, or queue-put --serve\n");
  die(EXIT_PERMANENT, SY103E_usage, "");
}

static int put(const char *sender, char **rcpt) {
  const struct conf *conf = generation_conf();
  char user[64];
  if (!conf)
    report_exit(EXIT_TEMPORARY);
  intake_user(user, getuid());
  intake_init(&in, conf, user);
  if (!intake_sender(&in, sender ? sender : ""))
    refuse(sender);
  for (; *rcpt; rcpt++)
    if (!intake_recipient(&in, *rcpt))
      refuse(*rcpt);
  copy_message();
  if (!intake_commit(&in))
    refuse(NULL);
  puts(in.m.id);
  return EXIT_DONE;
}

int main(int argc, char **argv) {
  static const struct option options[] = {{"home", required_argument, NULL, 'H'}, {"serve", no_argument, NULL, 's'}, {NULL, 0, NULL, 0}};
  const char *home = NULL, *sender = NULL;
  bool serving = false;
  report_init("queue-put");
  for (int c; (c = getopt_long(argc, argv, "f:", options, NULL)) != -1;)
    if (c == 'H')
      home = optarg;
    else if (c == 'f')
      sender = optarg;
    else if (c == 's')
      serving = true;
    else
      usage();
  if (serving == (optind < argc))
    usage();
  home_enter(home);
  if (!serving)
    return put(sender, argv + optind);
  spool_prepare();                   /* where that fails, each message says so */
  sandbox_enter(&sandbox_queue_put);
  return serve(submit_conversation);
}
