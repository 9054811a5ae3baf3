/* template: a program that was exec'd once and forks its workers, so that none costs an exec, and each has the rights
 * that the template was started with, whatever those of who wants it.  They talk over a SOCK_SEQPACKET pair:
 *
 *   service → template    "f NUMBER" (NUMBER may be missing) and a descriptor: fork a worker, that is its socket
 *                         "k NUMBER": kill the worker of that number
 *   template → service    "PID SIGNAL": a worker was ended by a signal
 *
 * The end of a socket says the rest: the worker has gone; the service has gone, and with it the template. */
#ifndef SYS_TEMPLATE_H
#define SYS_TEMPLATE_H

#include <stdbool.h>
#include <sys/types.h>

enum { TEMPLATE_NUMBERS = 256 };

/* The life of a template.  Returns in each worker: the descriptor of its socket (close-on-exec), with CONTROL closed and
 * the signals as they were; in the template -1, when the service has gone. */
int template_wait(int control);

/* The same for programs that find CONTROL, and then their socket, as descriptor 0.  False: the service has gone. */
bool template_worker(void);

/* The service's side.  0, or -1 with errno. */
int template_fork(int control, unsigned number, int fd);
int template_kill(int control, unsigned number);
/* What a template has to say; false: it has gone. */
bool template_read(int control, pid_t *pid, int *signal_number);

#endif
