#include "io/serve_pool.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/big.h"
#include "sys/fd.h"
#include "sys/report.h"
#include "sys/template.h"

extern char **environ;

/* --- a worker --- */

struct worker {
  char **inherited;                              /* the template's environment */
  char text[SERVE_ENVIRONMENT_MAX + 1];
  char **environment;                            /* room for SERVE_VARIABLES_MAX and all that is inherited */
};

static size_t count_variables(char **list) {
  size_t n = 0;
  while (list[n])
    n++;
  return n;
}

static bool same_name(const char *a, const char *b) {
  size_t n = strcspn(a, "=");
  return !strncmp(a, b, n) && (b[n] == '=' || !b[n]);
}

static bool is_named(const char *variable, char **list, size_t n) {
  for (size_t i = 0; i < n; i++)
    if (same_name(variable, list[i]))
      return true;
  return false;
}

/* The connection's variables, then the inherited ones that they do not replace: built anew from the same memory for
 * each conversation, so nothing of the one before is left. */
static void take_environment(struct worker *w, size_t length) {
  size_t n = 0, own;
  w->text[length] = 0;
  for (char *s = w->text; s < w->text + length && n < SERVE_VARIABLES_MAX; s += strlen(s) + 1)
    w->environment[n++] = s;
  own = n;
  for (char **v = w->inherited; *v; v++)
    if (!is_named(*v, w->environment, own))
      w->environment[n++] = *v;
  w->environment[n] = NULL;
  environ = w->environment;
}

/* The next connection's descriptor; -1: the pool has gone, or wants this worker no more. */
static int next_connection(struct worker *w, int pool) {
  for (;;) {
    int fd;
    size_t count = 1;
    ssize_t n = fd_recv(pool, w->text, SERVE_ENVIRONMENT_MAX, &fd, &count);
    if (n <= 0)
      return -1;
    if (count == 1) {
      take_environment(w, (size_t)n);
      return fd;
    }
  }
}

static int work(int pool, conversation *talk) {
  static struct worker w BIG;
  w.inherited = environ;
  w.environment = calloc(count_variables(environ) + SERVE_VARIABLES_MAX + 1, sizeof *w.environment);
  if (!w.environment)
    return EXIT_TEMPORARY;
  char next = SERVE_ANYBODY;     /* once it is the same client, it stays that */
  for (int done = 1;; done++) {
    int fd = next_connection(&w, pool);
    if (fd < 0)
      return EXIT_DONE;
    report_read_level();
    int code = serve_conversation(talk, fd, fd);
    close(fd);
    if (code == EXIT_STOP)
      next = SERVE_SAME;
    else if (code)
      return code;
    alarm(0);
    if (done == SERVE_CONVERSATIONS_MAX || fd_send(pool, &next, 1, NULL, 0))
      return EXIT_DONE;
  }
}

/* --- the template --- */

int serve_pool(int control, conversation *talk) {
  int fd = template_wait(control);
  return fd < 0 ? EXIT_DONE : work(fd, talk);
}
