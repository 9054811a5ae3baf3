#include "classify/reply.h"

#include <errno.h>

const char *stage_name(enum stage s) {
  static const char *const stages[STAGE_COUNT] = {"local", "dns", "connect", "greeting", "ehlo", "tls",
                                                  "auth", "mail", "rcpt", "data", "body"};
  return stages[s];
}

/* What is not a reply speaks for itself.  TLS and AUTH are never for good: a message waits until they are mended. */
static const struct { enum failure_kind kind; struct verdict verdict; } kinds[] = {
  {FAILURE_CLOSED, {CAUSE_DROPPED, false}},
  {FAILURE_PROTOCOL, {CAUSE_PROTOCOL_ERROR, false}},
  {FAILURE_NXDOMAIN, {CAUSE_NO_SUCH_DOMAIN, true}},
  {FAILURE_NO_ADDRESS, {CAUSE_NO_MX_ADDRESS, true}},
  {FAILURE_NULL_MX, {CAUSE_NULL_MX, true}},
  {FAILURE_SERVFAIL, {CAUSE_DNS_SERVFAIL, false}},
  {FAILURE_DNS_TIMEOUT, {CAUSE_DNS_TIMEOUT, false}},
  {FAILURE_LOOP, {CAUSE_LOOP_HERE, true}},
  {FAILURE_ADDRESS, {CAUSE_ADDRESS_SYNTAX, true}},
  {FAILURE_TOO_BIG, {CAUSE_MESSAGE_TOO_BIG, true}},
  {FAILURE_NO_SMTPUTF8, {CAUSE_SMTPUTF8_MISSING, true}},
  {FAILURE_BARE_CR, {CAUSE_MALFORMED_MESSAGE, true}},
  {FAILURE_FILE, {CAUSE_MESSAGE_UNREADABLE, false}},
  {FAILURE_TLS_MISSING, {CAUSE_TLS_MISSING, false}},
  {FAILURE_TLS_REFUSED, {CAUSE_TLS_REFUSED, false}},
  {FAILURE_TLS_INJECTED, {CAUSE_TLS_INJECTED, false}},
  {FAILURE_TLS_HANDSHAKE, {CAUSE_TLS_FAILED, false}},
  {FAILURE_TLS_NAME, {CAUSE_TLS_WRONG_NAME, false}},
  {FAILURE_TLS_EXPIRED, {CAUSE_TLS_EXPIRED, false}},
  {FAILURE_TLS_NOT_YET, {CAUSE_TLS_NOT_YET_VALID, false}},
  {FAILURE_TLS_SELF_SIGNED, {CAUSE_TLS_SELF_SIGNED, false}},
  {FAILURE_TLS_ISSUER, {CAUSE_TLS_UNKNOWN_ISSUER, false}},
  {FAILURE_TLS_CERTIFICATE, {CAUSE_TLS_BAD_CERTIFICATE, false}},
  {FAILURE_AUTH_UNVERIFIED, {CAUSE_AUTH_UNVERIFIED, false}},
  {FAILURE_AUTH_MISSING, {CAUSE_AUTH_MISSING, false}},
  {FAILURE_AUTH_REFUSED, {CAUSE_AUTH_REFUSED, false}},
  {FAILURE_TOKEN_REFUSED, {CAUSE_TOKEN_REFUSED, false}},
  {FAILURE_TOKEN_MISSING, {CAUSE_TOKEN_MISSING, false}},
  {FAILURE_TOKEN_EXPIRED, {CAUSE_TOKEN_EXPIRED, false}},
  {FAILURE_CREDENTIALS, {CAUSE_CREDENTIALS_UNREADABLE, false}},
  {FAILURE_DOMAIN, {CAUSE_DOMAIN_SYNTAX, true}},
};

/* While connecting; afterwards the connection was there, and was lost. */
static const struct { int error; enum cause cause; } errors[] = {
  {ECONNREFUSED, CAUSE_CONNECT_REFUSED},
  {ECONNRESET, CAUSE_CONNECT_REFUSED},
  {ETIMEDOUT, CAUSE_CONNECT_TIMEOUT},
};

static enum cause by_error(enum stage stage, int error) {
  if (stage == STAGE_GREETING && error == ETIMEDOUT)
    return CAUSE_GREETING_TIMEOUT;
  if (stage != STAGE_CONNECT)
    return CAUSE_DROPPED;
  for (size_t i = 0; i < sizeof errors / sizeof *errors; i++)
    if (errors[i].error == error)
      return errors[i].cause;
  return CAUSE_NO_ROUTE;
}

bool failure_is_reply(const struct failure *f) {
  return f->kind == FAILURE_REPLY || f->kind == FAILURE_TLS_REFUSED || f->kind == FAILURE_AUTH_REFUSED ||
         f->kind == FAILURE_TOKEN_REFUSED;
}

struct verdict classify(const struct failure *f) {
  if (f->kind == FAILURE_REPLY)
    return (struct verdict){classify_reply(f), f->code / 100 == 5};
  if (f->kind == FAILURE_ERRNO)
    return (struct verdict){by_error(f->stage, f->error), false};
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
    if (kinds[i].kind == f->kind)
      return kinds[i].verdict;
  return (struct verdict){CAUSE_NONE, false};
}
