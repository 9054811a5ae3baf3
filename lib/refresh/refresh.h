/* refresh: the parts of token-refresh: tokens of conf/tokens are got by the operator's commands, and left in run/token/NAME
 * (Unix time at which it expires, newline, the token, newline) for remote-send. */
#ifndef REFRESH_H
#define REFRESH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/sa.h"
#include "base/bytes.h"

enum {
  REFRESH_COMMAND_MS = 60000,    /* a command may take */
  REFRESH_LOOK_MS = 10000,       /* a change of conf/tokens that was put in force is seen after */
  REFRESH_WORDS_MAX = 300,       /* of what a command says on its standard error */
};

enum command_end { COMMAND_EXITED, COMMAND_KILLED, COMMAND_NOT_STARTED, COMMAND_LATE, COMMAND_LONG };

struct command {
  stralloc output;               /* at most TOKEN_OUTPUT_MAX */
  stralloc words;                /* of its standard error: the last line, printable */
  enum command_end end;
  int code;                      /* exit code, signal, or errno */
};

/* ARGV: the words, each followed by \0; the first is a path.  No shell.  It and all that it started and that stayed in its
 * process group are gone afterwards.  C is zeroed by the caller. */
void command_run(struct command *c, struct bytes argv);
void command_free(struct command *c);              /* wipes the output */

/* The token NAME by ARGV; both outcomes are reported.  True: it is in run/token/NAME, good until *EXPIRES. */
bool refresh_token(const char *name, struct bytes argv, int64_t *expires);

/* All tokens, for ever: each one before it expires, failures again and again; names that are gone from conf/tokens lose
 * their file. */
_Noreturn void refresh_serve(void);
/* NAMES, or all of them where COUNT is 0, once: exit code. */
int refresh_once(char *const *names, int count);

#endif
