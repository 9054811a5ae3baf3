/* Reading a Maildir: what names say, what is listed in which order, what other programs may do meanwhile. */
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "maildir/read.h"

static const struct { const char *name, *base; uint64_t time, size; bool sized; const char *uid; } names[] = {
  {"1700000000.M1P2.host,S=10,W=12:2,S", "1700000000.M1P2.host,S=10,W=12", 1700000000, 12, true, "1700000000.M1P2.host,S=10,W=12"},
  {"1700000000.M1P2.host,W=12,S=10", "1700000000.M1P2.host,W=12,S=10", 1700000000, 12, true, "1700000000.M1P2.host,W=12,S=10"},
  {"1700000000.1.host,S=10:2,", "1700000000.1.host,S=10", 1700000000, 10, true, "1700000000.1.host,S=10"},
  {"1700000000.1.host", "1700000000.1.host", 1700000000, 0, false, "1700000000.1.host"},
  {"x,S=,W=a,S=1x", "x,S=,W=a,S=1x", 0, 0, false, "x,S=,W=a,S=1x"},
  {"x,W=99999999999999999999", "x,W=99999999999999999999", 0, 0, false, "x,W=99999999999999999999"},
  {"x,W=18446744073709551615", "x,W=18446744073709551615", 0, UINT64_MAX, true, "x,W=18446744073709551615"},
  {"99999999999999999999.1.h", "99999999999999999999.1.h", 999999999999999999, 0, false, "99999999999999999999.1.h"},
  {"a b", "a b", 0, 0, false, "he63f9919048338928c51ec2d47434a3b"},
  {":2,S", "", 0, 0, false, "h"},
  {"0123456789012345678901234567890123456789012345678901234567890123456789", "0123456789012345678901234567890123456789012345678901234567890123456789", 12345678901234567, 0, false,
   "0123456789012345678901234567890123456789012345678901234567890123456789"},
  {"01234567890123456789012345678901234567890123456789012345678901234567890", "01234567890123456789012345678901234567890123456789012345678901234567890", 12345678901234567, 0, false, "h"},
  {"\xe3\x81\x82.1", "\xe3\x81\x82.1", 0, 0, false, "h"},
};

static void test_names(void **state) {
  (void)state;
  for (size_t i = 0; i < COUNT(names); i++) {
    struct bytes base = maildir_name_base(bytes_str(names[i].name));
    uint64_t size = 0;
    stralloc uid = {0};
    row_string(names[i].name, base, names[i].base);
    row_check(names[i].name, maildir_name_time(base) == names[i].time);
    row_check(names[i].name, maildir_name_size(base, &size) == names[i].sized && size == names[i].size);
    maildir_name_uid(&uid, base);
    if (!strcmp(names[i].uid, "h"))
      row_check(names[i].name, uid.len == 33 && uid.s[0] == 'h');
    else
      row_string(names[i].name, bytes_sa(&uid), names[i].uid);
    stralloc_free(&uid);
  }
}

static void test_queue_ids(void **state) {
  (void)state;
  static const struct { const char *name, *qid; } rows[] = {
      {"1700000000.q06qk81xw0r4t7v3b8n5c1.0.mail.example.jp,S=1,W=2", "06qk81xw0r4t7v3b8n5c1"},
      {"1700000000.q06qk81xw0r4t7v3b8n5c1.b0.12.mail.example.jp", "06qk81xw0r4t7v3b8n5c1.b0"},
      {"1700000000.q06qk81xw0r4t7v3b8n5c1.0.7.example", "06qk81xw0r4t7v3b8n5c1"},
      {"1700000000.M1P2.host,S=10", ""}, {"1700000000.q", ""}, {"1700000000.qx", ""}, {"1700000000.qa.b.c.0.h", ""}, {"q1.0", ""}, {"", ""},
  };
  for (size_t i = 0; i < COUNT(rows); i++)
    row_string(rows[i].name, maildir_name_qid(bytes_str(rows[i].name)), rows[i].qid);
}

/* --- real directories --- */

static char top[] = "/tmp/wiz98-maildir.XXXXXX";

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *w) {
  (void)st, (void)type, (void)w;
  return remove(path);
}

static int make_top(void **state) {
  (void)state;
  strcpy(top, "/tmp/wiz98-maildir.XXXXXX");
  return !mkdtemp(top) || chdir(top) || mkdir("mail", 0700) || mkdir("mail/d", 0700) || mkdir("mail/d/u", 0700) || mkdir("mail/d/u/new", 0700) ||
         mkdir("mail/d/u/cur", 0700);
}

static int remove_top(void **state) {
  (void)state;
  return chdir("/") || nftw(top, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static void put(const char *name, const char *text) {
  char path[400];
  snprintf(path, sizeof path, "mail/d/u/%s", name);
  int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  assert_true(fd >= 0);
  assert_int_equal(write(fd, text, strlen(text)), strlen(text));
  close(fd);
}

static void move(const char *from, const char *to) {
  char a[400], b[400];
  snprintf(a, sizeof a, "mail/d/u/%s", from);
  snprintf(b, sizeof b, "mail/d/u/%s", to);
  assert_int_equal(*to ? rename(a, b) : unlink(a), 0);
}

static bool exists(const char *name) {
  char path[400];
  snprintf(path, sizeof path, "mail/d/u/%s", name);
  return !access(path, F_OK);
}

static void list(struct maildir_box *b, const char *want) {
  stralloc got = {0};
  assert_int_equal(maildir_open(b, "mail/d/u"), 0);
  for (size_t i = 0; i < b->count; i++)
    sa_catf(&got, "%s%s/%s=%llu", i ? " " : "", b->m[i].cur ? "cur" : "new", b->m[i].name, (unsigned long long)b->m[i].size);
  row_string("listing", bytes_sa(&got), want);
  stralloc_free(&got);
}

static void test_listing(void **state) {
  (void)state;
  struct maildir_box b;
  put("new/30.c,S=1,W=2", "x");
  put("cur/20.b,S=1,W=3:2,RS", "x");
  put("new/100.a", "one\ntwo");                  /* no size in the name: counted */
  put("cur/20.a,S=4:2,", "x");
  put("new/.hidden", "x");
  put("cur/no-time", "");
  mkdir("mail/d/u/new/40.directory", 0700);
  assert_int_equal(symlink("/etc/passwd", "mail/d/u/new/50.link,W=9"), 0);
  assert_int_equal(mkfifo("mail/d/u/cur/60.fifo", 0600), 0);
  list(&b, "cur/no-time=0 cur/20.a,S=4:2,=4 cur/20.b,S=1,W=3:2,RS=3 new/30.c,S=1,W=2=2 new/100.a=10");
  maildir_close(&b);
}

/* What moved from new/ to cur/ while both were read is one message. */
static void test_double(void **state) {
  (void)state;
  struct maildir_box b;
  put("new/1.a,W=2", "x");
  put("cur/1.a,W=2:2,S", "x");
  list(&b, "cur/1.a,W=2:2,S=2");
  maildir_close(&b);
}

static void test_no_box_yet(void **state) {
  (void)state;
  struct maildir_box b;
  assert_int_equal(maildir_open(&b, "mail/d/nobody"), 0);
  assert_int_equal(b.count, 0);
  maildir_close(&b);
  assert_int_equal(rmdir("mail/d/u/cur"), 0);
  put("new/1.a,W=2", "x");
  list(&b, "new/1.a,W=2=2");
  assert_int_equal(maildir_message_seen(&b, 0), 0);      /* nowhere to move it: it stays */
  assert_true(exists("new/1.a,W=2"));
  maildir_close(&b);
}

static void test_paths(void **state) {
  (void)state;
  static const struct { const char *path; int error; } rows[] = {
    {"mail/../mail/d/u", EINVAL}, {"mail//d/u", EINVAL}, {"mail/d/.", EINVAL}, {"", EINVAL}, {"/tmp", EINVAL},
    {"mail/d/link", ENOTDIR},     {"mail/d/file", ENOTDIR},
  };
  assert_int_equal(symlink("u", "mail/d/link"), 0);
  close(open("mail/d/file", O_CREAT | O_WRONLY, 0600));
  for (size_t i = 0; i < COUNT(rows); i++) {
    struct maildir_box b;
    errno = 0;
    row_check(rows[i].path, maildir_open(&b, rows[i].path) == -1 && (errno == rows[i].error || errno == ELOOP));
    maildir_close(&b);
  }
  /* Only the first component may be a link: where the operator keeps the mail. */
  assert_int_equal(rename("mail", "elsewhere") || symlink("elsewhere", "mail"), 0);
  put("new/1.a,W=2", "x");
  struct maildir_box b;
  list(&b, "new/1.a,W=2=2");
  maildir_close(&b);
  assert_int_equal(unlink("mail"), 0);
}

static void opened_as(struct maildir_box *b, size_t i, const char *want) {
  char text[16] = "";
  uint64_t bytes = 99;
  int fd = maildir_message_open(b, i, &bytes);
  assert_true(fd >= 0);
  assert_int_equal(bytes, strlen(want));
  assert_int_equal(read(fd, text, sizeof text - 1), strlen(want));
  assert_string_equal(text, want);
  close(fd);
}

static void test_moved_meanwhile(void **state) {
  (void)state;
  struct maildir_box b;
  uint64_t bytes;
  put("new/1.a,W=3", "a");
  put("new/2.b,W=3", "b");
  put("new/3.c,W=3", "c");
  put("cur/4.d,W=3:2,S", "d");
  put("new/5.e,W=3", "e");
  assert_int_equal(maildir_open(&b, "mail/d/u"), 0);
  move("new/1.a,W=3", "cur/1.a,W=3:2,S");
  move("new/2.b,W=3", "cur/2.b,W=3:2,FRS");
  move("new/3.c,W=3", "");
  move("cur/4.d,W=3:2,S", "cur/4.d,W=3:2,DS");
  opened_as(&b, 0, "a");
  opened_as(&b, 1, "b");
  assert_int_equal(maildir_message_open(&b, 2, &bytes), -1);
  assert_int_equal(errno, ENOENT);
  opened_as(&b, 3, "d");
  opened_as(&b, 4, "e");
  move("cur/4.d,W=3:2,DS", "cur/4.d,W=3:2,S");
  for (size_t i = 0; i < 5; i++)
    assert_int_equal(i == 4 ? maildir_message_seen(&b, i) : maildir_message_remove(&b, i), 0);
  assert_false(exists("cur/1.a,W=3:2,S") || exists("cur/2.b,W=3:2,FRS") || exists("cur/4.d,W=3:2,S"));
  assert_true(exists("cur/5.e,W=3:2,S"));
  maildir_close(&b);
}

static void test_not_regular(void **state) {
  (void)state;
  struct maildir_box b;
  uint64_t bytes;
  put("new/1.a,W=3", "a");
  put("new/2.b,W=3", "b");
  put("new/3.c,W=3", "c");
  assert_int_equal(maildir_open(&b, "mail/d/u"), 0);
  move("new/1.a,W=3", "");
  move("new/2.b,W=3", "");
  move("new/3.c,W=3", "");
  assert_int_equal(symlink("/etc/passwd", "mail/d/u/new/1.a,W=3") || mkfifo("mail/d/u/new/2.b,W=3", 0600) || mkdir("mail/d/u/new/3.c,W=3", 0700), 0);
  assert_int_equal(maildir_message_open(&b, 0, &bytes), -1);
  assert_int_equal(errno, ELOOP);
  for (size_t i = 1; i < 3; i++) {
    assert_int_equal(maildir_message_open(&b, i, &bytes), -1);
    assert_int_equal(errno, EINVAL);
  }
  maildir_close(&b);
}

#define IN_TOP(test) cmocka_unit_test_setup_teardown(test, make_top, remove_top)

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_names), cmocka_unit_test(test_queue_ids), IN_TOP(test_listing), IN_TOP(test_double), IN_TOP(test_no_box_yet),
    IN_TOP(test_paths), IN_TOP(test_moved_meanwhile), IN_TOP(test_not_regular),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
