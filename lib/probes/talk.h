/* talk: one side of SMTP or POP3, a line at a time, with a deadline. */
#ifndef PROBES_TALK_H
#define PROBES_TALK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/sa.h"
#include "conf/conf.h"

#define TALK_SOURCE "127.98.0."       /* addresses of loopback that nobody else uses: no client of ours is meant by them */
enum { TALK_LINE_MAX = 1000 };

struct talk {
  int in, out;
  int64_t end;                       /* clock_ms() */
  size_t at, n;                      /* what is read and not used: buf[at] to buf[n] */
  char buf[8192];
  char line[TALK_LINE_MAX + 1];      /* the last line that came, without its end */
};

/* The port of a service on this machine; where that is IPv4, each from an own address, so that no limit is reached by us.  False: no
 * connection. */
bool talk_reach(struct talk *t, const struct conf *c, enum setting port, int ms);
bool talk_line(struct talk *t);                              /* the next line; false: none came by then */
int talk_reply(struct talk *t);                              /* SMTP: reads a reply, its code; 0: none */
int talk_say(struct talk *t, const char *line);              /* LINE and CR LF, then talk_reply */
bool talk_send(struct talk *t, const char *line);            /* LINE and CR LF */
bool talk_pop(struct talk *t, const char *line);             /* POP3: LINE (NULL: the greeting comes first); true: +OK */

#endif
