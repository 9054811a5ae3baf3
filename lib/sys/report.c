#include "sys/report.h"

#include <errno.h>
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

enum { DEFAULT_LEVEL = 30, FULL_LEVEL = 99, PATIENCE_MS = 5000 };

int report_level = DEFAULT_LEVEL;
static const char *program = "wiz98";
static char session[32], message[32];
static unsigned long dropped;
static int for_people;

static int level_of(const char *s) {
  uint64_t level;
  return s && bytes_u64(bytes_str(s), &level) && level <= FULL_LEVEL ? (int)level : DEFAULT_LEVEL;
}

void report_read_level(void) { report_level = level_of(getenv("OUTPUT_LEVEL")); }

void report_init(const char *name) {
  program = name;
  report_read_level();
  umask(077);
  signal(SIGPIPE, SIG_IGN);
}

static void copy_id(char to[32], const char *from) { snprintf(to, 32, "%s", from ? from : ""); }

void report_session(const char *sid) { copy_id(session, sid); }
void report_message(const char *qid) { copy_id(message, qid); }
const char *report_session_id(void) { return session; }
void report_to_people(void) { for_people = 1; }

void report_new_session(void) {
  static const char digits[] = "0123456789abcdefghjkmnpqrstvwxyz";
  static unsigned count;
  uint64_t v = (uint64_t)clock_unix_us() << 10 ^ ((uint64_t)getpid() << 4) ^ ++count;
  for (int i = 12; i >= 0; i--, v >>= 5)
    session[i] = digits[v & 31];
  session[13] = 0;
}

int report_is_on(enum message_id id) { return message_of(id)->level <= report_level; }

/* A full pipe is waited for; after PATIENCE_MS the line is lost, and counted. */
static void write_line(const struct log_line *l) {
  int64_t end = clock_ms() + PATIENCE_MS;
  for (;;) {
    if (write(2, l->s, l->n) >= 0)
      return;
    int64_t left = end - clock_ms();
    if (errno == EINTR)
      continue;
    if (errno != EAGAIN || left <= 0)
      break;
    poll(&(struct pollfd){.fd = 2, .events = POLLOUT}, 1, (int)left);
  }
  dropped++;
}

static void put(struct log_line *l, const char *key, const char *value) {
  if (*value)
    log_field(l, key, bytes_str(value));
}

static void say_dropped(void) {
  struct log_line l;
  char number[24];
  snprintf(number, sizeof number, "%lu", dropped);
  log_begin(&l, LG101W_lines_dropped);
  put(&l, "program", program);
  put(&l, "count", number);
  log_end(&l);
  dropped = 0;
  write_line(&l);
}

/* The form for a terminal: sentence, details, then what to do. */
static void tell_people(enum message_id id, const char *reason, const char *format, va_list args) {
  struct log_line l;
  log_begin(&l, id);
  log_fields(&l, format, args);
  if (*reason)
    log_field(&l, "errno", bytes_str(reason));
  log_end(&l);
  const char *fields = strchr(l.s, ' ');   /* behind level and ID */
  fields = fields ? memchr(fields + 1, ' ', l.n - (size_t)(fields + 1 - l.s)) : NULL;
  const struct message *m = message_of(id);
  dprintf(2, "%s: %s%s (%s)%.*s", program, m->level ? "" : "fatal: ", m->text, m->id, fields ? (int)(l.n - (size_t)(fields - l.s)) : 1, fields ? fields : "\n");
}

static void emit(enum message_id id, const char *file, int line, const char *reason, const char *format, va_list args) {
  struct log_line l;
  if (for_people) {
    tell_people(id, reason, format, args);
    return;
  }
  if (dropped)
    say_dropped();
  log_begin(&l, id);
  put(&l, "program", program);
  put(&l, "sid", session);
  put(&l, "qid", message);
  log_fields(&l, format, args);
  put(&l, "errno", reason);
  if (message_of(id)->id[5] == 'E')
    put(&l, "text", message_of(id)->text);
  if (report_level == FULL_LEVEL) {
    char at[128];
    snprintf(at, sizeof at, "%s:%d", file, line);
    put(&l, "at", at);
  }
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

noreturn void report_exit(int code) { _exit(code); }
