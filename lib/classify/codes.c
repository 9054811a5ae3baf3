/* The tables of classify for a reply's numbers: the enhanced code, then the reply code. */
#include "classify/classify.h"

#define AT(stage) (1u << STAGE_##stage)
enum { ANY = 0 };

/* RFC 3463, the IANA registry of enhanced status codes, RFC 7372, RFC 7505.  1.10 as reply: the peer says of a domain that
 * it takes no mail; what the DNS says is null_mx. */
const struct status_row classify_statuses[] = {
  {"1.1", CAUSE_USER_UNKNOWN, ANY},               {"1.2", CAUSE_DOMAIN_BAD, ANY},
  {"1.3", CAUSE_ADDRESS_SYNTAX, ANY},             {"1.4", CAUSE_USER_UNKNOWN, ANY},
  {"1.6", CAUSE_USER_UNKNOWN, ANY},               {"1.7", CAUSE_SENDER_REJECTED, ANY},
  {"1.8", CAUSE_SENDER_REJECTED, ANY},            {"1.9", CAUSE_SENDER_REJECTED, ANY},
  {"1.10", CAUSE_DOMAIN_BAD, ANY},                {"2.1", CAUSE_MAILBOX_DISABLED, WHEN_FAIL},
  {"2.2", CAUSE_MAILBOX_FULL, ANY},               {"2.3", CAUSE_MESSAGE_TOO_BIG, ANY},
  {"2.4", CAUSE_SYSTEM_ERROR, ANY},               {"3.1", CAUSE_SYSTEM_ERROR, ANY},
  {"3.2", CAUSE_SYSTEM_ERROR, ANY},               {"3.4", CAUSE_MESSAGE_TOO_BIG, ANY},
  {"3.5", CAUSE_SYSTEM_ERROR, ANY},               {"4.1", CAUSE_SYSTEM_ERROR, ANY},
  {"4.2", CAUSE_SYSTEM_ERROR, ANY},               {"4.3", CAUSE_SYSTEM_ERROR, ANY},
  {"4.4", CAUSE_DOMAIN_BAD, ANY},                 {"4.5", CAUSE_SYSTEM_ERROR, ANY},
  {"4.6", CAUSE_MAIL_LOOP, ANY},                  {"4.14", CAUSE_MAIL_LOOP, ANY},
  {"4.7", CAUSE_SYSTEM_ERROR, ANY},               {"5.1", CAUSE_PROTOCOL_ERROR, ANY},
  {"5.2", CAUSE_PROTOCOL_ERROR, ANY},             {"5.3", CAUSE_RATE_LIMITED, ANY},
  {"5.4", CAUSE_PROTOCOL_ERROR, ANY},             {"5.5", CAUSE_PROTOCOL_ERROR, ANY},
  {"5.6", CAUSE_PROTOCOL_ERROR, ANY},             {"6.0", CAUSE_MALFORMED_MESSAGE, ANY},
  {"6.1", CAUSE_MALFORMED_MESSAGE, ANY},          {"6.3", CAUSE_MALFORMED_MESSAGE, ANY},
  {"6.7", CAUSE_SMTPUTF8_MISSING, ANY},           {"6.9", CAUSE_SMTPUTF8_MISSING, ANY},
  {"6.11", CAUSE_MALFORMED_MESSAGE, ANY},         {"7.2", CAUSE_POLICY, ANY},
  {"7.4", CAUSE_TLS_OR_AUTH_REQUIRED, ANY},       {"7.8", CAUSE_TLS_OR_AUTH_REQUIRED, ANY},
  {"7.10", CAUSE_TLS_OR_AUTH_REQUIRED, ANY},      {"7.11", CAUSE_TLS_OR_AUTH_REQUIRED, ANY},
  {"7.13", CAUSE_MAILBOX_DISABLED, ANY},          {"7.20", CAUSE_SPF_DKIM_DMARC, ANY},
  {"7.21", CAUSE_SPF_DKIM_DMARC, ANY},            {"7.22", CAUSE_SPF_DKIM_DMARC, ANY},
  {"7.23", CAUSE_SPF_DKIM_DMARC, ANY},            {"7.24", CAUSE_SPF_DKIM_DMARC, ANY},
  {"7.25", CAUSE_REVERSE_DNS, ANY},               {"7.26", CAUSE_SPF_DKIM_DMARC, ANY},
  {"7.27", CAUSE_SENDER_REJECTED, ANY},           {"7.28", CAUSE_RATE_LIMITED, ANY},
  {"7.29", CAUSE_TLS_OR_AUTH_REQUIRED, ANY},      {"7.30", CAUSE_SPF_DKIM_DMARC, ANY},
  {NULL, CAUSE_NONE, ANY},
};
/* These say so little that hints in the text are heard before them. */
const struct status_row classify_vague_statuses[] = {
  {"1.0", CAUSE_ADDRESS_SYNTAX, ANY},             {"2.1", CAUSE_MAILBOX_DISABLED, ANY},
  {"2.0", CAUSE_SYSTEM_ERROR, ANY},               {"3.0", CAUSE_SYSTEM_ERROR, ANY},
  {"4.0", CAUSE_SYSTEM_ERROR, ANY},               {"7.1", CAUSE_POLICY, ANY},
  {"7.0", CAUSE_POLICY, ANY},                     {"7.5", CAUSE_POLICY, ANY},
  {"7.6", CAUSE_POLICY, ANY},                     {"7.7", CAUSE_POLICY, ANY},
  {"7.9", CAUSE_TLS_OR_AUTH_REQUIRED, ANY},       {"3.*", CAUSE_SYSTEM_ERROR, ANY},
  {"4.*", CAUSE_SYSTEM_ERROR, ANY},               {"5.*", CAUSE_PROTOCOL_ERROR, ANY},
  {"6.*", CAUSE_MALFORMED_MESSAGE, ANY},          {"7.*", CAUSE_POLICY, ANY},
  {NULL, CAUSE_NONE, ANY},
};

/* Codes of AUTH: of nothing else, whatever the words. */
const struct code_row classify_codes[] = {
  {535, ANY, CAUSE_TLS_OR_AUTH_REQUIRED},
  {538, ANY, CAUSE_TLS_OR_AUTH_REQUIRED},
  {0, ANY, CAUSE_NONE},
};
/* Where nothing else says more. */
const struct code_row classify_vague_codes[] = {
  {500, ANY, CAUSE_PROTOCOL_ERROR},
  {501, AT(MAIL) | AT(RCPT), CAUSE_ADDRESS_SYNTAX},
  {501, ANY, CAUSE_PROTOCOL_ERROR},
  {502, ANY, CAUSE_PROTOCOL_ERROR},
  {503, ANY, CAUSE_PROTOCOL_ERROR},
  {504, ANY, CAUSE_PROTOCOL_ERROR},
  {530, ANY, CAUSE_TLS_OR_AUTH_REQUIRED},
  {534, ANY, CAUSE_TLS_OR_AUTH_REQUIRED},
  {555, ANY, CAUSE_PROTOCOL_ERROR},
  {521, ANY, CAUSE_DOMAIN_BAD},
  {556, ANY, CAUSE_DOMAIN_BAD},
  {552, AT(RCPT), CAUSE_MAILBOX_FULL},
  {552, ANY, CAUSE_MESSAGE_TOO_BIG},
  {550, AT(RCPT), CAUSE_USER_UNKNOWN},
  {551, AT(RCPT), CAUSE_USER_UNKNOWN},
  {553, AT(RCPT), CAUSE_ADDRESS_SYNTAX},
  {553, AT(MAIL), CAUSE_SENDER_REJECTED},
  {0, ANY, CAUSE_NONE},
};
