#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "control/generation.h"
#include "control/sent.h"
#include "front/front.h"
#include "sandbox/sandbox.h"
#include "spool/spool.h"
#include "sys/clock.h"
#include "sys/report.h"

/* A service's run script ends here: `wiz98 run NAME` checks what the service needs, then becomes it.  Whatever prevents
 * that is one line of the error log and a growing pause, so supervise, which starts a service again each second, never
 * makes a silent loop. */

enum { QUICK_S = 10, UNKNOWN_S = 300, WORDS_MAX = 60 };

/* --- attempts --- */

static noreturn void give_up(const char *name, struct front_attempt *a) {
  unsigned pause = front_attempt_pause(a);
  a->waited = true;
  a->time = clock_unix();
  front_attempt_write(a, name);
  sleep(pause);
  _exit(EXIT_TEMPORARY);
}

static void begin(const char *name, struct front_attempt *a) {
  front_attempt_read(a, name);
  bool quick = a->time && clock_unix() - a->time < QUICK_S;
  if (!quick && !a->waited)
    a->quick = 0;
  if (a->waited || !quick)
    return;
  a->quick++;
  report(WZ206E_service_ends_at_once, "service=%s again_in=%u", name, front_attempt_pause(a));
  sleep(front_attempt_pause(a));
}

static void started(const char *name, struct front_attempt *a) {
  a->starts++;
  a->waited = false;
  a->time = clock_unix();
  front_attempt_write(a, name);
}

/* --- arguments --- */

struct words {
  stralloc text;               /* each word and \0 */
  size_t count;
};

static void add(struct words *w, const char *word) {
  sa_cats(&w->text, word);
  sa_0(&w->text);
  w->count++;
}

static void add_number(struct words *w, const char *option, long n) {
  char number[24];
  snprintf(number, sizeof number, "%ld", n);
  add(w, option);
  add(w, number);
}

static void add_program(struct words *w, const char *name) {
  stralloc path = {0};
  front_beside(&path, name);
  add(w, path.s);
  stralloc_free(&path);
}

static noreturn void become(struct words *w) {
  char *argv[WORDS_MAX + 1] = {0};
  char *s = w->text.s;
  for (size_t i = 0; i < w->count && i < WORDS_MAX; i++, s += strlen(s) + 1)
    argv[i] = s;
  execvp(argv[0], argv);
  die_errno(EXIT_TEMPORARY, WZ102E_program_missing, "path=%s", argv[0]);
}

static void add_text(struct words *w, struct bytes b) {
  sa_catb(&w->text, b.s, b.n);
  sa_0(&w->text);
  w->count++;
}

/* Who accepts takes the role when it listens: ports below 1024 and names in run/ are root's. */
static void add_identity(struct words *w, const struct front_service *s) {
  if (!role_in_force())
    return;
  add_number(w, "-g", (long)role_gid(s->role));
  add_number(w, "-u", (long)role_uid(s->role));
}

/* -D: replies are written whole, so waiting for more would only delay them.  -H -R -l 0: no look-ups, which wait. */
static void add_acceptor(struct words *w, const struct conf *c, const struct front_service *s) {
  long limit = conf_number(c, SET_connections_max);
  if (bytes_eq(conf_text(c, SET_acceptor), bytes_str("tcp-pool")))
    add_program(w, "tcp-pool");
  else
    add(w, "tcpserver");
  add(w, "-DHR");
  add(w, "-l0");
  add_number(w, "-c", limit);
  add_number(w, "-b", limit);
  add_identity(w, s);
  add_text(w, conf_text(c, SET_listen));
  add_text(w, conf_text(c, (enum setting)s->port));
  add_program(w, s->program);
  for (size_t i = 0; i < sizeof s->option / sizeof *s->option && s->option[i]; i++)
    add(w, s->option[i]);
}

/* Debian's tcpserver has no UNIX sockets. */
static void add_submit(struct words *w, const struct front_service *s) {
  add_program(w, "tcp-pool");
  add(w, "-c20");
  add(w, "-m666");
  add_identity(w, s);
  add(w, "unix:run/submit");
  add_program(w, "queue-put");
  add(w, "--serve");
}

static void add_service(struct words *w, const struct conf *c, const struct front_service *s) {
  if (s->port >= 0)
    add_acceptor(w, c, s);
  else if (!strcmp(s->name, "submit"))
    add_submit(w, s);
  else
    add_program(w, s->program);
}

/* --- the log service --- */

struct log_folder { const char *path; const char *programs[5]; };

static const struct log_folder log_folders[] = {
  {"./log/smtp", {"smtp-recv", "queue-put", "sendmail"}},
  {"./log/pop3", {"pop3-serve", "pop3-session", "auth-serve", "auth-check"}},
};
enum { LOG_FOLDERS = sizeof log_folders / sizeof *log_folders };

/* A line is "@STAMP LEVEL ID program=NAME …"; a star in a pattern stops at the next character of the pattern. */
static void add_pattern(struct words *w, char sign, const char *program) {
  char pattern[64];
  snprintf(pattern, sizeof pattern, "%c* * * program=%s *", sign, program);
  add(w, pattern);
}

static void add_patterns(struct words *w, char sign, const struct log_folder *f) {
  for (size_t i = 0; i < sizeof f->programs / sizeof *f->programs && f->programs[i]; i++)
    add_pattern(w, sign, f->programs[i]);
}

/* What is in no other folder is the queue's: queue-run, its workers, the front door, words of foreign programs. */
static void add_multilog(struct words *w) {
  add(w, "multilog");
  add(w, "t");
  add(w, "s1000000");
  add(w, "n50");
  for (size_t i = 0; i < LOG_FOLDERS; i++) {
    add(w, "-*");
    add_patterns(w, '+', &log_folders[i]);
    add(w, log_folders[i].path);
  }
  add(w, "+*");
  for (size_t i = 0; i < LOG_FOLDERS; i++)
    add_patterns(w, '-', &log_folders[i]);
  add(w, "./log/queue");
  add(w, "-*");
  add(w, "+* 0 *");
  add(w, "+* *: fatal: *");
  add(w, "./log/error");
  add(w, "-*");
  add(w, "+* 0 CR101E *");
  add(w, "s200000");
  add(w, "n8");
  add(w, "./crash");
}

/* The pipe is root's, what is written the role's: root follows no name that it could have put there. */
static noreturn void run_log(const struct front_service *s, bool console) {
  struct words w = {0};
  int from = open(console ? "run/console.pipe" : "run/log.pipe", O_RDWR | O_CLOEXEC);
  role_become(s->role);
  int own = open("log/log-service", O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (own < 0 || from < 0 || dup2(from, 0) < 0 || dup2(own, 1) < 0 || dup2(own, 2) < 0)
    die_errno(EXIT_TEMPORARY, SY102E_file_failed, "action=open path=run/log.pipe");
  add_multilog(&w);
  become(&w);
}

/* --- what a service needs --- */

/* What receivers may not do: they add to the drop-box and do not read it (to sync it takes a descriptor), they count what
 * users send and list no folder. */
static void do_for_receivers(const struct front_service *s) {
  bool receives = !strcmp(s->program, "smtp-recv");
  if (receives)
    sent_expire();
  if ((receives || !strcmp(s->program, "queue-put")) && spool_share_directory())
    report_errno(SY102E_file_failed, "action=open path=spool/incoming");
}

static void prepare(const struct front_service *s, const struct conf *c, struct front_attempt *a) {
  a->quick++;
  if (!c)
    give_up(s->name, a);     /* generation_conf has told why */
  if (!front_is_open(s, c))
    for (;;)
      pause();               /* port 0, or smtp_auth off: there is nothing to do, until a restart */
  if (s->port >= 0 && front_port_check(conf_text(c, SET_listen), conf_number(c, (enum setting)s->port), s->name, front_attempt_pause(a)))
    give_up(s->name, a);
  if (!front_has(s->program)) {
    report(WZ102E_program_missing, "path=%s service=%s again_in=%u", s->program, s->name, front_attempt_pause(a));
    give_up(s->name, a);
  }
  a->quick--;
}

/* Lines go into the pipe, and nobody who writes them can read those of others.  It does not block: a service that may not
 * open it anew (sys/report.c) could wait for ever. */
static void connect_log(void) {
  int reader = front_open_pipe(), writer = open("run/log.pipe", O_WRONLY | O_NONBLOCK | O_CLOEXEC);
  if (reader < 0 || writer < 0 || dup2(writer, 1) < 0 || dup2(writer, 2) < 0)
    die_errno(EXIT_TEMPORARY, SY102E_file_failed, "action=open path=run/log.pipe");
  close(reader);
  close(writer);
}

noreturn void front_service_run(const char *name) {
  const struct front_service *s = front_service_find(name);
  const char *level = getenv("WIZ98_CONSOLE");
  struct front_attempt a;
  struct words w = {0};
  if (!s) {
    report(WZ103E_service_unknown, "service=%s", name);
    sleep(UNKNOWN_S);        /* supervise will start it again */
    _exit(EXIT_PERMANENT);
  }
  if (level)
    setenv("OUTPUT_LEVEL", level, 1);
  begin(name, &a);
  if (!*s->program) {
    started(name, &a);
    run_log(s, level != NULL);
  }
  connect_log();
  report_read_level();
  const struct conf *c = generation_conf();
  prepare(s, c, &a);
  sandbox_tell();
  do_for_receivers(s);
  add_service(&w, c, s);
  started(name, &a);
  role_become(ROLE_ROOT);    /* no more than no_new_privs: acceptors take their role when they listen, others themselves (control/launch.h) */
  become(&w);
}
