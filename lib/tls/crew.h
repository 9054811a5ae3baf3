/* crew: the processes that hold connections, one at a time each, and whose turn it is.
 *
 * A process is forked beforehand (a fork, and the pages that are copied after it, cost more than a handshake).  When its
 * connection has ended well it may serve another one of the same address (IPv6: /64), and of no other: whoever takes a
 * process over sees no stranger's connection through it.  After SERVED_MAX connections, a failed handshake or some idle time
 * it goes.
 *
 * A crash may be an attempt to break in: after three in a minute the program ends, so that supervise starts it with a fresh
 * address layout; connections that are open go on. */
#ifndef TLS_CREW_H
#define TLS_CREW_H

#include <stdbool.h>
#include <stdint.h>

#include "addr/ip.h"
#include "tls/child.h"

enum { CREW_MAX = 4096 };

void tls_crew_init(int epoll);               /* its events have .data.u64 = number of the process */
unsigned tls_crew_busy(void);
/* Hands JOB on to a process that may serve SLOT (as ip_slot names it; "": nobody twice), and takes its SIGNER.  False: there is
 * none (reported). */
bool tls_crew_give(struct tls_names *names, const struct tls_job *job, const char *slot);
void tls_crew_prepare(struct tls_names *names);   /* forks what should wait beforehand; call it when nothing is urgent */
int tls_crew_event(unsigned number);         /* the SIGNER of a process that wants a signature, to be passed on and closed; or -1 */
int tls_crew_signer(void);                   /* likewise, of any process; -1: all have been passed on */
void tls_crew_reap(void);                    /* SIGCHLD came, or time has passed */
void tls_crew_renew(void);                   /* what was forked until now serves no new connection */

#endif
