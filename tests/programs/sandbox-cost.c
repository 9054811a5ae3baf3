/* sandbox-cost HOME [COUNT]: what entering each program's sandbox costs, in µs: the median of COUNT processes (default 200), and
 * what a system call costs in it.  A line a program: NAME ENTER CALL; the first without a sandbox. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "sandbox/table.h"
#include "sys/report.h"

enum { COUNT_MAX = 10000, CALLS = 1000 };

struct sample { double enter, call; };

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static struct sample take(const struct sandbox *s) {
  struct sample r;
  double start = now();
  if (s)
    sandbox_enter(s);
  double entered = now();
  for (int i = 0; i < CALLS; i++)
    if (lseek(0, 0, SEEK_CUR) == -2)
      abort();
  r.enter = entered - start;
  r.call = (now() - entered) / CALLS;
  return r;
}

static int compare(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return x < y ? -1 : x > y;
}

static struct sample run(const struct sandbox *s) {
  int ends[2];
  struct sample r;
  if (pipe(ends))
    exit(1);
  if (!fork()) {
    r = take(s);
    _exit(write(ends[1], &r, sizeof r) != sizeof r);
  }
  close(ends[1]);
  if (read(ends[0], &r, sizeof r) != sizeof r)
    exit(1);
  wait(NULL);
  close(ends[0]);
  return r;
}

static void measure(const struct sandbox *s, int count) {
  static double enter[COUNT_MAX], call[COUNT_MAX];
  for (int i = 0; i < count; i++) {
    struct sample r = run(s);
    enter[i] = r.enter;
    call[i] = r.call;
  }
  qsort(enter, (size_t)count, sizeof *enter, compare);
  qsort(call, (size_t)count, sizeof *call, compare);
  printf("%s %.0f %.2f\n", s ? s->name : "none", enter[count / 2], call[count / 2]);
}

int main(int argc, char **argv) {
  static const struct sandbox *const all[] = {
  NULL,
  &sandbox_smtp_recv, &sandbox_pop3_serve, &sandbox_pop3_session, &sandbox_queue_put, &sandbox_auth_check, &sandbox_local_deliver,
  &sandbox_remote_send, &sandbox_bounce_make, &sandbox_tls_keys, &sandbox_tls_door, &sandbox_tls_child, &sandbox_tls_connect,
};
  int count = argc > 2 ? atoi(argv[2]) : 200;
  report_init("sandbox-cost");
  if (argc < 2 || chdir(argv[1]) || count < 1 || count > COUNT_MAX)
    return 100;
  setvbuf(stdout, NULL, _IOLBF, 0);
  for (size_t i = 0; i < sizeof all / sizeof *all; i++)
    measure(all[i], count);
  return 0;
}
