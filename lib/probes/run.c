#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "control/generation.h"
#include "control/role.h"
#include "log/log.h"
#include "probes/probes.h"
#include "sandbox/sandbox.h"
#include "sys/clock.h"
#include "sys/fd.h"
#include "sys/report.h"

static const struct { void (*look)(struct probe *p); enum role role; } probes[CHECK_COUNT] = {
#define CHECK(name, id, question, role, ...) [CHECK_##name] = {probe_##name, role},
#include "checks/checks.def"
#undef CHECK
};

/* --- what a child says: one write of at most PIPE_BUF bytes, so that it comes whole or not at all --- */

struct word { enum check_result result; bool blocks; enum message_id message; size_t n; };
enum { WORD_MAX = sizeof(struct word) + CHECK_EVIDENCE_MAX };
_Static_assert(WORD_MAX <= 4096, "a pipe takes 4096 bytes at once");

static void tell(int fd, const struct check_finding *f) {
  char b[WORD_MAX];
  struct word w = {f->result, f->blocks, f->message, f->evidence.len};
  memcpy(b, &w, sizeof w);
  if (w.n)
    memcpy(b + sizeof w, f->evidence.s, w.n);
  fd_write_all(fd, b, sizeof w + w.n);
}

static bool hear(int fd, struct check_finding *f) {
  char b[WORD_MAX];
  struct word w;
  ssize_t n = read(fd, b, sizeof b);
  if (n < (ssize_t)sizeof w)
    return false;
  memcpy(&w, b, sizeof w);
  if (w.n != (size_t)n - sizeof w || w.result > CHECK_FAIL || (unsigned)w.message >= MESSAGE_COUNT)
    return false;
  f->result = w.result;
  f->blocks = w.blocks;
  f->message = w.message;
  sa_copyb(&f->evidence, b + sizeof w, w.n);
  return true;
}

/* --- a child --- */

void probe_confine(void) {
  role_become(ROLE_REMOTE);
  sandbox_enter(&sandbox_remote_send);
}

static noreturn void look(enum check c, int fd, int64_t end) {
  static struct probe p;
  report_level = -1;             /* what is found is told by the finding */
  setpgid(0, 0);
  p.now = clock_unix();
  p.end = end;
  p.conf = generation_conf();
  if (probes[c].role == ROLE_REMOTE)
    probe_confine();
  else
    role_become(probes[c].role);
  probes[c].look(&p);
  tell(fd, &p.finding);
  _exit(0);
}

/* --- all of them --- */

struct child { enum check check; pid_t pid; int fd; int64_t end; };
struct run {
  struct check_finding *f;
  struct child child[PROBES_AT_ONCE];
  size_t children;
  bool begun[CHECK_COUNT], done[CHECK_COUNT];
  int64_t end;
};

static void conclude(struct run *r, enum check c) {
  r->f[c].time = clock_unix();
  r->done[c] = true;
}

static void give_up(struct run *r, enum check c, enum message_id why, const char *format, int64_t n) {
  r->f[c].evidence.len = 0;
  sa_cats(&r->f[c].evidence, format);
  sa_catu(&r->f[c].evidence, (uint64_t)n);
  r->f[c].result = CHECK_CANNOT_TELL;
  r->f[c].message = why;
  conclude(r, c);
}

static void begin(struct run *r, enum check c) {
  int pair[2];
  int64_t now = clock_ms(), own = now + check_rows[c].seconds * 1000, end = own < r->end ? own : r->end;
  r->begun[c] = true;
  if (pipe2(pair, O_CLOEXEC))
    die_errno(EXIT_TEMPORARY, SY104E_system_call_failed, "action=pipe");
  pid_t pid = fork();
  if (pid < 0)
    die_errno(EXIT_TEMPORARY, SY104E_system_call_failed, "action=fork");
  if (!pid)
    look(c, pair[1], end);
  close(pair[1]);
  r->child[r->children++] = (struct child){c, pid, pair[0], end};
}

/* Those that can begin now, and those that need not. */
static void begin_some(struct run *r) {
  for (int i = CHECK_NONE + 1; i < CHECK_COUNT; i++) {
    enum check c = (enum check)i;
    if (r->begun[c] || !check_is_ready(c, r->done))
      continue;
    enum check missing = check_missing(c, r->f);
    if (missing) {
      check_skip(&r->f[c], missing, clock_unix());
      r->begun[c] = r->done[c] = true;
    } else if (r->children < PROBES_AT_ONCE)
      begin(r, c);
  }
}

static void bury(struct run *r, size_t i) {
  struct child c = r->child[i];
  r->child[i] = r->child[--r->children];
  kill(-c.pid, SIGKILL);         /* and whom it has started */
  kill(c.pid, SIGKILL);
  while (waitpid(c.pid, NULL, 0) < 0 && errno == EINTR)
    ;
  close(c.fd);
}

static int64_t first_end(const struct run *r) {
  int64_t end = r->end;
  for (size_t i = 0; i < r->children; i++)
    end = r->child[i].end < end ? r->child[i].end : end;
  return end;
}

static void listen_once(struct run *r) {
  struct pollfd p[PROBES_AT_ONCE];
  for (size_t i = 0; i < r->children; i++)
    p[i] = (struct pollfd){.fd = r->child[i].fd, .events = POLLIN};
  int64_t left = first_end(r) + 100 - clock_ms();   /* a probe that keeps its own time is a little late */
  poll(p, r->children, left > 0 ? (int)left : 0);
  int64_t now = clock_ms();
  for (size_t i = r->children; i-- > 0;) {
    enum check c = r->child[i].check;
    if (p[i].revents && hear(p[i].fd, &r->f[c]))
      conclude(r, c);
    else if (p[i].revents)
      give_up(r, c, DC003W_probe_failed, "pid=", r->child[i].pid);
    else if (now >= r->child[i].end + 100)
      give_up(r, c, DC002W_no_time, "seconds=", check_rows[c].seconds);
    if (r->done[c])
      bury(r, i);
  }
}

void probes_run(struct check_finding *f) {
  struct run r = {.f = f, .end = clock_ms() + PROBES_MS};
  int level = report_level;
  report_level = -1;
  for (begin_some(&r); r.children; begin_some(&r))
    listen_once(&r);
  report_level = level;
}

/* --- for the probes --- */

void probe_find(struct probe *p, enum check_result result, enum message_id message, const char *format, ...) {
  static struct log_line l;
  va_list args;
  l.n = 0;
  va_start(args, format);
  log_fields(&l, format, args);
  va_end(args);
  size_t blank = l.n && l.s[0] == ' ';
  check_find(&p->finding, result, message, bytes_of(l.s + blank, l.n - blank));
}

void probe_unreadable(struct probe *p, const char *path) {
  int error = errno;
  enum message_id why = error == EACCES || error == EPERM ? DC004W_no_permission : DC003W_probe_failed;
  probe_find(p, CHECK_CANNOT_TELL, why, "path=%s errno=%s", path, strerror(error));
}

int probe_ms_left(const struct probe *p, int most) {
  int64_t left = p->end - clock_ms();
  return left < 1 ? 1 : left > most ? most : (int)left;
}
