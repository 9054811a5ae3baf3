/* serve: how a program meets its acceptor.  A conversation is a function of descriptors, peer and settings, with no
 * state outside it; so the same function runs once under tcpserver (descriptors 0 and 1, UCSPI environment) or again
 * and again as a waiting worker of tcp-pool. */
#ifndef IO_SERVE_H
#define IO_SERVE_H

#include <stdbool.h>

enum { PEER_IP = 46 };

struct peer {
  char ip[PEER_IP], port[6];            /* TCPREMOTEIP, TCPREMOTEPORT; "" where there is no peer (a pipeline) */
  char local_ip[PEER_IP], local_port[6];
  char host[256];                  /* TCPREMOTEHOST, "" where it is unknown */
  int socket;                      /* the TCP or UNIX socket (getpeername, SO_PEERCRED), -1 in a pipeline */
};

/* Returns who may be next in this process: EXIT_DONE anybody; EXIT_STOP, where a password could be given, only the same
 * client again; else the exit code of a process that should not be used again. */
typedef int conversation(int in, int out, const struct peer *peer);

/* Runs TALK once or, as a worker of tcp-pool, for each connection it is handed.  Returns the exit code.  Each
 * conversation begins with a fresh session ID (report_new_session) and without a queue ID. */
int serve(conversation *talk);

#endif
