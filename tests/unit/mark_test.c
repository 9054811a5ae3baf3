/* mark: POP before SMTP marks, full mailboxes and connection slots, in a home of its own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "control/mark.h"
#include "sys/clock.h"

static struct ip ip_of(const char *text) {
  struct ip ip;
  assert_true(ip_parse(&ip, bytes_str(text)));
  return ip;
}

static int enter_home(void **state) {
  static char home[] = "/tmp/wiz98-mark.XXXXXX";
  *state = home;
  return !mkdtemp(home) || chdir(home) || mkdir("run", 0700);
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

static void set_age(const char *path, int64_t seconds) {
  struct timespec t[2] = {{.tv_sec = clock_unix() - seconds}, {.tv_sec = clock_unix() - seconds}};
  assert_int_equal(utimensat(AT_FDCWD, path, t, 0), 0);
}

static void test_pop_mark(void **state) {
  struct ip v4 = ip_of("192.0.2.1"), mapped = ip_of("::ffff:192.0.2.1"), other = ip_of("192.0.2.2");
  struct ip v6 = ip_of("2001:db8::1"), neighbour = ip_of("2001:db8::ffff"), far = ip_of("2001:db8:0:1::1");
  (void)state;
  assert_int_equal(mark_pop_age(&v4), -1);
  mark_pop_login(&v4);
  mark_pop_login(&v6);
  assert_in_range(mark_pop_age(&v4), 0, 2);
  assert_in_range(mark_pop_age(&mapped), 0, 2);
  assert_int_equal(mark_pop_age(&other), -1);
  assert_in_range(mark_pop_age(&neighbour), 0, 2);
  assert_int_equal(mark_pop_age(&far), -1);
}

static void test_pop_mark_ages(void **state) {
  struct ip ip = ip_of("192.0.2.9");
  (void)state;
  mark_pop_login(&ip);
  set_age("run/popmark/192.0.2.9", 100);
  assert_in_range(mark_pop_age(&ip), 100, 102);
  mark_pop_expire(200);
  assert_in_range(mark_pop_age(&ip), 100, 102);
  mark_pop_login(&ip);
  assert_in_range(mark_pop_age(&ip), 0, 2);
  set_age("run/popmark/192.0.2.9", 100);
  mark_pop_expire(50);
  assert_int_equal(mark_pop_age(&ip), -1);
}

static void test_pop_mark_fails_closed(void **state) {
  struct ip ip = ip_of("192.0.2.10"), linked = ip_of("192.0.2.11"), folder = ip_of("192.0.2.12");
  (void)state;
  mark_pop_login(&ip);
  set_age("run/popmark/192.0.2.10", -1000);   /* from the future */
  assert_int_equal(mark_pop_age(&ip), -1);
  assert_int_equal(symlink("192.0.2.1", "run/popmark/192.0.2.11"), 0);
  assert_int_equal(mark_pop_age(&linked), -1);
  assert_int_equal(mkdir("run/popmark/192.0.2.12", 0700), 0);
  assert_int_equal(mark_pop_age(&folder), -1);
  assert_int_equal(rename("run/popmark", "run/aside"), 0);
  close(open("run/popmark", O_CREAT | O_WRONLY, 0600));   /* unreadable, even for root: not a directory */
  assert_int_equal(mark_pop_age(&ip), -1);
  mark_pop_login(&ip);                                     /* reported, not fatal */
  assert_int_equal(unlink("run/popmark"), 0);
  assert_int_equal(rename("run/aside", "run/popmark"), 0);
}

static void test_full(void **state) {
  (void)state;
  assert_false(mark_is_full("taro@example.jp"));
  mark_full_set("taro@example.jp");
  assert_true(mark_is_full("taro@example.jp"));
  assert_false(mark_is_full("hanako@example.jp"));
  mark_full_clear("taro@example.jp");
  mark_full_clear("taro@example.jp");
  assert_false(mark_is_full("taro@example.jp"));
  mark_full_set("taro@example.jp");
  set_age("run/full/taro@example.jp", 3500);
  assert_true(mark_is_full("taro@example.jp"));
  set_age("run/full/taro@example.jp", 3601);               /* an IMAP server may have made room */
  assert_false(mark_is_full("taro@example.jp"));
  mark_full_set("taro@example.jp");
  assert_true(mark_is_full("taro@example.jp"));
  mark_full_set("../popmark/x@y");
  assert_int_equal(access("run/popmark/x@y", F_OK), -1);
}

static void test_connections(void **state) {
  struct ip ip = ip_of("2001:db8::1"), same = ip_of("2001:db8::2"), other = ip_of("192.0.2.1");
  (void)state;
  int a = mark_connection("smtp", &ip, 2), b = mark_connection("smtp", &same, 2);
  assert_true(a >= 0 && b >= 0);
  assert_int_equal(mark_connection("smtp", &ip, 2), -1);
  int c = mark_connection("smtp", &other, 2);
  assert_true(c >= 0);
  close(a);
  int d = mark_connection("smtp", &ip, 2), e = mark_connection("pop3", &ip, 1);
  assert_true(e >= 0);                                     /* each service counts its own */
  close(e);
  assert_true(d >= 0);
  close(b), close(c), close(d);
  struct stat st;
  assert_int_equal(stat("run/conn/smtp", &st), 0);
  assert_int_equal(st.st_size, 0);                         /* locks, no bytes */
  assert_int_equal(mark_connection("smtp", &ip, 0), -1);
}

static void test_slot_unknown(void **state) {
  struct ip ip = ip_of("192.0.2.77");
  (void)state;
  assert_int_equal(rename("run/conn", "run/aside"), 0);
  close(open("run/conn", O_CREAT | O_WRONLY, 0600));
  assert_int_equal(mark_connection("smtp", &ip, 2), -2);
  assert_int_equal(unlink("run/conn"), 0);
  assert_int_equal(rename("run/aside", "run/conn"), 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_pop_mark), cmocka_unit_test(test_pop_mark_ages), cmocka_unit_test(test_pop_mark_fails_closed),
    cmocka_unit_test(test_full), cmocka_unit_test(test_connections), cmocka_unit_test(test_slot_unknown),
  };
  return cmocka_run_group_tests(tests, enter_home, leave_home);
}
