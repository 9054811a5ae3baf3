/* tlstalk: a conversation to try tls-serve with, under tcpserver or tcp-pool, in the home (the working directory).
 * Usage: tlstalk tls|starttls.  With starttls a line is awaited and "go" said first.  Then each line is answered:
 * info → version, cipher, name, full or resumed; big N → N bytes; sid; quit; all else is said back. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/conn.h"
#include "io/serve.h"
#include "starttls/starttls.h"
#include "sys/report.h"

static const char *kind = "tls";
static struct starttls tls;

static void say(struct conn *c, const char *text) {
  conn_put(c, bytes_str(text));
  conn_put(c, bytes_str("\n"));
}

static void say_big(struct conn *c, unsigned long n) {
  char line[65];
  memset(line, 'x', 64);
  line[64] = '\n';
  for (unsigned long i = 0; i < n; i += 65)
    conn_put(c, bytes_of(line, 65));
}

static bool obey(struct conn *c, const char *line) {
  char text[512];
  if (!strcmp(line, "quit")) {
    say(c, "bye");
    conn_flush(c);
    return false;
  }
  snprintf(text, sizeof text, "%s %s %s %s", tls.version, tls.cipher, *tls.name ? tls.name : "-", tls.resumed ? "resumed" : "full");
  if (!strncmp(line, "big ", 4))
    say_big(c, strtoul(line + 4, NULL, 10));
  else
    say(c, !strcmp(line, "info") ? text : !strcmp(line, "sid") ? report_session_id() : line);
  return true;
}

static void talk(int in, int out) {
  static struct conn c;
  char text[4096];
  conn_init(&c, in, out, 60000);
  do {
    struct bytes line, rest = conn_unread(&c);
    while (rest.n && memchr(rest.s, '\n', rest.n)) {
      bytes_cut(&rest, '\n', &line);
      snprintf(text, sizeof text, "%.*s", (int)line.n, line.s);
      text[strcspn(text, "\r")] = 0;
      conn_consume(&c, line.n + 1);
      if (!obey(&c, text))
        return;
    }
  } while (conn_fill(&c) > 0);
}

static int conversation_with(int in, int out, const struct peer *p) {
  char line[100];
  bool first = !strcmp(kind, "tls");
  if (!first && read(in, line, sizeof line) <= 0)
    return 0;
  if (starttls_begin(&tls, p->socket, kind, p->ip)) {
    if (!first)
      dprintf(out, "454 %s\n", message_of(tls.id)->id);
    return 0;
  }
  if (!first)
    dprintf(out, "go\n");
  if (!starttls_finish(&tls))
    talk(tls.plain, tls.plain);
  starttls_end(&tls);
  return 0;
}

int main(int argc, char **argv) {
  report_init("tlstalk");
  if (argc > 1)
    kind = argv[1];
  return serve(conversation_with);
}
