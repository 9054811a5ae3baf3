/* sent: what a user has sent within an hour, counted in a home of its own. */
#include "unit.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "control/sent.h"
#include "sys/clock.h"

#define PATH "state/sent/taro@example.jp"

static struct bytes taro(void) { return bytes_str("taro@example.jp"); }

static int enter_home(void **state) {
  static char home[] = "/tmp/wiz98-sent.XXXXXX";
  *state = home;
  return !mkdtemp(home) || chdir(home);
}

static int leave_home(void **state) {
  char *const argv[] = {"rm", "-rf", *state, NULL};
  pid_t pid = fork();
  if (!pid) {
    execv("/bin/rm", argv);
    _exit(1);
  }
  return waitpid(pid, NULL, 0) != pid;
}

static void put(const char *text) {
  int fd = open(PATH, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  assert_int_equal(write(fd, text, strlen(text)), strlen(text));
  close(fd);
}

static void counting(void **state) {
  const struct sent max = {.messages = 3, .recipients = 10};
  struct sent s;
  (void)state;
  sent_read(&s, taro());
  assert_true(!s.messages && !s.recipients);
  assert_int_equal(sent_take(&s, taro(), 4, &max), SENT_WITHIN);
  assert_int_equal(sent_take(&s, taro(), 6, &max), SENT_WITHIN);
  assert_true(s.messages == 2 && s.recipients == 10);
  assert_int_equal(sent_take(&s, taro(), 1, &max), SENT_RECIPIENTS);
  assert_true(s.messages == 2 && s.recipients == 10);
  assert_int_equal(sent_take(&s, taro(), 0, &max), SENT_WITHIN);
  assert_int_equal(sent_take(&s, taro(), 0, &max), SENT_MESSAGES);
  sent_read(&s, taro());
  assert_true(s.messages == 3 && s.recipients == 10);
  assert_int_equal(sent_take(&s, bytes_str("hanako@example.jp"), 11, &max), SENT_RECIPIENTS);
  assert_int_equal(sent_take(&s, bytes_str("hanako@example.jp"), 10, &max), SENT_WITHIN);
}

static void no_limit(void **state) {
  const struct sent max = {0};
  struct sent s;
  (void)state;
  for (int i = 0; i < 100; i++)
    assert_int_equal(sent_take(&s, bytes_str("free@example.jp"), 1000, &max), SENT_WITHIN);
  assert_true(s.messages == 100 && s.recipients == 100000);
}

static void told_once(void **state) {
  (void)state;
  assert_true(sent_tell(taro(), SENT_TOLD_MESSAGES));
  assert_false(sent_tell(taro(), SENT_TOLD_MESSAGES));
  assert_true(sent_tell(taro(), SENT_TOLD_RECIPIENTS));
  assert_false(sent_tell(taro(), SENT_TOLD_RECIPIENTS));
}

/* The next hour, a clock that was set back, and lines that are none begin anew. */
static void beginning_anew(void **state) {
  static const char *const rows[] = {"", "x", "1 2", "-5 1 1 0\n", "00000000000000000001 0000000009 0000000009 3\n",
                                     "99999999999999999999 0000000009 0000000009 3\n", "\xff\xff\xff\xff"};
  char hour[80], future[80];
  const struct sent max = {.messages = 1, .recipients = 1};
  struct sent s;
  (void)state;
  snprintf(hour, sizeof hour, "%lld 9 9 3\n", (long long)clock_unix() - 3600);
  snprintf(future, sizeof future, "%lld 9 9 3\n", (long long)clock_unix() + 5);
  for (size_t i = 0; i < COUNT(rows) + 2; i++) {
    put(i < COUNT(rows) ? rows[i] : i == COUNT(rows) ? hour : future);
    if (sent_take(&s, taro(), 1, &max) != SENT_WITHIN || s.messages != 1 || sent_take(&s, taro(), 1, &max) != SENT_MESSAGES)
      fail_msg("row %zu", i);
    assert_true(sent_tell(taro(), SENT_TOLD_MESSAGES));
  }
  snprintf(hour, sizeof hour, "%lld 9 9 3\n", (long long)clock_unix() - 3500);
  put(hour);
  assert_int_equal(sent_take(&s, taro(), 1, &max), SENT_MESSAGES);
  assert_false(sent_tell(taro(), SENT_TOLD_MESSAGES));
}

/* Twenty processes at once never pass more than the limit. */
static void together(void **state) {
  const struct sent max = {.messages = 50, .recipients = 1000};
  struct sent s;
  int status, passed = 0;
  (void)state;
  unlink(PATH);
  for (int i = 0; i < 20; i++)
    if (!fork()) {
      int mine = 0;
      for (int k = 0; k < 5; k++)
        mine += sent_take(&s, taro(), 1, &max) == SENT_WITHIN;
      _exit(mine);
    }
  while (wait(&status) > 0)
    passed += WEXITSTATUS(status);
  assert_int_equal(passed, 50);
}

static void old_files_go(void **state) {
  struct timespec t[2] = {{.tv_sec = clock_unix() - 90000}, {.tv_sec = clock_unix() - 90000}};
  struct sent s;
  (void)state;
  put("x");
  assert_int_equal(utimensat(AT_FDCWD, PATH, t, 0), 0);
  sent_read(&s, bytes_str("new@example.jp"));
  sent_expire();
  assert_int_equal(access(PATH, F_OK), -1);
  assert_int_equal(access("state/sent/new@example.jp", F_OK), 0);
}

/* Names that are no file's, links, and a folder that cannot be used: nothing is limited, nothing is followed. */
static void not_counted(void **state) {
  static const char *const rows[] = {"", "a", "../a@b", "a/b@c", "/etc/passwd@x"};
  const struct sent max = {.messages = 1, .recipients = 1};
  struct sent s;
  (void)state;
  for (size_t i = 0; i < COUNT(rows); i++)
    for (int k = 0; k < 3; k++)
      assert_int_equal(sent_take(&s, bytes_str(rows[i]), 9, &max), SENT_WITHIN);
  assert_int_equal(symlink("../../victim", "state/sent/link@example.jp"), 0);
  assert_int_equal(sent_take(&s, bytes_str("link@example.jp"), 9, &max), SENT_WITHIN);
  assert_int_equal(access("victim", F_OK), -1);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(counting), cmocka_unit_test(no_limit), cmocka_unit_test(told_once), cmocka_unit_test(beginning_anew),
      cmocka_unit_test(together), cmocka_unit_test(old_files_go), cmocka_unit_test(not_counted),
  };
  return cmocka_run_group_tests(tests, enter_home, leave_home);
}
