/* The causes: name, message, class, the manual's letter and number, whose fault. */
#include "classify/classify.h"

static const struct cause_name names[CAUSE_COUNT] = {
  [CAUSE_NONE] = {"-", CL116E_policy, CAUSE_NONE, "-", false},
  [CAUSE_USER_UNKNOWN] = {"user_unknown", CL101E_user_unknown, CAUSE_NONE, "(a)-3", false},
  [CAUSE_MAILBOX_FULL] = {"mailbox_full", CL102E_mailbox_full, CAUSE_NONE, "(a)-4", false},
  [CAUSE_MAILBOX_DISABLED] = {"mailbox_disabled", CL103E_mailbox_disabled, CAUSE_NONE, "(a)-4", false},
  [CAUSE_DOMAIN_BAD] = {"domain_bad", CL104E_domain_bad, CAUSE_NONE, "(b)-3", false},
  [CAUSE_RELAY_DENIED] = {"relay_denied", CL105E_relay_denied, CAUSE_NONE, "(b)-6", false},
  [CAUSE_SENDER_REJECTED] = {"sender_rejected", CL106E_sender_rejected, CAUSE_NONE, "(b)-6", false},
  [CAUSE_REVERSE_DNS] = {"reverse_dns", CL107E_reverse_dns, CAUSE_NONE, "(b)-6", true},
  [CAUSE_SPF_DKIM_DMARC] = {"spf_dkim_dmarc", CL108E_spf_dkim_dmarc, CAUSE_NONE, "(b)-6", true},
  [CAUSE_BLOCKED] = {"blocked", CL109E_blocked, CAUSE_NONE, "(b)-6", true},
  [CAUSE_GREYLISTED] = {"greylisted", CL110E_greylisted, CAUSE_NONE, "(b)-6", false},
  [CAUSE_RATE_LIMITED] = {"rate_limited", CL111E_rate_limited, CAUSE_NONE, "(b)-6", false},
  [CAUSE_MESSAGE_TOO_BIG] = {"message_too_big", CL112E_message_too_big, CAUSE_NONE, "(b)-6", false},
  [CAUSE_MALFORMED_MESSAGE] = {"malformed_message", CL113E_malformed_message, CAUSE_NONE, "(b)-6", false},
  [CAUSE_SPAM_CONTENT] = {"spam_content", CL114E_spam_content, CAUSE_NONE, "(b)-6", false},
  [CAUSE_VIRUS] = {"virus", CL115E_virus, CAUSE_NONE, "(b)-6", false},
  [CAUSE_POLICY] = {"policy", CL116E_policy, CAUSE_NONE, "(b)-6", false},
  [CAUSE_TLS_OR_AUTH_REQUIRED] = {"tls_or_auth_required", CL117E_tls_or_auth_required, CAUSE_NONE, "(b)-6", true},
  [CAUSE_MAIL_LOOP] = {"mail_loop", CL118E_mail_loop, CAUSE_NONE, "(b)-6", false},
  [CAUSE_SYSTEM_ERROR] = {"system_error", CL119E_system_error, CAUSE_NONE, "(a)-4", false},
  [CAUSE_PROTOCOL_ERROR] = {"protocol_error", CL120E_protocol_error, CAUSE_NONE, "(b)-6", false},
  [CAUSE_ADDRESS_SYNTAX] = {"address_syntax", CL121E_address_syntax, CAUSE_NONE, "(a)-1", false},
  [CAUSE_NO_SUCH_DOMAIN] = {"no_such_domain", CL122E_no_such_domain, CAUSE_NONE, "(b)-3", false},
  [CAUSE_NULL_MX] = {"null_mx", CL123E_null_mx, CAUSE_NONE, "(b)-3", false},
  [CAUSE_NO_MX_ADDRESS] = {"no_mx_address", CL124E_no_mx_address, CAUSE_NONE, "(b)-3", false},
  [CAUSE_DNS_STALE] = {"dns_stale", CL125E_dns_stale, CAUSE_NONE, "(b)-4", false},
  [CAUSE_DNS_SERVFAIL] = {"dns_servfail", CL126E_dns_servfail, CAUSE_NONE, "(b)-5", false},
  [CAUSE_DNS_TIMEOUT] = {"dns_timeout", CL127E_dns_timeout, CAUSE_NONE, "(b)-5", false},
  [CAUSE_CONNECT_REFUSED] = {"connect_refused", CL128E_connect_refused, CAUSE_NONE, "(b)-5", false},
  [CAUSE_CONNECT_TIMEOUT] = {"connect_timeout", CL129E_connect_timeout, CAUSE_NONE, "(b)-5", false},
  [CAUSE_NO_ROUTE] = {"no_route", CL130E_no_route, CAUSE_NONE, "(b)-5", true},
  [CAUSE_GREETING_TIMEOUT] = {"greeting_timeout", CL131E_greeting_timeout, CAUSE_NONE, "(b)-5", false},
  [CAUSE_DROPPED] = {"dropped", CL132E_dropped, CAUSE_NONE, "(b)-5", false},
  [CAUSE_TLS_FAILED] = {"tls_failed", CL133E_tls_failed, CAUSE_NONE, "(b)-5", false},
  [CAUSE_SMTPUTF8_MISSING] = {"smtputf8_missing", CL135E_smtputf8_missing, CAUSE_NONE, "(b)-6", false},
  [CAUSE_MESSAGE_UNREADABLE] = {"message_unreadable", CL134E_message_unreadable, CAUSE_NONE, "-", true},
  [CAUSE_TLS_MISSING] = {"tls_missing", CL136E_tls_missing, CAUSE_TLS_FAILED, "(b)-5", false},
  [CAUSE_TLS_REFUSED] = {"tls_refused", CL137E_tls_refused, CAUSE_TLS_FAILED, "(b)-5", false},
  [CAUSE_TLS_INJECTED] = {"tls_injected", CL138E_tls_injected, CAUSE_TLS_FAILED, "(b)-5", false},
  [CAUSE_TLS_WRONG_NAME] = {"tls_wrong_name", CL139E_tls_wrong_name, CAUSE_TLS_FAILED, "(b)-5", false},
  [CAUSE_TLS_EXPIRED] = {"tls_expired", CL140E_tls_expired, CAUSE_TLS_FAILED, "(b)-5", false},
  [CAUSE_TLS_NOT_YET_VALID] = {"tls_not_yet_valid", CL141E_tls_not_yet_valid, CAUSE_TLS_FAILED, "(b)-5", true},
  [CAUSE_TLS_SELF_SIGNED] = {"tls_self_signed", CL142E_tls_self_signed, CAUSE_TLS_FAILED, "(b)-5", false},
  [CAUSE_TLS_UNKNOWN_ISSUER] = {"tls_unknown_issuer", CL143E_tls_unknown_issuer, CAUSE_TLS_FAILED, "(b)-5", false},
  [CAUSE_TLS_BAD_CERTIFICATE] = {"tls_bad_certificate", CL144E_tls_bad_certificate, CAUSE_TLS_FAILED, "(b)-5", false},
  [CAUSE_AUTH_UNVERIFIED] = {"auth_unverified", CL145E_auth_unverified, CAUSE_TLS_OR_AUTH_REQUIRED, "(b)-6", true},
  [CAUSE_AUTH_MISSING] = {"auth_missing", CL146E_auth_missing, CAUSE_TLS_OR_AUTH_REQUIRED, "(b)-6", true},
  [CAUSE_AUTH_REFUSED] = {"auth_refused", CL147E_auth_refused, CAUSE_TLS_OR_AUTH_REQUIRED, "(b)-6", true},
  [CAUSE_TOKEN_REFUSED] = {"token_refused", CL148E_token_refused, CAUSE_TLS_OR_AUTH_REQUIRED, "(b)-6", true},
  [CAUSE_TOKEN_MISSING] = {"token_missing", CL149E_token_missing, CAUSE_TLS_OR_AUTH_REQUIRED, "(b)-6", true},
  [CAUSE_TOKEN_EXPIRED] = {"token_expired", CL150E_token_expired, CAUSE_TLS_OR_AUTH_REQUIRED, "(b)-6", true},
  [CAUSE_CREDENTIALS_UNREADABLE] =
    {"credentials_unreadable", CL151E_credentials_unreadable, CAUSE_TLS_OR_AUTH_REQUIRED, "(b)-6", true},
  [CAUSE_LOOP_HERE] = {"mail_loop_here", CL152E_mail_loop_here, CAUSE_MAIL_LOOP, "-", true},
  [CAUSE_SERVER_ERROR] = {"server_error", CL153E_server_error, CAUSE_SYSTEM_ERROR, "(b)-6", false},
  [CAUSE_DOMAIN_SYNTAX] = {"domain_syntax", CL154E_domain_syntax, CAUSE_ADDRESS_SYNTAX, "(b)-1", false},
};

const struct cause_name *cause_name(enum cause c) { return &names[c]; }

enum cause cause_class(enum cause c) { return names[c].class == CAUSE_NONE ? c : names[c].class; }

const char *cause_class_name(enum cause c) { return names[cause_class(c)].name; }

const char *cause_manual(enum cause c) { return names[c].manual; }

bool cause_is_ours(enum cause c) { return names[c].ours; }

enum cause cause_of(struct bytes name) {
  for (int c = CAUSE_NONE + 1; c < CAUSE_COUNT; c++)
    if (bytes_eq(name, bytes_str(names[c].name)))
      return (enum cause)c;
  return CAUSE_NONE;
}
