/* sasl: the words of authentication (RFC 4422): PLAIN (RFC 4616), LOGIN, and what a client says for them and XOAUTH2.
 * The server's side is a pure engine, used by SMTP (RFC 4954) and POP3 (RFC 5034); lines come without their ends.
 *
 *   if (!sasl_begin(&s, mechanism, &why)) …refuse with why…
 *   step = sasl_feed(&s, initial response, or {NULL, 0} for none);
 *   while (step == SASL_CHALLENGE) { send the reply with s.challenge; step = sasl_feed(&s, the client's line); }
 *   SASL_DONE: s.user and s.pass;  SASL_FAILED: s.why.  Then sasl_free, which wipes.
 *
 * "*" cancels; "=" is an empty initial response, and an empty one is none.  An authorisation identity other than the user
 * is refused; so are an empty user or password, and a NUL in either. */
#ifndef SASL_H
#define SASL_H

#include <stdbool.h>

#include "base/bytes.h"
#include "base/sa.h"
#include "catalogue/catalogue.h"

enum { SASL_LINE_MAX = 2048, SASL_USER_MAX = 254, SASL_PASS_MAX = 512 };

enum sasl_step { SASL_CHALLENGE, SASL_DONE, SASL_FAILED };

struct sasl {
  struct bytes challenge;          /* in base64, "" for PLAIN */
  stralloc user, pass;
  enum message_id why;             /* SASL_FAILED: SA2xxW, with the codes of RFC 4954 */
  int mechanism, asked;
};

bool sasl_begin(struct sasl *s, struct bytes mechanism);       /* false: none that we know; case does not matter */
enum sasl_step sasl_feed(struct sasl *s, struct bytes line);   /* LINE.s NULL: no initial response */
void sasl_free(struct sasl *s);

/* The client's side: one response, in base64, appended to OUT.  LOGIN says user and password each alone. */
void sasl_say_plain(stralloc *out, struct bytes user, struct bytes pass);
void sasl_say_login(stralloc *out, struct bytes word);
void sasl_say_xoauth2(stralloc *out, struct bytes user, struct bytes token);

/* RFC 4648 4, strictly: padding where it belongs, no line ends, no bits left over. */
void base64_encode(stralloc *out, struct bytes in);
bool base64_decode(stralloc *out, struct bytes in);            /* appended; false: it is none, OUT as it was */

#endif
