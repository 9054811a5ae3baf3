/* report: a line of the log, written to descriptor 2 with one write(2).
 *
 *   report(RL201E_relay_refused, "ip=%s from=%s to=%s", ip, sender, rcpt);
 *
 * The format is log_fields' (values are escaped, keys literal).  A line is written if its ID's level <= OUTPUT_LEVEL
 * (environment, default 30); below that the call costs one comparison.  sid and qid are put in front where they are set;
 * E lines end with the catalogue's text; at level 99 each line names its source file and line.  Where the pipe is full
 * it waits, at most 5 s, then drops the line and says in the next how many were dropped; then it waits no more until a
 * line got through, so that a dead log slows a conversation once.  No level prints a secret: never pass one. */
#ifndef SYS_REPORT_H
#define SYS_REPORT_H

#include <stdbool.h>
#include <stdnoreturn.h>

#include "base/bytes.h"
#include "catalogue/catalogue.h"

enum { EXIT_DONE = 0, EXIT_STOP = 99, EXIT_PERMANENT = 100, EXIT_TEMPORARY = 111 };

extern int report_level;                        /* OUTPUT_LEVEL in force */

void report_init(const char *program);          /* first call of main: the program's name, OUTPUT_LEVEL, umask 077, SIGPIPE ignored */
void report_read_level(void);                   /* OUTPUT_LEVEL again, for a worker whose environment was replaced */
void report_session(const char *sid);           /* copied (at most 31 bytes); NULL or "": none */
void report_message(const char *qid);           /* likewise, the queue ID */
const char *report_session_id(void);            /* "" where there is none */
void report_new_session(void);                  /* a fresh session ID: base32 of time and pid, 13 bytes */

#define report(id, ...) \
  do { if (report_is_on(id)) report_at(id, __FILE__, __LINE__, __VA_ARGS__); } while (0)
#define report_errno(id, ...) report_errno_at(id, __FILE__, __LINE__, __VA_ARGS__)  /* the same, and errno="…" */
/* One line, then exit CODE: for start-up and for what a program cannot go on without. */
#define die(code, id, ...) do { report_dying(); report_at(id, __FILE__, __LINE__, __VA_ARGS__); report_exit(code); } while (0)
#define die_errno(code, id, ...) do { report_dying(); report_errno(id, __VA_ARGS__); report_exit(code); } while (0)

int report_is_on(enum message_id id);
void report_at(enum message_id id, const char *file, int line, const char *format, ...) __attribute__((format(printf, 4, 5)));
void report_errno_at(enum message_id id, const char *file, int line, const char *format, ...) __attribute__((format(printf, 4, 5)));
void report_dying(void);                        /* the next line says "fatal" (keeps errno) */
noreturn void report_exit(int code);            /* _exit; for people, standard output is flushed first */

/* For a command whose doing belongs into the server's log as well: true, and what is reported from here to report_back goes
 * there, in its form; false where no server runs, its log is not ours to write or is where we write anyhow. */
bool report_into_log(void);
void report_back(void);

/* For people at a terminal, instead of a log line: `program: fatal: TEXT (ID): details`, then cause and remedy, in the
 * language of the environment (sys/language.h).  Commands such as conf-check call it, services do not: whoever calls it
 * links the explanations. */
void report_to_people(void);

/* Between report.c, people.c and crash.c. */
enum { REPORT_LAST = 12 };
struct report_state {
  const char *program;
  char session[32], message[32];                /* "": none */
  unsigned short last[REPORT_LAST];             /* a ring of IDs, each and 1 (0: none), also of lines that were not written */
  unsigned next;
};
extern struct report_state report_state;
extern const char *report_crash_sentence;       /* for people; NULL: a log line it is */
typedef void report_telling(enum message_id id, const char *program, bool last, struct bytes details);
extern report_telling *report_teller;
void report_write(const char *s, size_t n);     /* to descriptor 2, with the patience said above */

#endif
