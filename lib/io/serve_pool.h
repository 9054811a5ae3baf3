/* serve_pool: what tcp-pool and a program under it say to each other, over SOCK_SEQPACKET pairs.
 *
 *   tcp-pool ↔ template   sys/template.h.  The template is the program itself, exec'd once, waiting in serve(); its end is
 *                         the descriptor in WIZ98_POOL_FD
 *   tcp-pool → worker     a connection, and its environment: texts NAME=VALUE, each followed by \0
 *   worker → tcp-pool     one byte: that conversation has ended, hand me the next one: anybody's, or one from the same
 *                         address only
 *
 * The end of a socket says the rest: the worker is gone; the pool is gone. */
#ifndef IO_SERVE_POOL_H
#define IO_SERVE_POOL_H

#include "io/serve.h"

#define SERVE_POOL_VARIABLE "WIZ98_POOL_FD"

enum serve_next { SERVE_ANYBODY = 'a', SERVE_SAME = 's' };

enum { SERVE_ENVIRONMENT_MAX = 8192, SERVE_VARIABLES_MAX = 128, SERVE_CONVERSATIONS_MAX = 100 };

/* The life of a template, and in its children of a worker. */
int serve_pool(int control, conversation *talk);

/* One conversation with the environment as it is now (serve.c). */
int serve_conversation(conversation *talk, int in, int out);

#endif
