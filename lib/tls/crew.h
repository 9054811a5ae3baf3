/* crew: the children: forked, counted, buried.  A crash may be an attempt to break in: after three in a minute the program
 * ends, so that supervise starts it with a fresh address layout; children that relay go on. */
#ifndef TLS_CREW_H
#define TLS_CREW_H

#include <poll.h>
#include <stddef.h>
#include <stdbool.h>
#include <stdint.h>

void tls_crew_init(void);
bool tls_crew_fork(void);          /* true: this is the child */
unsigned tls_crew_size(void);
void tls_crew_reap(void);
void tls_crew_poll(struct pollfd *p, size_t n, int64_t ms);   /* poll(2) that a child's end interrupts; revents are 0 then */

#endif
