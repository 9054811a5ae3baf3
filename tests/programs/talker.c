/* talker: a conversation to try acceptors with.  Usage: talker one|many, under tcpserver or tcp-pool.
 * Each line is a command: env NAME, peer, pid, sid, level, alarm, fail, crash, quit. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/conn.h"
#include "io/serve.h"
#include "sys/report.h"

static void answer(struct conn *c, const char *text) {
  conn_put(c, bytes_str(text ? text : "-"));
  conn_put(c, bytes_str("\n"));
}

static void answer_number(struct conn *c, long n) {
  char text[24];
  snprintf(text, sizeof text, "%ld", n);
  answer(c, text);
}

static void answer_peer(struct conn *c, const struct peer *p) {
  char text[200];
  snprintf(text, sizeof text, "%s %s %s %s", p->ip, p->local_ip, p->local_port, p->socket >= 0 ? "socket" : "none");
  answer(c, text);
}

/* -1: go on; else the conversation's result. */
static int obey(struct conn *c, const struct peer *p, const char *line) {
  if (!strcmp(line, "quit"))
    return 0;
  if (!strcmp(line, "fail"))
    return 1;
  if (!strcmp(line, "crash"))
    raise(SIGSEGV);
  if (!strncmp(line, "env ", 4))
    answer(c, getenv(line + 4));
  else if (!strcmp(line, "peer"))
    answer_peer(c, p);
  else if (!strcmp(line, "sid"))
    answer(c, report_session_id());
  else if (!strcmp(line, "alarm"))
    answer_number(c, alarm(100));
  else
    answer_number(c, !strcmp(line, "pid") ? (long)getpid() : report_level);
  return -1;
}

static int ended_well;      /* what a good conversation returns */

static int talk(int in, int out, const struct peer *p) {
  static struct conn c;
  conn_init(&c, in, out, 60000);
  do {
    struct bytes line, rest = conn_unread(&c);
    while (memchr(rest.s, '\n', rest.n)) {
      char text[200];
      bytes_cut(&rest, '\n', &line);
      snprintf(text, sizeof text, "%.*s", (int)line.n, line.s);
      int result = obey(&c, p, text);
      conn_consume(&c, line.n + 1);
      if (result >= 0)
        return conn_flush(&c) || result ? 1 : ended_well;
    }
  } while (conn_fill(&c) > 0);
  return ended_well;
}

int main(int argc, char **argv) {
  report_init("talker");
  ended_well = argc > 1 && !strcmp(argv[1], "many") ? EXIT_DONE : EXIT_STOP;
  return serve(talk);
}
