/* token: what a command that gets an access token (conf/tokens) printed.  Either the answer of a token endpoint as it came
 * (RFC 6749 5.1, 5.2: one JSON object; also "accessToken" and "expires_on" of the cloud providers' own tools), or a line
 * with the token, and perhaps a second one with the seconds for which it is good. */
#ifndef TOKEN_H
#define TOKEN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/sa.h"
#include "base/bytes.h"

enum {
  TOKEN_OUTPUT_MAX = 64 << 10,   /* bytes that a command may print */
  TOKEN_MAX = 12 << 10,          /* of a token */
  TOKEN_WORDS_MAX = 300,
  TOKEN_LIFE_UNKNOWN = 600,      /* seconds, where nothing says how long it is good: tools hand out cached tokens */
  TOKEN_LIFE_MAX = 86400,        /* longer ones are fetched anew all the same */
};

enum token_result {
  TOKEN_GOT,
  TOKEN_REFUSED,                 /* the provider's own refusal; WORDS has it */
  TOKEN_UNREADABLE,              /* neither form */
  TOKEN_OVER,                    /* expired already */
};

struct token_answer {
  stralloc token;
  int64_t expires;               /* Unix time */
  stralloc words;                /* printable ASCII, at most TOKEN_WORDS_MAX; never the token */
};

/* A is zeroed by the caller; NOW: when the command was begun. */
enum token_result token_read(struct token_answer *a, struct bytes output, int64_t now);
void token_answer_free(struct token_answer *a);    /* wipes the token */

/* When a token that was got at GOT and expires at EXPIRES is fetched anew: at three quarters of its life. */
int64_t token_due(int64_t got, int64_t expires);
/* Seconds until the next attempt after FAILURES (1…) failures: 30, 60 … 900. */
unsigned token_pause(unsigned failures);

#endif
