/* pool: the parts of tcp-pool.  It accepts connections and passes each, with its environment, to a waiting worker of the
 * program (io/serve_pool.h says how they talk).  One process, one loop, no state that a restart would miss. */
#ifndef POOL_H
#define POOL_H

#include <stdbool.h>
#include <stdint.h>
#include <stdnoreturn.h>
#include <sys/socket.h>
#include <sys/types.h>

#include "base/sa.h"
#include "io/serve.h"

struct pool_options {
  const char *host, *port;        /* host "unix:PATH": a UNIX socket, no port */
  char **program;
  unsigned limit, backlog;        /* conversations at once; what waits in the kernel */
  const char *rules;              /* tcprules cdb, NULL: none */
  bool rules_optional;            /* a missing cdb allows everybody */
  uid_t uid;                      /* 0: stay as we are */
  gid_t gid;
  unsigned mode;                  /* of the UNIX socket */
  bool ipv4_only, ipv6_only_form, nodelay, print_port;
  const char *local_name, *banner, *interface;
};

enum { POOL_SPARE = 4 };          /* idle workers that are kept ready */

int pool_bind(const struct pool_options *o);              /* listening descriptor, or -1 with errno; EDESTADDRREQ: host or port unknown */
int pool_listen(const struct pool_options *o);            /* the same, or UNIX socket; non-blocking; ends the process where there is none */
noreturn void pool_run(const struct pool_options *o, int listener);

/* --- one connection --- */
/* The variables of a connection that came FROM there as NAME=VALUE\0…, and the client's address ("": none, a UNIX socket).
 * False: it is refused (rules), or its environment would be too long. */
bool pool_environment(stralloc *out, char ip[PEER_IP], const struct pool_options *o, int fd, const struct sockaddr_storage *from);

/* The rule for a client, looked up as tcpserver does: the address, =host, prefixes of the address that end with . or :,
 * suffixes of the host, "=", "".  HOST is "" where it is unknown. */
enum pool_verdict { POOL_ALLOW, POOL_DENY, POOL_UNREADABLE };
enum pool_verdict pool_rules(stralloc *out, const struct pool_options *o, const char *ip, const char *host);

/* --- the template --- */
struct pool_template {
  pid_t pid;                      /* 0: none */
  int control;                    /* -1: none */
  int64_t started;
  int64_t retry;                  /* none before this time */
  unsigned pause;                 /* seconds, doubled while it ends at once */
};
void pool_template_start(struct pool_template *t, const struct pool_options *o, int64_t now);
void pool_template_ended(struct pool_template *t, const struct pool_options *o, int64_t now);   /* its socket says so */
void pool_template_leave(struct pool_template *t);        /* it is ended; a fresh one may be started at once */

#endif
