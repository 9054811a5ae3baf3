#include "sys/crash.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdnoreturn.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

#include "base/version.h"
#include "log/log.h"
#include "sys/calls.h"
#include "sys/clock.h"
#include "sys/report.h"
#include "sys/trace.h"

enum { STACK_BYTES = 65536, NEAR = 65536, HEX = 19, SIGNALS = 6, PATIENCE_MS = 1000 };
enum { CODE_SECCOMP = 1 };     /* SYS_SECCOMP of newer headers */

static const struct { int number; const char *name; } signals[SIGNALS] = {
  {SIGSEGV, "SIGSEGV"}, {SIGBUS, "SIGBUS"}, {SIGABRT, "SIGABRT"}, {SIGFPE, "SIGFPE"}, {SIGILL, "SIGILL"}, {SIGSYS, "SIGSYS"}};

/* How far the record is: a crash in between ends it there. */
static volatile sig_atomic_t stage;
enum { BEGUN = 1, WRITTEN = 2, ENDING = 3 };

static volatile sig_atomic_t signal_of_end;

static struct log_line line;
static struct trace trace;
static char stack[STACK_BYTES] __attribute__((aligned(16)));

static void put_field(const char *format, ...) {
  va_list args;
  va_start(args, format);
  log_fields(&line, format, args);
  va_end(args);
}

static void put(const char *key, const char *value) {
  if (*value)
    log_field(&line, key, bytes_str(value));
}

static const char *hex(char text[HEX], uintptr_t n) {
  text[0] = '0';
  text[1] = 'x';
  trace_hex(text + 2, n);
  return text;
}

/* --- what happened --- */

static bool by_sandbox(int number, const siginfo_t *info) { return number == SIGSYS && info->si_code == CODE_SECCOMP; }

/* abort(3) in a sandbox: it may not send the signal. */
static bool is_abort(int number, const siginfo_t *info, const ucontext_t *context) {
  return by_sandbox(number, info) && info->si_syscall == SYS_tgkill && trace_argument(context, 2) == SIGABRT;
}

static const char *name_of_signal(int number) {
  for (size_t i = 0; i < SIGNALS; i++)
    if (signals[i].number == number)
      return signals[i].name;
  return "?";
}

static const char *name_of_call(int number) {
  const char *s = call_names;
  for (int i = 0; i < number && s < call_names + sizeof call_names - 1; i++)
    s += strlen(s) + 1;
  return s < call_names + sizeof call_names - 1 ? s : "";
}

static void put_call(const siginfo_t *info) {
  put_field("call=%s call_number=%d", name_of_call(info->si_syscall), info->si_syscall);
}

static void put_address(int number, const siginfo_t *info, const ucontext_t *context) {
  char text[HEX];
  uintptr_t at = (uintptr_t)info->si_addr, top = trace_stack(context);
  if (number == SIGABRT)
    return;
  put("address", hex(text, at));
  if (number == SIGSEGV && top && at - (top - NEAR) < 2 * NEAR)
    put("stack", "overflow");
}

static void put_signal(int number, const siginfo_t *info, const ucontext_t *context) {
  bool aborted = is_abort(number, info, context);
  put("signal", aborted ? "SIGABRT" : name_of_signal(number));
  put_field("code=%d", info->si_code);
  if (by_sandbox(number, info) && !aborted)
    put_call(info);
  else if (info->si_code > 0 && !aborted)
    put_address(number, info, context);
  else if (!aborted && info->si_pid != getpid())
    put_field("by=%d by_uid=%u", (int)info->si_pid, (unsigned)info->si_uid);
}

static void put_ids(void) {
  char text[REPORT_LAST * 7 + 1];
  size_t n = 0;
  for (unsigned i = 0; i < REPORT_LAST; i++) {
    unsigned short id = report_state.last[(report_state.next + i) % REPORT_LAST];
    if (!id)
      continue;
    text[n++] = ',';
    memcpy(text + n, message_of(id - 1)->id, 6);
    n += 6;
  }
  text[n] = 0;
  if (n)
    put("ids", text + 1);
}

static void put_head(int number, const siginfo_t *info, const ucontext_t *context) {
  log_begin(&line, CR101E_crashed);
  put("program", report_state.program);
  put("sid", report_state.session);
  put("qid", report_state.message);
  put_field("pid=%d", (int)getpid());
  put("version", WIZ98_VERSION);
  put("build", trace_build_id());
  put_signal(number, info, context);
  put_ids();
}

/* --- where it goes --- */

static void put_stamp(char stamp[27]) {
  int64_t now = clock_unix_us();
  uint64_t tai = 4611686018427387914ULL + (uint64_t)(now / 1000000), ns = (uint64_t)(now % 1000000) * 1000;
  stamp[0] = '@';
  for (int i = 16; i; i--, tai >>= 4)
    stamp[i] = "0123456789abcdef"[tai & 15];
  for (int i = 24; i > 16; i--, ns >>= 4)
    stamp[i] = "0123456789abcdef"[ns & 15];
  stamp[25] = ' ';
}

static int open_direct(void) { return open(CRASH_DIRECT, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600); }

/* Whether multilog reads what goes to descriptor 2. */
static bool is_logged(void) {
  struct stat ours, pipe;
  return fstat(2, &ours) || (S_ISFIFO(ours.st_mode) && !stat("run/log.pipe", &pipe) && pipe.st_ino == ours.st_ino && pipe.st_dev == ours.st_dev);
}

static void write_direct(void) {
  char stamp[27];
  struct stat st;
  int direct = open_direct();
  if (direct < 0 || fstat(direct, &st) || !S_ISREG(st.st_mode) || st.st_size > CRASH_DIRECT_MAX)
    return;
  put_stamp(stamp);
  if (write(direct, stamp, 26) == 26 && write(direct, line.s, line.n) < 0)
    return;
}

static void write_sentence(void) {
  static const char end[] = " (CR101E)\n";
  report_write(report_state.program, strlen(report_state.program));
  report_write(": ", 2);
  report_write(report_crash_sentence, strlen(report_crash_sentence));
  report_write(end, sizeof end - 1);
}

static void write_record(void) {
  put("trace", trace.text);
  put("text", message_of(CR101E_crashed)->text);
  log_end(&line);
  stage = WRITTEN;
  if (report_crash_sentence)
    write_sentence();
  else
    report_write(line.s, line.n);
  if (report_crash_sentence || !is_logged())
    write_direct();
}

/* --- the end --- */

static noreturn void end_anyhow(void) {
  signal(SIGILL, SIG_DFL);
  __builtin_trap();
}

/* raise() without tgkill, by which a sandboxed program could signal others: a timer reaches this process alone.  Where even
 * that is forbidden, or the signal does not come, another one ends it all. */
static noreturn void send_self(int number) {
  struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = number};
  struct itimerspec soon = {.it_value = {.tv_nsec = 1}};
  sigset_t set;
  int timer;
  stage = ENDING;
  sigemptyset(&set);
  sigaddset(&set, number);
  sigprocmask(SIG_UNBLOCK, &set, NULL);
  signal(number, SIG_DFL);
  if (!syscall(SYS_timer_create, CLOCK_MONOTONIC, &event, &timer) && !syscall(SYS_timer_settime, timer, 0, &soon, NULL))
    for (int64_t end = clock_ms() + PATIENCE_MS; clock_ms() < end;)
      ;
  end_anyhow();
}

/* By the signal that it was: a fault comes again when the handler returns, a forbidden call is made again. */
static void end(int number, const siginfo_t *info, const ucontext_t *context) {
  stage = ENDING;
  signal(number, SIG_DFL);
  if (by_sandbox(number, info))
    trace_call_again(context, info->si_syscall);
}

static void on_crash(int number, siginfo_t *info, void *context) {
  bool first = !stage, aborted = is_abort(number, info, context);
  if (stage == ENDING)
    end_anyhow();
  if (first) {
    stage = BEGUN;
    signal_of_end = aborted ? SIGABRT : number;
    put_head(number, info, context);
    trace_take(&trace, context);
  }
  if (stage == BEGUN)
    write_record();
  if (first && !aborted && info->si_code > 0)
    end(number, info, context);
  else
    send_self(signal_of_end);
}

#ifdef __SANITIZE_ADDRESS__
enum { SANITIZED = 1 };                /* it tells more */
#else
enum { SANITIZED = 0 };
#endif

void crash_catch(void) {
  struct sigaction action = {.sa_sigaction = on_crash, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER};
  if (SANITIZED || sigaltstack(&(stack_t){.ss_sp = stack, .ss_size = sizeof stack}, NULL))
    return;
  for (size_t i = 0; i < SIGNALS; i++)
    sigaction(signals[i].number, &action, NULL);
}
