/* queue-run: delivers what is in the spool, as a service or, with --once, one pass (for cron).
 *
 *   queue-run [--home HOME] [--once]
 *
 * It decides when and where; local-deliver, remote-send and bounce-make, found beside it, do the work.
 * Exit codes: 0 done (--once; also where the service runs already), 99 asked to stop, 111 cannot run now. */
#include "control/home.h"
#include "dispatch/dispatch.h"
#include "sys/clock.h"
#include "sys/fd.h"
#include "sys/report.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/file.h>
#include <unistd.h>

enum { RESCAN = 10, TIDY = 600, ACTIONS_AT_ONCE = 200, STOP_MS = 3000 };   /* seconds, seconds; actions of a round; patience for jobs when asked to stop */

static struct dispatch dispatch;
static volatile sig_atomic_t stop;

static void on_stop(int sig) { (void)sig; stop = 1; }

/* Signals are let in while it waits, and only then. */
static void set_signals(sigset_t *waiting) {
  sigset_t block;
  sigemptyset(&block);
  sigaddset(&block, SIGTERM);
  sigaddset(&block, SIGINT);
  sigprocmask(SIG_BLOCK, &block, waiting);
  sigdelset(waiting, SIGTERM);
  sigdelset(waiting, SIGINT);
  sigaction(SIGTERM, &(struct sigaction){.sa_handler = on_stop}, NULL);
  sigaction(SIGINT, &(struct sigaction){.sa_handler = on_stop}, NULL);
}

static void lock(bool once) {
  int fd = open("run/queue-run.lock", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0)
    die_errno(EXIT_TEMPORARY, SY102E_file_failed, "action=open path=run/queue-run.lock");
  if (!flock(fd, LOCK_EX | LOCK_NB))
    return;
  if (errno != EWOULDBLOCK)
    die_errno(EXIT_TEMPORARY, SY102E_file_failed, "action=flock path=run/queue-run.lock");
  if (once)
    die(EXIT_DONE, QU306I_runs_already, "");
  die(EXIT_TEMPORARY, QU210E_runs_already, "");
}

/* Until when it may sleep. */
static struct timespec patience(const struct dispatch *d, bool more, int64_t rescan) {
  int64_t until = schedule_wakeup(&d->schedule);
  if (rescan < until)
    until = rescan;
  int64_t s = more ? 0 : until - clock_unix();
  return (struct timespec){.tv_sec = s < 0 ? 0 : s > RESCAN ? RESCAN : s};
}

/* Waits for the trigger, a template, a worker or a signal; reads what they say.  True: the trigger was pulled. */
static bool wait_for_events(struct dispatch *d, struct timespec timeout, const sigset_t *waiting) {
  enum { WORKERS = 1 + JOB_CLASSES };
  struct pollfd p[WORKERS + WORKERS_MAX] = {{.fd = d->trigger, .events = POLLIN}};
  struct worker *of[WORKERS + WORKERS_MAX];
  nfds_t n = WORKERS;
  for (int i = 0; i < JOB_CLASSES; i++)
    p[1 + i] = (struct pollfd){.fd = d->program[i].fd, .events = POLLIN};
  for (struct worker *w = d->worker; w < d->worker + WORKERS_MAX; w++)
    if (w->there) {
      p[n] = (struct pollfd){.fd = w->sock, .events = POLLIN};
      of[n++] = w;
    }
  if (ppoll(p, n, &timeout, waiting) <= 0)
    return false;
  d->now = clock_unix();
  for (nfds_t i = WORKERS; i < n; i++)
    if (p[i].revents)
      worker_read(d, of[i]);
  for (int i = 0; i < JOB_CLASSES; i++)
    if (p[1 + i].revents)
      worker_template(d, (enum job_class)i);
  return p[0].revents != 0;
}

static void finish(struct dispatch *d, const sigset_t *waiting) {
  for (int64_t end = clock_ms() + STOP_MS; d->jobs && clock_ms() < end;)
    wait_for_events(d, (struct timespec){.tv_nsec = 100000000}, waiting);
  worker_end_all(d);   /* one that is still at it goes on and keeps its message locked until it is done */
}

static void run(struct dispatch *d, bool once, const sigset_t *waiting) {
  int64_t rescan = 0, tidied = 0;
  bool more = true, pulled = true, tidies = false;
  while (!stop) {
    d->now = clock_unix();
    if (pulled || d->now >= rescan) {
      dispatch_take_incoming(d);
      dispatch_take_wishes(d);
      worker_check(d);
      rescan = d->now + RESCAN;
    }
    if (!dispatch_configure(d))
      report_exit(EXIT_TEMPORARY);
    if (rescan == d->now + RESCAN)
      notices_look(d);
    if (d->now >= tidied + TIDY) {
      dispatch_tidy_spool(d);
      tidied = d->now;
      tidies = true;
    }
    more = dispatch_act(d, ACTIONS_AT_ONCE) | (tidies && (tidies = attempts_tidy(d)));
    if (once && !more && !d->jobs && schedule_wakeup(&d->schedule) > clock_unix())
      return;
    pulled = wait_for_events(d, patience(d, more, rescan), waiting);
  }
}

static noreturn void usage(void) {
  dprintf(2, "usage: queue-run [--home HOME] [--once]\n");
  die(EXIT_PERMANENT, SY103E_usage, "");
}

int main(int argc, char **argv) {
  static const struct option options[] = {{"home", required_argument, NULL, 'H'}, {"once", no_argument, NULL, 'o'}, {NULL, 0, NULL, 0}};
  const char *home = NULL;
  bool once = false;
  sigset_t waiting;
  report_init("queue-run");
  for (int c; (c = getopt_long(argc, argv, "", options, NULL)) != -1;)
    if (c == 'H')
      home = optarg;
    else if (c == 'o')
      once = true;
    else
      usage();
  home_enter(home);
  worker_launch(&dispatch, argv);
  lock(once);
  set_signals(&waiting);
  dispatch.now = clock_unix();
  if (!dispatch_configure(&dispatch))   /* first: the limits say how long a destination rests */
    report_exit(EXIT_TEMPORARY);
  dispatch_start(&dispatch);
  report(QU307I_runs, "messages=%zu", dispatch.schedule.count);
  run(&dispatch, once, &waiting);
  finish(&dispatch, &waiting);
  return once && !stop ? EXIT_DONE : EXIT_STOP;
}
