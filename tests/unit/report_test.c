/* report: what reaches descriptor 2, at each level, when the pipe is full, and in the form for people. */
#include "unit.h"

#include <time.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "log/log.h"
#include "sys/clock.h"
#include "sys/fd.h"
#include "sys/report.h"

static void read_all(int fd, stralloc *out) {
  for (;;) {
    sa_need(out, 4096);
    ssize_t n = read(fd, out->s + out->len, 4096);
    if (n <= 0)
      break;
    out->len += (size_t)n;
  }
}

/* What ACT, in a process of its own, writes to descriptor 2; returns its exit code. */
static int capture(void (*act)(void), stralloc *out) {
  int p[2], status;
  assert_int_equal(pipe(p), 0);
  pid_t pid = fork();
  if (pid == 0) {
    dup2(p[1], 2);
    close(p[0]);
    close(p[1]);
    act();
    _exit(0);
  }
  close(p[1]);
  out->len = 0;
  read_all(p[0], out);
  close(p[0]);
  waitpid(pid, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void one_error(void) {
  report_init("prog");
  report(SY102E_file_failed, "path=%s", "a b");
}
static void ids(void) {
  report_init("prog");
  report_session("s1");
  report_message("q1");
  report(SY102E_file_failed, "path=%s", "x");
  report_session(NULL);
  report_message("a-queue-id-that-is-longer-than-31-bytes");
  report(SY102E_file_failed, "");
}
static void with_errno(void) {
  report_init("prog");
  errno = EACCES;
  report_errno(SY102E_file_failed, "path=%s", "x");
  if (errno != EACCES)
    _exit(1);
}
static void dies(void) {
  report_init("prog");
  errno = ENOENT;
  die_errno(EXIT_TEMPORARY, SY102E_file_failed, "path=%s", "x");
}
static void dies_for_people(void) {
  report_init("prog");
  report_to_people();
  die(EXIT_PERMANENT, SY103E_usage, "option=%s", "-x");
}
static void warns_people(void) {
  report_init("prog");
  report_to_people();
  report(LG101W_lines_dropped, "");
}

static void lines(void **state) {
  (void)state;
  static const struct {
    const char *name;
    void (*act)(void);
    int code;
    const char *want;
  } rows[] = {
      {"an error", one_error, 0, "0 SY102E program=prog path=\"a b\" text=\"A file could not be used\"\n"},
      {"sid and qid", ids, 0,
       "0 SY102E program=prog sid=s1 qid=q1 path=x text=\"A file could not be used\"\n"
       "0 SY102E program=prog qid=a-queue-id-that-is-longer-than- text=\"A file could not be used\"\n"},
      {"errno", with_errno, 0, "0 SY102E program=prog path=x errno=\"Permission denied\" text=\"A file could not be used\"\n"},
      {"die", dies, 111, "0 SY102E program=prog path=x errno=\"No such file or directory\" text=\"A file could not be used\"\n"},
  };
  for (size_t i = 0; i < COUNT(rows); i++) {
    stralloc got = {0};
    row_check(rows[i].name, capture(rows[i].act, &got) == rows[i].code);
    row_string(rows[i].name, bytes_sa(&got), rows[i].want);
    stralloc_free(&got);
  }
}

static void levels(void **state) {
  (void)state;
  static const struct {
    const char *level;   /* OUTPUT_LEVEL, NULL: not set */
    int in_force;
  } rows[] = {{NULL, 30}, {"0", 0}, {"99", 99}, {"50", 50}, {"100", 30}, {"-1", 30}, {"", 30}, {"9x", 30}};
  for (size_t i = 0; i < COUNT(rows); i++) {
    rows[i].level ? setenv("OUTPUT_LEVEL", rows[i].level, 1) : unsetenv("OUTPUT_LEVEL");
    report_init("prog");
    row_check(rows[i].level ? rows[i].level : "(unset)", report_level == rows[i].in_force);
    row_check(rows[i].level ? rows[i].level : "(unset)", !report_is_on(LG101W_lines_dropped) == (rows[i].in_force < 10));
  }
  unsetenv("OUTPUT_LEVEL");
}

static void silent_warning(void) {
  setenv("OUTPUT_LEVEL", "9", 1);
  report_init("prog");
  report(LG101W_lines_dropped, "");
  errno = 1;
  report_errno(LG101W_lines_dropped, "");
}
static void full_level(void) {
  setenv("OUTPUT_LEVEL", "99", 1);
  one_error();
}

static void level_obeyed(void **state) {
  (void)state;
  stralloc got = {0};
  capture(silent_warning, &got);
  assert_int_equal(got.len, 0);
  capture(full_level, &got);
  assert_non_null(strstr(sa_cstr(&got), " at=tests/unit/report_test.c:"));
  stralloc_free(&got);
}

static unsigned evaluated;
static const char *argument(void) {
  evaluated++;
  return "x";
}

/* What is not written costs a comparison: its arguments are not even looked at. */
static void silence_is_cheap(void **state) {
  (void)state;
  struct timespec begin, end;
  setenv("OUTPUT_LEVEL", "9", 1);
  report_init("prog");
  evaluated = 0;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &begin);
  for (int i = 0; i < 10000000; i++)
    report(LG101W_lines_dropped, "a=%s", argument());
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end);
  double ns = ((double)(end.tv_sec - begin.tv_sec) * 1e9 + (double)(end.tv_nsec - begin.tv_nsec)) / 10000000;
  print_message("a line that is not written: %.1f ns\n", ns);
  assert_int_equal(evaluated, 0);
  assert_true(ns < 100);
  unsetenv("OUTPUT_LEVEL");
}

static void people(void **state) {
  (void)state;
  stralloc got = {0};
  setenv("LC_ALL", "C.UTF-8", 1);
  assert_int_equal(capture(dies_for_people, &got), 100);
  assert_ptr_equal(strstr(sa_cstr(&got), "prog: fatal: Wrong arguments (SY103E): option=-x\n  cause: "), got.s);
  assert_non_null(strstr(got.s, "\n  remedy: Call it as the line shows"));
  capture(warns_people, &got);
  assert_ptr_equal(strstr(sa_cstr(&got), "prog: warning: Log lines were dropped (LG101W)\n"), got.s);
  setenv("LC_ALL", "", 1);
  setenv("LC_MESSAGES", "ja_JP.UTF-8", 1);
  setenv("LANG", "C", 1);
  capture(dies_for_people, &got);
  assert_ptr_equal(strstr(sa_cstr(&got), "prog: 致命的: 引数が正しくありません (SY103E): option=-x\n  原因: "), got.s);
  unsetenv("LC_MESSAGES");
  unsetenv("LC_ALL");
  stralloc_free(&got);
}

enum { LINES = 60 };

static void many_lines(void) {
  stralloc value = {0};
  report_init("prog");
  while (value.len < 900)
    sa_catc(&value, 'x');
  for (int i = 0; i < LINES; i++)
    report(SY102E_file_failed, "n=%d path=%.*s", i, (int)value.len, value.s);
}

static size_t count(const stralloc *text, const char *what) {
  size_t n = 0;
  for (const char *p = text->s; (p = strstr(p, what)); p++)
    n++;
  return n;
}

/* A reader that is late gets every line; PAUSE in ms.  Two processes write, so that room seen may be gone. */
static void run_full(int pause, stralloc *got, int64_t *took) {
  int p[2], status;
  assert_int_equal(pipe(p), 0);
  fcntl(p[1], F_SETPIPE_SZ, 4096);
  int64_t start = clock_ms();
  pid_t pid[2];
  for (int i = 0; i < 2; i++)
    if ((pid[i] = fork()) == 0) {
      dup2(p[1], 2);
      close(p[0]);
      close(p[1]);
      many_lines();
      one_error();
      _exit(0);
    }
  if (pause >= 0)
    usleep((unsigned)pause * 1000);
  else
    waitpid(pid[0], &status, 0), waitpid(pid[1], &status, 0);
  *took = clock_ms() - start;
  close(p[1]);
  read_all(p[0], got);
  close(p[0]);
  if (pause >= 0)
    waitpid(pid[0], &status, 0), waitpid(pid[1], &status, 0);
  sa_cstr(got);
}

static void late_reader(void **state) {
  (void)state;
  stralloc got = {0};
  int64_t took;
  run_full(300, &got, &took);
  assert_int_equal(count(&got, "n="), 2 * LINES);
  assert_int_equal(count(&got, "LG101W"), 0);
  assert_int_equal(count(&got, "\n"), 2 * LINES + 2);
  stralloc_free(&got);
}

static void dead_reader(void **state) {
  (void)state;
  stralloc got = {0};
  int64_t took;
  run_full(-1, &got, &took);
  assert_true(took >= 5000 && took < 9000);   /* the patience once, not once a line */
  assert_true(count(&got, "n=") < 10);
  stralloc_free(&got);
}

static int resumed_out;

static void fill_then_resume(void) {
  char junk[8192] = {0};
  int out = resumed_out;
  fcntl(2, F_SETPIPE_SZ, sizeof junk);
  report_init("prog");
  assert_true(write(2, junk, sizeof junk) > 0);
  report(SY102E_file_failed, "n=1");   /* waits, is lost */
  report(SY102E_file_failed, "n=2");   /* lost at once */
  assert_true(read(out, junk, sizeof junk) > 0);
  report(SY102E_file_failed, "n=3");
}

static void drops_are_counted(void **state) {
  (void)state;
  int p[2], status;
  stralloc got = {0};
  assert_int_equal(pipe(p), 0);
  resumed_out = p[0];
  pid_t pid = fork();
  if (pid == 0) {
    dup2(p[1], 2);
    close(p[1]);
    fill_then_resume();
    _exit(0);
  }
  close(p[1]);
  waitpid(pid, &status, 0);
  assert_int_equal(status, 0);
  read_all(p[0], &got);
  close(p[0]);
  row_string("after two lost lines", bytes_sa(&got),
             "10 LG101W program=prog count=2\n0 SY102E program=prog n=3 text=\"A file could not be used\"\n");
  stralloc_free(&got);
}

/* Ours alone gets O_NONBLOCK, not whoever shares the pipe's description. */
static void flags_stay(void **state) {
  (void)state;
  int p[2], saved = dup(2);
  assert_int_equal(pipe(p), 0);
  dup2(p[1], 2);
  report_init("prog");
  int ours = fcntl(2, F_GETFL), theirs = fcntl(p[1], F_GETFL);
  dup2(saved, 2);
  close(saved);
  close(p[0]);
  close(p[1]);
  assert_true(ours & O_NONBLOCK);
  assert_false(theirs & O_NONBLOCK);
}

static void sessions_differ(void **state) {
  (void)state;
  char first[32];
  report_new_session();
  snprintf(first, sizeof first, "%s", report_session_id());
  report_new_session();
  assert_int_equal(strlen(first), 13);
  assert_string_not_equal(first, report_session_id());
  report_session(NULL);
  assert_string_equal(report_session_id(), "");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(lines),       cmocka_unit_test(levels),      cmocka_unit_test(level_obeyed), cmocka_unit_test(silence_is_cheap),
      cmocka_unit_test(people),      cmocka_unit_test(late_reader), cmocka_unit_test(dead_reader),
      cmocka_unit_test(drops_are_counted), cmocka_unit_test(flags_stay), cmocka_unit_test(sessions_differ),
  };
  return cmocka_run_group_tests_name("report", tests, NULL, NULL);
}
