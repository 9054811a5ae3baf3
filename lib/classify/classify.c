#include "classify/classify.h"

#include <errno.h>

static const struct cause_name names[CAUSE_COUNT] = {
  [CAUSE_NONE] = {"-", CL116E_policy},
  [CAUSE_USER_UNKNOWN] = {"user_unknown", CL101E_user_unknown},
  [CAUSE_MAILBOX_FULL] = {"mailbox_full", CL102E_mailbox_full},
  [CAUSE_MAILBOX_DISABLED] = {"mailbox_disabled", CL103E_mailbox_disabled},
  [CAUSE_DOMAIN_BAD] = {"domain_bad", CL104E_domain_bad},
  [CAUSE_RELAY_DENIED] = {"relay_denied", CL105E_relay_denied},
  [CAUSE_SENDER_REJECTED] = {"sender_rejected", CL106E_sender_rejected},
  [CAUSE_REVERSE_DNS] = {"reverse_dns", CL107E_reverse_dns},
  [CAUSE_SPF_DKIM_DMARC] = {"spf_dkim_dmarc", CL108E_spf_dkim_dmarc},
  [CAUSE_BLOCKED] = {"blocked", CL109E_blocked},
  [CAUSE_GREYLISTED] = {"greylisted", CL110E_greylisted},
  [CAUSE_RATE_LIMITED] = {"rate_limited", CL111E_rate_limited},
  [CAUSE_MESSAGE_TOO_BIG] = {"message_too_big", CL112E_message_too_big},
  [CAUSE_MALFORMED_MESSAGE] = {"malformed_message", CL113E_malformed_message},
  [CAUSE_SPAM_CONTENT] = {"spam_content", CL114E_spam_content},
  [CAUSE_VIRUS] = {"virus", CL115E_virus},
  [CAUSE_POLICY] = {"policy", CL116E_policy},
  [CAUSE_TLS_OR_AUTH_REQUIRED] = {"tls_or_auth_required", CL117E_tls_or_auth_required},
  [CAUSE_MAIL_LOOP] = {"mail_loop", CL118E_mail_loop},
  [CAUSE_SYSTEM_ERROR] = {"system_error", CL119E_system_error},
  [CAUSE_PROTOCOL_ERROR] = {"protocol_error", CL120E_protocol_error},
  [CAUSE_ADDRESS_SYNTAX] = {"address_syntax", CL121E_address_syntax},
  [CAUSE_NO_SUCH_DOMAIN] = {"no_such_domain", CL122E_no_such_domain},
  [CAUSE_NULL_MX] = {"null_mx", CL123E_null_mx},
  [CAUSE_NO_MX_ADDRESS] = {"no_mx_address", CL124E_no_mx_address},
  [CAUSE_DNS_STALE] = {"dns_stale", CL125E_dns_stale},
  [CAUSE_DNS_SERVFAIL] = {"dns_servfail", CL126E_dns_servfail},
  [CAUSE_DNS_TIMEOUT] = {"dns_timeout", CL127E_dns_timeout},
  [CAUSE_CONNECT_REFUSED] = {"connect_refused", CL128E_connect_refused},
  [CAUSE_CONNECT_TIMEOUT] = {"connect_timeout", CL129E_connect_timeout},
  [CAUSE_NO_ROUTE] = {"no_route", CL130E_no_route},
  [CAUSE_GREETING_TIMEOUT] = {"greeting_timeout", CL131E_greeting_timeout},
  [CAUSE_DROPPED] = {"dropped", CL132E_dropped},
  [CAUSE_TLS_FAILED] = {"tls_failed", CL133E_tls_failed},
  [CAUSE_SMTPUTF8_MISSING] = {"smtputf8_missing", CL135E_smtputf8_missing},
  [CAUSE_MESSAGE_UNREADABLE] = {"message_unreadable", CL134E_message_unreadable},
  [CAUSE_TLS_MISSING] = {"tls_missing", CL136E_tls_missing},
  [CAUSE_TLS_REFUSED] = {"tls_refused", CL137E_tls_refused},
  [CAUSE_TLS_INJECTED] = {"tls_injected", CL138E_tls_injected},
  [CAUSE_TLS_WRONG_NAME] = {"tls_wrong_name", CL139E_tls_wrong_name},
  [CAUSE_TLS_EXPIRED] = {"tls_expired", CL140E_tls_expired},
  [CAUSE_TLS_NOT_YET_VALID] = {"tls_not_yet_valid", CL141E_tls_not_yet_valid},
  [CAUSE_TLS_SELF_SIGNED] = {"tls_self_signed", CL142E_tls_self_signed},
  [CAUSE_TLS_UNKNOWN_ISSUER] = {"tls_unknown_issuer", CL143E_tls_unknown_issuer},
  [CAUSE_TLS_BAD_CERTIFICATE] = {"tls_bad_certificate", CL144E_tls_bad_certificate},
  [CAUSE_AUTH_UNVERIFIED] = {"auth_unverified", CL145E_auth_unverified},
  [CAUSE_AUTH_MISSING] = {"auth_missing", CL146E_auth_missing},
  [CAUSE_AUTH_REFUSED] = {"auth_refused", CL147E_auth_refused},
  [CAUSE_TOKEN_REFUSED] = {"token_refused", CL148E_token_refused},
  [CAUSE_TOKEN_MISSING] = {"token_missing", CL149E_token_missing},
  [CAUSE_TOKEN_EXPIRED] = {"token_expired", CL150E_token_expired},
  [CAUSE_CREDENTIALS_UNREADABLE] = {"credentials_unreadable", CL151E_credentials_unreadable},
};

const struct cause_name *cause_name(enum cause c) { return &names[c]; }

const char *stage_name(enum stage s) {
  static const char *const stages[STAGE_COUNT] = {"local", "dns", "connect", "greeting", "ehlo", "tls", "auth", "mail", "rcpt", "data", "body"};
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
  {FAILURE_LOOP, {CAUSE_MAIL_LOOP, true}},
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

/* The parts of WORDS between '*' stand in TEXT one after the other. */
static bool contains(struct bytes text, const char *words) {
  struct bytes rest = bytes_str(words), part;
  while (bytes_cut(&rest, '*', &part)) {
    size_t i = 0;
    while (i + part.n <= text.n && !bytes_istarts(bytes_of(text.s + i, text.n - i), part))
      i++;
    if (i + part.n > text.n)
      return false;
    text = bytes_of(text.s + i + part.n, text.n - i - part.n);
  }
  return true;
}

static enum cause by_phrase(enum stage stage, struct bytes text) {
  const struct phrase *p = classify_phrases;
  for (; p->cause != CAUSE_NONE; p++)
    if ((!p->stages || (p->stages & 1u << stage)) && contains(text, p->words))
      break;
  return p->cause;
}

static enum cause by_status(struct bytes status) {
  if (status.n < 5)
    return CAUSE_NONE;
  struct bytes detail = bytes_of(status.s + 2, status.n - 2);
  for (const struct status_row *r = classify_statuses; r->status; r++)
    if (bytes_eq(detail, bytes_str(r->status)))
      return r->cause;
  return CAUSE_NONE;
}

static enum cause by_code(enum stage stage, unsigned code) {
  for (const struct code_row *r = classify_codes; r->code; r++)
    if (r->code == code && (!r->stages || (r->stages & 1u << stage)))
      return r->cause;
  return code / 100 == 4 ? CAUSE_SYSTEM_ERROR : CAUSE_POLICY;
}

static enum cause by_reply(const struct failure *f) {
  enum cause c = by_phrase(f->stage, f->text);
  if (c == CAUSE_NONE)
    c = by_status(f->status);
  return c == CAUSE_NONE ? by_code(f->stage, f->code) : c;
}

bool failure_is_reply(const struct failure *f) {
  return f->kind == FAILURE_REPLY || f->kind == FAILURE_TLS_REFUSED || f->kind == FAILURE_AUTH_REFUSED || f->kind == FAILURE_TOKEN_REFUSED;
}

struct verdict classify(const struct failure *f) {
  if (f->kind == FAILURE_REPLY)
    return (struct verdict){by_reply(f), f->code / 100 == 5};
  if (f->kind == FAILURE_ERRNO)
    return (struct verdict){by_error(f->stage, f->error), false};
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
    if (kinds[i].kind == f->kind)
      return kinds[i].verdict;
  return (struct verdict){CAUSE_NONE, false};
}
