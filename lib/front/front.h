/* front: what the front door (cmd/wiz98.c) does: makes a home, starts and stops the services, says how they are.  The
 * working directory is the home (home_enter), but for front_init, which makes it. */
#ifndef FRONT_H
#define FRONT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdnoreturn.h>
#include <sys/types.h>

#include "base/sa.h"
#include "conf/conf.h"
#include "control/role.h"

/* --- services --- */
struct front_service {
  const char *name;
  const char *program;             /* "" for the log */
  int port;                        /* enum setting; -1: none */
  const char *greeting;            /* how the port answers; "" where TLS comes first */
  const char *option[2];           /* of the program; NULL: none */
  bool for_auth;                   /* its port is open only while smtp_auth is on */
  enum role role;
};
enum { FRONT_SERVICES = 11 };
extern const struct front_service front_services[FRONT_SERVICES];   /* in the order of starting; the log is first */
const struct front_service *front_service_find(const char *name);   /* NULL: there is none */

struct front_state {
  bool supervised;                 /* supervise is there */
  pid_t pid;                       /* 0: down */
  int64_t since;                   /* Unix time of the last change */
};
void front_service_state(struct front_state *s, const char *name);
bool front_state_is_up(const struct front_state *s);                 /* its process is the service, no longer its run script */
bool front_service_control(const char *name, const char *commands);  /* svc(8)'s letters; false: supervise is not there */
bool front_is_open(const struct front_service *s, const struct conf *c);   /* it has no port, or one that is not 0 and has its use */

/* --- attempts to start a service: run/attempt/NAME --- */
struct front_attempt {
  unsigned long starts;            /* since "wiz98 start" */
  unsigned long quick;             /* one after another that ended within seconds */
  int64_t time;                    /* of the last one */
  bool waited;                     /* the last one waited and gave up: the next need not wait for it */
};
void front_attempt_read(struct front_attempt *a, const char *name);
void front_attempt_write(const struct front_attempt *a, const char *name);
unsigned front_attempt_pause(const struct front_attempt *a);         /* 1, 2, 4 … 300 seconds */

/* --- programs --- */
void front_tell_home(void);                                          /* WIZ98_HOME is the working directory: for all that is run */
void front_beside(stralloc *path, const char *name);                 /* the file NAME in the directory of this program */
bool front_has(const char *program);
/* Runs a program beside this one; INPUT for its standard input (NULL: ours), OUT its standard output (-1: ours).  Its
 * exit code, or 128 + signal. */
int front_run(const char *const argv[], const char *input, int out);
noreturn void front_become(const char *program, char **argv);        /* argv[0] is replaced */

/* --- ports --- */
enum front_port { FRONT_PORT_FREE, FRONT_PORT_TAKEN, FRONT_PORT_REFUSED };
/* Tries to listen.  Where it cannot, a report says why; for a taken port it names the program that holds it, as far as
 * this user may see.  AGAIN_IN: seconds, 0: said nothing of. */
enum front_port front_port_check(struct bytes host, long port, const char *service, unsigned again_in);

struct front_holder {
  pid_t pid;                       /* 0: cannot be seen */
  char name[32];
  uid_t uid;                       /* of the socket's owner */
  char user[33];
};
bool front_port_holder(struct front_holder *h, unsigned port);

/* --- the verbs; each returns an exit code --- */
struct front_user { const char *address, *password; };   /* password NULL: a line of standard input */
struct front_init {
  const char *home, *domain, *listen;
  bool auth;
  const char *port[5];             /* smtp submission smtps pop3 pop3s, NULL: the default */
  struct front_user *user;
  size_t users;
};
bool front_init_options(struct front_init *o, int argc, char **argv);   /* false: wrong usage; argv[0] is the verb */
int front_init(const struct front_init *o);
int front_start(void);
int front_foreground(void);          /* start, then stays until it is asked to stop (signal, or front_stop elsewhere) */
int front_stop(void);
int front_status(bool json);
int front_console(void);
int front_reload(void);
int front_level(const char *level, const char *service);   /* SERVICE NULL: all; LEVEL NULL: shows them */
int front_setting(const char *name);
int front_guesses(int argc, char **argv);                /* [list | clear IP|ADDRESS|all] */
noreturn void front_service_run(const char *name);       /* becomes the service, from its run script */

/* --- shared by start, stop and console --- */
enum { FRONT_LEVEL_CONSOLE = 70 };
pid_t front_svscan(void);                                /* running for this home; 0: none */
void front_launch(bool console);                         /* svscan in the background, a session of its own */
bool front_prepare(void);                                /* configuration, ports, pipe; false: told why */
int front_await(int seconds);                            /* 0 when all services answer; reports those that do not */
int front_open_pipe(void);                               /* run/log.pipe, made if need be; it never blocks at opening */

#endif
