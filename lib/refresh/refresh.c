#include "refresh/refresh.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "sys/clock.h"
#include "sys/fd.h"
#include "sys/report.h"
#include "token/token.h"

enum { TOKEN_MODE = 0640 };      /* the directory's group is the role remote */

static void say_not_run(const char *name, const char *program, const struct command *c) {
  int length = (int)c->words.len;
  const char *words = c->words.s;
  if (c->end == COMMAND_NOT_STARTED)
    report(TK201E_command_not_started, "token=%s command=%s errno=%s", name, program, strerror(c->code));
  else if (c->end == COMMAND_LATE)
    report(TK203E_command_late, "token=%s command=%s seconds=%d words=%.*s", name, program, REFRESH_COMMAND_MS / 1000, length, words);
  else if (c->end == COMMAND_LONG)
    report(TK204E_output_too_long, "token=%s command=%s bytes=%d", name, program, TOKEN_OUTPUT_MAX);
  else if (c->end == COMMAND_KILLED)
    report(TK202E_command_failed, "token=%s command=%s signal=%d words=%.*s", name, program, c->code, length, words);
  else
    report(TK202E_command_failed, "token=%s command=%s code=%d words=%.*s", name, program, c->code, length, words);
}

static bool put(const char *name, const struct token_answer *a) {
  char path[300];
  stralloc text = {0};
  snprintf(path, sizeof path, "run/token/%s", name);
  sa_catf(&text, "%lld\n", (long long)a->expires);
  sa_cat(&text, &a->token);
  sa_cats(&text, "\n");
  bool done = !fd_replace(path, text.s, text.len, TOKEN_MODE);
  if (!done)
    report_errno(TK207E_token_not_written, "token=%s path=%s", name, path);
  explicit_bzero(text.s, text.a);
  stralloc_free(&text);
  return done;
}

static bool take(const char *name, const char *program, const struct command *c, int64_t begun, int64_t *expires) {
  struct token_answer a = {0};
  enum token_result result = token_read(&a, bytes_sa(&c->output), begun);
  bool done = false;
  if (result == TOKEN_GOT && (done = put(name, &a)))
    report(TK101I_token_got, "token=%s seconds=%lld", name, (long long)(a.expires - begun));
  else if (result == TOKEN_REFUSED)
    report(TK206E_provider_refused, "token=%s command=%s words=%.*s", name, program, (int)a.words.len, a.words.s);
  else if (result == TOKEN_OVER)
    report(TK208E_token_over, "token=%s command=%s", name, program);
  else if (result == TOKEN_UNREADABLE)
    report(TK205E_no_token_in_output, "token=%s command=%s bytes=%zu words=%.*s", name, program, c->output.len, (int)c->words.len, c->words.s);
  *expires = a.expires;
  token_answer_free(&a);
  return done;
}

/* A provider's refusal is in the output, whatever the exit code: it says more. */
static bool is_refusal(const struct command *c) {
  struct token_answer a = {0};
  bool refusal = c->end == COMMAND_EXITED && token_read(&a, bytes_sa(&c->output), 0) == TOKEN_REFUSED;
  token_answer_free(&a);
  return refusal;
}

bool refresh_token(const char *name, struct bytes argv, int64_t *expires) {
  struct command c = {0};
  int64_t begun = clock_unix();
  bool done = false;
  command_run(&c, argv);
  if ((c.end == COMMAND_EXITED && !c.code) || is_refusal(&c))
    done = take(name, argv.s, &c, begun, expires);
  else
    say_not_run(name, argv.s, &c);
  command_free(&c);
  return done;
}
