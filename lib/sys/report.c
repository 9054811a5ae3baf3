#include "sys/report.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "log/log.h"
#include "sys/clock.h"
#include "sys/crash.h"

enum { DEFAULT_LEVEL = 30, FULL_LEVEL = 99, PATIENCE_MS = 5000 };

int report_level = DEFAULT_LEVEL;
struct report_state report_state = {.program = "wiz98"};
const char *report_crash_sentence;
static unsigned long dropped;
static bool dying;
report_telling *report_teller;

static int level_of(const char *s) {
  uint64_t level;
  return s && bytes_u64(bytes_str(s), &level) && level <= FULL_LEVEL ? (int)level : DEFAULT_LEVEL;
}

void report_read_level(void) { report_level = level_of(getenv("OUTPUT_LEVEL")); }

/* Many programs write to the log's pipe: between poll(2) and write(2) another may take the room, and a blocking write
 * would sleep as long as the reader does.  O_NONBLOCK belongs to the open file description, which is not ours alone;
 * opened anew, the pipe has one that is.  Where that is not allowed, poll(2) must do.  A service's programs have got it
 * from `wiz98 run`: that is one call instead of four for each conversation. */
static void make_patient(void) {
  struct stat st;
  int flags = fcntl(2, F_GETFL);
  if (flags < 0 || flags & O_NONBLOCK || fstat(2, &st) || !S_ISFIFO(st.st_mode))
    return;
  int fd = open("/proc/self/fd/2", O_WRONLY | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0)
    return;
  dup2(fd, 2);
  close(fd);
}

void report_init(const char *name) {
  report_state.program = name;
  report_read_level();
  umask(077);
  signal(SIGPIPE, SIG_IGN);
  make_patient();
  crash_catch();
}

static void copy_id(char to[32], const char *from) { snprintf(to, 32, "%s", from ? from : ""); }

void report_session(const char *sid) { copy_id(report_state.session, sid); }
void report_message(const char *qid) { copy_id(report_state.message, qid); }
const char *report_session_id(void) { return report_state.session; }
void report_dying(void) { dying = true; }

void report_new_session(void) {
  static const char digits[] = "0123456789abcdefghjkmnpqrstvwxyz";
  static unsigned count;
  uint64_t v = (uint64_t)clock_unix_us() << 10 ^ ((uint64_t)getpid() << 4) ^ ++count;
  for (int i = 12; i >= 0; i--, v >>= 5)
    report_state.session[i] = digits[v & 31];
  report_state.session[13] = 0;
}

int report_is_on(enum message_id id) {
  report_state.last[report_state.next++ % REPORT_LAST] = (unsigned short)(id + 1);
  return message_of(id)->level <= report_level;
}

/* A full pipe is waited for; after PATIENCE_MS the line is lost, and counted. */
void report_write(const char *s, size_t n) {
  int64_t end = clock_ms() + (dropped ? 0 : PATIENCE_MS);
  for (;;) {
    int64_t left = end - clock_ms();
    struct pollfd p = {.fd = 2, .events = POLLOUT};
    int ready = poll(&p, 1, left < 0 ? 0 : (int)left);
    ssize_t k = ready > 0 ? write(2, s, n) : -1;
    if (k >= 0 && (size_t)k == n)
      return;
    if (k > 0) {   /* more than a pipe takes in one piece: the form for people, never a line of the log */
      s += k;
      n -= (size_t)k;
    } else if (ready == 0 || (errno != EINTR && errno != EAGAIN))
      break;
  }
  dropped++;
}

static void put(struct log_line *l, const char *key, const char *value) {
  if (*value)
    log_field(l, key, bytes_str(value));
}

static void write_line(const struct log_line *l) { report_write(l->s, l->n); }

/* If this line is lost too, it is not counted: it is no event. */
static void say_dropped(void) {
  struct log_line l;
  unsigned long count = dropped;
  char number[24];
  snprintf(number, sizeof number, "%lu", count);
  log_begin(&l, LG101W_lines_dropped);
  put(&l, "program", report_state.program);
  put(&l, "count", number);
  log_end(&l);
  write_line(&l);
  dropped = dropped > count ? count : 0;
}

static void put_place(struct log_line *l, const char *file, int line) {
  char at[128];
  snprintf(at, sizeof at, "%s:%d", file, line);
  if (report_level == FULL_LEVEL)
    put(l, "at", at);
}

/* What follows level and ID is what a person needs. */
static void tell_people(enum message_id id, const char *file, int line, const char *reason, const char *format, va_list args) {
  struct log_line l;
  log_begin(&l, id);
  size_t start = l.n + 1;
  log_fields(&l, format, args);
  put(&l, "errno", reason);
  put_place(&l, file, line);
  log_end(&l);
  report_teller(id, report_state.program, dying, bytes_of(l.s + start, l.n > start ? l.n - start - 1 : 0));
  dying = false;
}

static void emit(enum message_id id, const char *file, int line, const char *reason, const char *format, va_list args) {
  struct log_line l;
  if (report_teller) {
    tell_people(id, file, line, reason, format, args);
    return;
  }
  if (dropped)
    say_dropped();
  log_begin(&l, id);
  put(&l, "program", report_state.program);
  put(&l, "sid", report_state.session);
  put(&l, "qid", report_state.message);
  log_fields(&l, format, args);
  put(&l, "errno", reason);
  if (message_of(id)->id[5] == 'E')
    put(&l, "text", message_of(id)->text);
  put_place(&l, file, line);
  log_end(&l);
  write_line(&l);
}

void report_at(enum message_id id, const char *file, int line, const char *format, ...) {
  int saved = errno;
  va_list args;
  va_start(args, format);
  emit(id, file, line, "", format, args);
  va_end(args);
  errno = saved;
}

void report_errno_at(enum message_id id, const char *file, int line, const char *format, ...) {
  int saved = errno;
  va_list args;
  va_start(args, format);
  if (report_is_on(id))
    emit(id, file, line, strerror(saved), format, args);
  va_end(args);
  errno = saved;
}

static struct {
  int fd;
  report_telling *teller;
} own;

bool report_into_log(void) {
  struct stat ours, log;
  int fd = open("run/log.pipe", O_WRONLY | O_NONBLOCK | O_CLOEXEC);   /* without a reader it does not open */
  if (fd < 0)
    return false;
  bool other = !fstat(fd, &log) && S_ISFIFO(log.st_mode) && (fstat(2, &ours) || ours.st_ino != log.st_ino || ours.st_dev != log.st_dev);
  own.fd = other ? fcntl(2, F_DUPFD_CLOEXEC, 3) : -1;
  if (own.fd >= 0)
    dup2(fd, 2);
  close(fd);
  own.teller = report_teller;
  if (own.fd >= 0)
    report_teller = NULL;
  return own.fd >= 0;
}

void report_back(void) {
  dup2(own.fd, 2);
  close(own.fd);
  report_teller = own.teller;
}

noreturn void report_exit(int code) {
  if (report_teller)
    fflush(stdout);
  _exit(code);
}
