/* door: the acceptor.  After its start it opens, connects, executes nothing: it needs accept4, recvmsg, sendmsg, socketpair,
 * poll, stat and readlink, fork, waitid, kill, and memory. */
#ifndef TLS_DOOR_H
#define TLS_DOOR_H

#include <stdnoreturn.h>

/* CONTROL leads to the key process.  Ends only when it must: the key process has gone, or children crash again and again. */
noreturn void tls_door_run(int control);

#endif
