/* fd: passing descriptors, replacing files, UNIX sockets; conn: buffers and deadlines. */
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/conn.h"
#include "sys/clock.h"
#include "sys/fd.h"

static char directory[] = "/tmp/wiz98-fd-test.XXXXXX";

static int enter(void **state) {
  (void)state;
  return mkdtemp(directory) && !chdir(directory) ? 0 : -1;
}

static int leave(void **state) {
  (void)state;
  char command[64];
  snprintf(command, sizeof command, "rm -rf %s", directory);
  return chdir("/") || system(command);
}

static size_t open_descriptors(void) {
  size_t n = 0;
  for (int fd = 0; fd < 256; fd++)
    n += fcntl(fd, F_GETFD) >= 0;
  return n;
}

static void passing(void **state) {
  (void)state;
  int s[2], p[2], got[FD_PASS_MAX], extra[FD_PASS_MAX + 1] = {0};
  char text[16];
  assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, s), 0);
  assert_int_equal(pipe(p), 0);
  size_t before = open_descriptors(), count = FD_PASS_MAX;
  assert_int_equal(fd_send(s[0], "hello", 5, p, 2), 0);
  assert_int_equal(fd_recv(s[1], text, sizeof text, got, &count), 5);
  assert_int_equal(count, 2);
  assert_true(fcntl(got[0], F_GETFD) & FD_CLOEXEC);
  assert_int_equal(write(got[1], "x", 1), 1);
  assert_int_equal(read(p[0], text, 1), 1);
  close(got[0]);
  close(got[1]);

  count = 1;   /* room for one: the other is closed, not leaked */
  assert_int_equal(fd_send(s[0], "h", 1, p, 2), 0);
  assert_int_equal(fd_recv(s[1], text, sizeof text, got, &count), 1);
  assert_int_equal(count, 1);
  close(got[0]);
  count = 0;
  assert_int_equal(fd_send(s[0], "h", 1, p, 2), 0);
  assert_int_equal(fd_recv(s[1], text, sizeof text, NULL, &count), 1);
  assert_int_equal(count, 0);
  assert_int_equal(open_descriptors(), before);

  assert_int_equal(fd_send(s[0], "h", 1, NULL, 0), 0);
  count = FD_PASS_MAX;
  assert_int_equal(fd_recv(s[1], text, sizeof text, got, &count), 1);
  assert_int_equal(count, 0);
  assert_int_equal(fd_send(s[0], "h", 1, extra, FD_PASS_MAX + 1), -1);
  assert_int_equal(errno, EINVAL);
  close(s[0]);
  count = FD_PASS_MAX;
  assert_int_equal(fd_recv(s[1], text, sizeof text, got, &count), 0);
  assert_int_equal(fd_send(s[1], "h", 1, NULL, 0), -1);   /* EPIPE, no signal */
  close(s[1]);
  close(p[0]);
  close(p[1]);
}

static void replacing(void **state) {
  (void)state;
  stralloc text = {0};
  struct stat st;
  assert_int_equal(fd_replace("file", "one", 3, 0640), 0);
  assert_int_equal(fd_replace("file", "two!", 4, 0600), 0);
  assert_int_equal(fd_slurp("file", 100, &text), 0);
  row_string("the second text", bytes_sa(&text), "two!");
  assert_true(!stat("file", &st) && (st.st_mode & 0777) == 0600);
  assert_int_equal(fd_replace("no/such/file", "x", 1, 0600), -1);
  assert_int_equal(errno, ENOENT);
  assert_int_equal(fd_slurp("file", 3, &text), -1);
  assert_int_equal(errno, EFBIG);
  assert_int_equal(fd_slurp("nothing", 3, &text), -1);
  assert_int_equal(errno, ENOENT);

  char trap[64];   /* a link in the place of the temporary name is not followed */
  snprintf(trap, sizeof trap, "file.tmp.%ld", (long)getpid());
  assert_int_equal(symlink("victim", trap), 0);
  assert_int_equal(fd_replace("file", "three", 5, 0600), 0);
  assert_int_equal(access("victim", F_OK), -1);
  assert_int_equal(access(trap, F_OK), -1);
  stralloc_free(&text);
}

static void reading_exactly(void **state) {
  (void)state;
  char b[8];
  assert_int_equal(fd_replace("exact", "12345678", 8, 0600), 0);
  int fd = open("exact", O_RDONLY);
  assert_int_equal(fd_pread_all(fd, b, 4, 2), 0);
  assert_memory_equal(b, "3456", 4);
  assert_int_equal(fd_pread_all(fd, b, 4, 6), -1);
  assert_int_equal(errno, EIO);
  close(fd);
}

static void unix_sockets(void **state) {
  (void)state;
  struct stat st;
  char longname[200];
  memset(longname, 'x', sizeof longname - 1);
  longname[sizeof longname - 1] = 0;
  assert_int_equal(fd_unix_connect("sock", SOCK_STREAM), -1);
  assert_int_equal(errno, ENOENT);
  int fd = fd_unix_listen("sock", SOCK_STREAM, 0620);
  assert_true(fd >= 0 && !stat("sock", &st) && (st.st_mode & 0777) == 0620);
  int c = fd_unix_connect("sock", SOCK_STREAM);
  assert_true(c >= 0);
  close(c);
  assert_int_equal(fd_unix_listen("sock", SOCK_STREAM, 0600), -1);
  assert_int_equal(errno, EADDRINUSE);
  assert_int_equal(fd_unix_listen("sock", SOCK_SEQPACKET, 0600), -1);   /* of the other type, and alive */
  assert_int_equal(errno, EADDRINUSE);
  close(fd);
  fd = fd_unix_listen("sock", SOCK_SEQPACKET, 0600);   /* stale: replaced */
  assert_true(fd >= 0);
  close(fd);
  assert_int_equal(fd_unix_listen(longname, SOCK_STREAM, 0600), -1);
  assert_int_equal(errno, ENAMETOOLONG);
  assert_int_equal(fd_replace("regular", "x", 1, 0600), 0);
  assert_int_equal(fd_unix_listen("regular", SOCK_STREAM, 0600), -1);   /* no socket: it stays */
  assert_int_equal(access("regular", F_OK), 0);
}

static void datagrams(void **state) {
  (void)state;
  char text[8];
  int got[FD_PASS_MAX];
  size_t count = FD_PASS_MAX;
  struct ucred who;
  int fd = fd_unix_listen("datagrams", SOCK_DGRAM, 0600), c = fd_unix_connect("datagrams", SOCK_DGRAM);
  assert_true(fd >= 0 && c >= 0);
  assert_int_equal(fd_send(c, "one", 3, (int[]){0, 1}, 2), 0);
  assert_int_equal(fd_recv_from(fd, text, sizeof text, got, &count, &who), 3);
  assert_int_equal(count, 2);
  assert_true(who.pid == getpid() && who.uid == geteuid());
  close(got[0]);
  close(got[1]);
  close(fd);
  assert_int_equal(fd_send(c, "two", 3, NULL, 0), -1);
  assert_int_equal(errno, ECONNREFUSED);
  close(c);
  fd = fd_unix_listen("datagrams", SOCK_DGRAM, 0600);   /* stale: replaced */
  assert_true(fd >= 0);
  close(fd);
}

static void waiting(void **state) {
  (void)state;
  int p[2];
  assert_int_equal(pipe(p), 0);
  int64_t start = clock_ms();
  assert_false(fd_wait(p[0], POLLIN, 50));
  assert_int_equal(errno, ETIMEDOUT);
  assert_true(clock_ms() - start >= 50 && clock_ms() - start < 1000);
  assert_false(fd_wait(p[0], POLLIN, -5));
  assert_int_equal(write(p[1], "x", 1), 1);
  assert_true(fd_wait(p[0], POLLIN, 0));
  close(p[0]);
  close(p[1]);
}

static struct conn conn;

static void conn_reads(void **state) {
  (void)state;
  int p[2];
  assert_int_equal(pipe(p), 0);
  conn_init(&conn, p[0], 1, 50);
  assert_int_equal(write(p[1], "hello", 5), 5);
  assert_int_equal(conn_fill(&conn), 5);
  conn_consume(&conn, 2);
  row_string("the rest", conn_unread(&conn), "llo");
  assert_int_equal(conn_fill(&conn), -1);
  assert_int_equal(errno, ETIMEDOUT);
  conn.deadline = clock_ms() - 1;
  assert_int_equal(write(p[1], "!", 1), 1);
  assert_int_equal(conn_fill(&conn), 1);   /* what is there is there, even after the deadline */
  row_string("joined", conn_unread(&conn), "llo!");
  conn.deadline = 0;
  char *much = calloc(1, CONN_IN);
  fcntl(p[1], F_SETPIPE_SZ, 65536);
  assert_int_equal(write(p[1], much, CONN_IN), CONN_IN);
  free(much);
  while (conn_fill(&conn) > 0)
    ;
  assert_int_equal(errno, ENOBUFS);
  assert_int_equal(conn_unread(&conn).n, CONN_IN);
  conn_consume(&conn, CONN_IN);
  close(p[1]);
  assert_int_equal(conn_fill(&conn), 4);
  conn_consume(&conn, 4);
  assert_int_equal(conn_fill(&conn), 0);
  close(p[0]);
}

static void conn_writes(void **state) {
  (void)state;
  int p[2];
  char b[16];
  assert_int_equal(pipe(p), 0);
  conn_init(&conn, 0, p[1], 50);
  conn_put(&conn, bytes_str("220 "));
  conn_put(&conn, bytes_str("ok"));
  assert_false(fd_wait(p[0], POLLIN, 0));   /* buffered */
  assert_int_equal(conn_flush(&conn), 0);
  assert_int_equal(read(p[0], b, sizeof b), 6);
  assert_int_equal(conn_flush(&conn), 0);
  fcntl(p[1], F_SETPIPE_SZ, 4096);
  int64_t start = clock_ms();
  for (int i = 0; i < 3 * CONN_OUT; i++)   /* blocking descriptor, nobody reads: the deadline holds */
    conn_put(&conn, bytes_str("x"));
  assert_int_equal(conn_flush(&conn), -1);
  assert_int_equal(errno, ETIMEDOUT);
  assert_true(clock_ms() - start < 1000);
  while (fd_wait(p[0], POLLIN, 0))
    assert_true(read(p[0], b, sizeof b) > 0);
  conn_put(&conn, bytes_str("late"));
  assert_int_equal(conn_flush(&conn), -1);   /* nothing follows what was lost */
  assert_int_equal(errno, ETIMEDOUT);
  assert_false(fd_wait(p[0], POLLIN, 0));
  close(p[0]);
  close(p[1]);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(passing),  cmocka_unit_test(replacing), cmocka_unit_test(reading_exactly), cmocka_unit_test(unix_sockets), cmocka_unit_test(datagrams),
      cmocka_unit_test(waiting),  cmocka_unit_test(conn_reads), cmocka_unit_test(conn_writes),
  };
  return cmocka_run_group_tests_name("fd", tests, enter, leave);
}
