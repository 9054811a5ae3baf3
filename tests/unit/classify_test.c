/* classify: what was seen, and the cause that it is given. */
#include <errno.h>

#include "classify/classify.h"
#include "classify/near.h"
#include "unit.h"

static const struct {
  enum stage stage;
  unsigned code;
  const char *status, *text, *cause;
} replies[] = {
  {STAGE_RCPT, 550, "5.1.1", "550 5.1.1 <x@y>: Recipient address rejected: User unknown in local recipient table", "user_unknown"},
  {STAGE_RCPT, 550, "", "550 no", "user_unknown"},
  {STAGE_RCPT, 450, "4.2.0", "450 4.2.0 <x@y>: Recipient address rejected: Greylisted", "greylisted"},
  {STAGE_RCPT, 450, "", "450 busy", "system_error"},
  {STAGE_RCPT, 552, "5.2.2", "552 5.2.2 over", "mailbox_full"},
  {STAGE_RCPT, 452, "4.2.2", "452 4.2.2 over quota", "mailbox_full"},
  {STAGE_RCPT, 550, "5.2.1", "550 5.2.1 off", "mailbox_disabled"},
  {STAGE_RCPT, 554, "5.7.1", "554 5.7.1 <x@y>: Relay access denied", "relay_denied"},
  {STAGE_RCPT, 550, "5.7.1", "550 5.7.1 Relay does not accept (RL201E)", "relay_denied"},
  {STAGE_MAIL, 553, "", "553 no", "sender_rejected"},
  {STAGE_MAIL, 501, "", "501 what", "address_syntax"},
  {STAGE_MAIL, 552, "", "552 no", "message_too_big"},
  {STAGE_MAIL, 530, "5.7.0", "530 5.7.0 Must issue a STARTTLS command first", "tls_or_auth_required"},
  {STAGE_BODY, 554, "5.7.1", "554 5.7.1 Message rejected as spam", "spam_content"},
  {STAGE_BODY, 552, "5.3.4", "552 5.3.4 no", "message_too_big"},
  {STAGE_BODY, 550, "5.6.11", "550 5.6.11 bare LF", "malformed_message"},
  {STAGE_BODY, 550, "5.7.26", "550 5.7.26 no", "spf_dkim_dmarc"},
  {STAGE_BODY, 554, "5.4.6", "554 5.4.6 no", "mail_loop"},
  {STAGE_BODY, 554, "", "554 no", "policy"},
  {STAGE_BODY, 451, "4.3.0", "451 4.3.0 no", "system_error"},
  {STAGE_GREETING, 554, "5.7.1", "554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org", "blocked"},
  {STAGE_GREETING, 554, "", "554 gmx.net Bad DNS PTR resource record.", "reverse_dns"},
  {STAGE_RCPT, 550, "5.7.1", "550 5.7.1 Blocked by SpamAssassin", "spam_content"},
  {STAGE_GREETING, 421, "", "421 too many connections", "rate_limited"},
  {STAGE_EHLO, 500, "", "500 what", "protocol_error"},
  {STAGE_RCPT, 450, "4.2.1", "450 4.2.1 Mailbox busy, try again later", "system_error"},   /* 5.2.1: above */
  {STAGE_RCPT, 450, "4.2.1", "450 4.2.1 off", "mailbox_disabled"},
  {STAGE_RCPT, 421, "4.2.0", "421 4.2.0 Service refuse. Veuillez essayer plus tard.", "system_error"},
  {STAGE_RCPT, 550, "5.5.0", "550 5.5.0 Service refuse. Veuillez essayer plus tard.", "blocked"},
  {STAGE_RCPT, 450, "", "450 try again in 5 minutes", "greylisted"},
  {STAGE_RCPT, 554, "", "554 try again in 5 minutes", "policy"},
  {STAGE_RCPT, 450, "4.7.1", "450 4.7.1 <x@y>: Recipient address rejected: Please try again later", "system_error"},
  {STAGE_RCPT, 550, "5.7.1", "550 5.7.1 <x@y>: Recipient address rejected: Please try again later", "user_unknown"},
  {STAGE_MAIL, 535, "5.7.139", "535 5.7.139 user is locked", "tls_or_auth_required"},
  {STAGE_RCPT, 450, "4.2.0", "450 4.2.0 <x@y>: Sender address rejected: Greylisted for 60 sec.", "greylisted"},
};

static void test_replies(void **state) {
  (void)state;
  for (size_t i = 0; i < COUNT(replies); i++) {
    struct failure f = {.kind = FAILURE_REPLY, .stage = replies[i].stage, .code = replies[i].code, .status = bytes_str(replies[i].status), .text = bytes_str(replies[i].text)};
    struct verdict v = classify(&f);
    row_string(replies[i].text, bytes_str(cause_class_name(v.cause)), replies[i].cause);
    row_check(replies[i].text, v.permanent == (replies[i].code >= 500));
  }
}

static const struct {
  enum failure_kind kind;
  enum stage stage;
  int error;
  const char *cause;
  bool permanent;
} others[] = {
  {FAILURE_ERRNO, STAGE_CONNECT, ECONNREFUSED, "connect_refused", false},
  {FAILURE_ERRNO, STAGE_CONNECT, ETIMEDOUT, "connect_timeout", false},
  {FAILURE_ERRNO, STAGE_CONNECT, ENETUNREACH, "no_route", false},
  {FAILURE_ERRNO, STAGE_CONNECT, EHOSTUNREACH, "no_route", false},
  {FAILURE_ERRNO, STAGE_CONNECT, EADDRNOTAVAIL, "no_route", false},
  {FAILURE_ERRNO, STAGE_GREETING, ETIMEDOUT, "greeting_timeout", false},
  {FAILURE_ERRNO, STAGE_GREETING, ECONNRESET, "dropped", false},
  {FAILURE_ERRNO, STAGE_BODY, ETIMEDOUT, "dropped", false},
  {FAILURE_ERRNO, STAGE_BODY, EPIPE, "dropped", false},
  {FAILURE_CLOSED, STAGE_GREETING, 0, "dropped", false},
  {FAILURE_PROTOCOL, STAGE_GREETING, 0, "protocol_error", false},
  {FAILURE_NXDOMAIN, STAGE_DNS, 0, "no_such_domain", true},
  {FAILURE_NO_ADDRESS, STAGE_DNS, 0, "no_mx_address", true},
  {FAILURE_NULL_MX, STAGE_DNS, 0, "null_mx", true},
  {FAILURE_SERVFAIL, STAGE_DNS, 0, "dns_servfail", false},
  {FAILURE_DNS_TIMEOUT, STAGE_DNS, 0, "dns_timeout", false},
  {FAILURE_LOOP, STAGE_DNS, 0, "mail_loop_here", true},
  {FAILURE_ADDRESS, STAGE_LOCAL, 0, "address_syntax", true},
  {FAILURE_TOO_BIG, STAGE_LOCAL, 0, "message_too_big", true},
  {FAILURE_NO_SMTPUTF8, STAGE_LOCAL, 0, "smtputf8_missing", true},
  {FAILURE_BARE_CR, STAGE_LOCAL, 0, "malformed_message", true},
  {FAILURE_FILE, STAGE_LOCAL, EIO, "message_unreadable", false},
  {FAILURE_CLOSED, STAGE_TLS, 0, "dropped", false},
  {FAILURE_TLS_MISSING, STAGE_TLS, 0, "tls_missing", false},
  {FAILURE_TLS_REFUSED, STAGE_TLS, 0, "tls_refused", false},
  {FAILURE_TLS_INJECTED, STAGE_TLS, 0, "tls_injected", false},
  {FAILURE_TLS_HANDSHAKE, STAGE_TLS, 0, "tls_failed", false},
  {FAILURE_TLS_NAME, STAGE_TLS, 0, "tls_wrong_name", false},
  {FAILURE_TLS_EXPIRED, STAGE_TLS, 0, "tls_expired", false},
  {FAILURE_TLS_NOT_YET, STAGE_TLS, 0, "tls_not_yet_valid", false},
  {FAILURE_TLS_SELF_SIGNED, STAGE_TLS, 0, "tls_self_signed", false},
  {FAILURE_TLS_ISSUER, STAGE_TLS, 0, "tls_unknown_issuer", false},
  {FAILURE_TLS_CERTIFICATE, STAGE_TLS, 0, "tls_bad_certificate", false},
  {FAILURE_AUTH_UNVERIFIED, STAGE_AUTH, 0, "auth_unverified", false},
  {FAILURE_AUTH_MISSING, STAGE_AUTH, 0, "auth_missing", false},
  {FAILURE_AUTH_REFUSED, STAGE_AUTH, 0, "auth_refused", false},
  {FAILURE_TOKEN_REFUSED, STAGE_AUTH, 0, "token_refused", false},
  {FAILURE_TOKEN_MISSING, STAGE_AUTH, 0, "token_missing", false},
  {FAILURE_TOKEN_EXPIRED, STAGE_AUTH, 0, "token_expired", false},
  {FAILURE_CREDENTIALS, STAGE_AUTH, 0, "credentials_unreadable", false},
};

static void test_others(void **state) {
  (void)state;
  for (size_t i = 0; i < COUNT(others); i++) {
    struct verdict v = classify(&(struct failure){.kind = others[i].kind, .stage = others[i].stage, .error = others[i].error});
    row_string(others[i].cause, bytes_str(cause_name(v.cause)->name), others[i].cause);
    row_check(others[i].cause, v.permanent == others[i].permanent);
  }
}

/* Every class has a name of its own and a message of its own. */
static void test_names(void **state) {
  (void)state;
  for (enum cause c = CAUSE_NONE + 1; c < CAUSE_COUNT; c++)
    for (enum cause other = c + 1; other < CAUSE_COUNT; other++) {
      row_check(cause_name(c)->name, strcmp(cause_name(c)->name, cause_name(other)->name));
      row_check(cause_name(c)->name, cause_name(c)->id != cause_name(other)->id);
    }
  for (const struct provider_row *p = classify_providers; p->provider != PROVIDER_NONE; p++)
    row_check(cause_name(p->cause)->name, p->source && !strncmp(p->source, "https://", 8));
}

static bool is_set(const char *name, size_t n) {
  const struct word_set *s = classify_sets;
  while (s->name && (strlen(s->name) != n || memcmp(s->name, name, n)))
    s++;
  return s->name != NULL;
}

/* What stands in capitals is the name of a set; sets hold words alone. */
static void check_phrases(const struct phrase *p) {
  for (; p->cause != CAUSE_NONE; p++)
    for (const char *c = p->words; *c; c++)
      if (*c != ascii_lower(*c)) {
        size_t n = strcspn(c, " |*");
        row_check(c, is_set(c, n));
        c += n - 1;
      }
}

static void test_phrases(void **state) {
  (void)state;
  check_phrases(classify_phrases);
  check_phrases(classify_hints);
  for (const struct word_set *s = classify_sets; s->name; s++)
    for (const char *c = s->words; *c; c++)
      row_check(s->name, *c == ascii_lower(*c) && *c != '*');
}

#define ROWS(text) text, sizeof text - 1

/* What a provider means by its own codes, and what the operator's rows say, comes before what the words say. */
static const struct {
  enum stage stage;
  const char *mx, *rows;
  size_t size;
  const char *line, *cause;
} known[] = {
  {STAGE_BODY, "mfsmax.docomo.ne.jp", ROWS(""), "550 Unknown user a@docomo.ne.jp", "policy"},
  {STAGE_RCPT, "mfsmax.docomo.ne.jp", ROWS(""), "550 Unknown user a@docomo.ne.jp", "user_unknown"},
  {STAGE_RCPT, "mail.i.softbank.jp", ROWS(""), "553 a.example does not exist", "sender_rejected"},
  {STAGE_BODY, "mx5.mail.yahoo.co.jp", ROWS(""), "554 Message not allowed - DM", "policy"},
  {STAGE_BODY, "mx.example.jp", ROWS(""), "550 Unknown user a@docomo.ne.jp.example", "user_unknown"},
  {STAGE_RCPT, "EXAMPLE-COM.MAIL.PROTECTION.OUTLOOK.COM", ROWS(""), "550 5.7.511 Access denied", "blocked"},
  {STAGE_RCPT, "notoutlook.com", ROWS(""), "550 5.7.511 no", "policy"},
  {STAGE_RCPT, "mx.example.jp", ROWS("blocked\0\0\0ZX-9 * again\0"), "550 5.1.1 code ZX-9: never again", "blocked"},
  {STAGE_RCPT, "mx.example.jp", ROWS("blocked\0\0\0ZX-9 * again\0"), "550 5.1.1 code ZX-8: never again", "user_unknown"},
  {STAGE_RCPT, "mx.example.jp", ROWS("greylisted\0.example.jp\000450\0\0"), "450 no", "greylisted"},
  {STAGE_RCPT, "mx.example.jp", ROWS("greylisted\0.example.com\000450\0\0"), "450 no", "system_error"},
  {STAGE_RCPT, "mx.example.jp", ROWS("policy\0\000451\0\0greylisted\0\0004.7.9\0\0"), "450 4.7.9 no", "greylisted"},
  {STAGE_RCPT, "mx.example.jp", ROWS("policy\0half"), "550 5.1.1 no", "user_unknown"},
};

static void test_known(void **state) {
  (void)state;
  for (size_t i = 0; i < COUNT(known); i++) {
    struct failure f;
    row_check(known[i].line, classify_line(&f, bytes_str(known[i].line)));
    f.stage = known[i].stage;
    f.mx = bytes_str(known[i].mx);
    f.rows = bytes_of(known[i].rows, known[i].size);
    row_string(known[i].line, bytes_str(cause_class_name(classify(&f).cause)), known[i].cause);
  }
}

static const struct { const char *line; unsigned code; const char *status; } lines[] = {
  {"550 5.1.1 no", 550, "5.1.1"}, {" 450-4.7.650 no\r\n", 450, "4.7.650"}, {"550", 550, ""}, {"550 4.1.1 no", 550, ""},
  {"250 ok", 0, ""}, {"no", 0, ""}, {"", 0, ""}, {"5500 no", 0, ""}, {"550x", 0, ""}, {"650 no", 0, ""}, {"550 5.1.1.1.1.1 no", 550, ""},
};

static void test_lines(void **state) {
  (void)state;
  for (size_t i = 0; i < COUNT(lines); i++) {
    struct failure f = {.code = 0};
    row_check(lines[i].line, classify_line(&f, bytes_str(lines[i].line)) == (lines[i].code > 0));
    row_check(lines[i].line, f.code == lines[i].code);
    if (f.code)
      row_string(lines[i].line, f.status, lines[i].status);
  }
}

static const struct { const char *wanted, *known; enum near near; } addresses[] = {
  {"tarou@example.jp", "taro@example.jp", NEAR_LOCAL}, {"atro@example.jp", "TARO@Example.JP", NEAR_LOCAL}, {"taro@example.jp", "taro@example.jp", NEAR_NOT},
  {"hanako@example.jp", "hankao@example.jp", NEAR_LOCAL}, {"taro@exmaple.jp", "taro@example.jp", NEAR_DOMAIN}, {"taro@exampl.jp", "taro@example.jp", NEAR_DOMAIN},
  {"taro@gmial.co", "taro@gmail.com", NEAR_DOMAIN}, {"tarou@exmaple.jp", "taro@example.jp", NEAR_NOT}, {"jiro@example.jp", "taro@example.jp", NEAR_LOCAL},
  {"sabu@example.jp", "taro@example.jp", NEAR_NOT}, {"ab@example.jp", "cd@example.jp", NEAR_NOT}, {"ab@example.jp", "ac@example.jp", NEAR_LOCAL},
  {"a@example.jp", "b@example.jp", NEAR_NOT}, {"taro", "taro@example.jp", NEAR_NOT}, {"", "", NEAR_NOT}, {"@", "@", NEAR_NOT},
};

static void test_near(void **state) {
  char long_one[NEAR_MAX + 2];
  (void)state;
  for (size_t i = 0; i < COUNT(addresses); i++) {
    row_check(addresses[i].wanted, near_address(bytes_str(addresses[i].wanted), bytes_str(addresses[i].known)) == addresses[i].near);
    row_check(addresses[i].wanted, near_address(bytes_str(addresses[i].known), bytes_str(addresses[i].wanted)) == addresses[i].near);
  }
  memset(long_one, 'a', sizeof long_one);
  assert_true(near_text(bytes_of(long_one, NEAR_MAX), bytes_of(long_one, NEAR_MAX - 2)));
  assert_false(near_text(bytes_of(long_one, NEAR_MAX + 1), bytes_of(long_one, NEAR_MAX)));
  assert_string_equal(near_manual(CAUSE_USER_UNKNOWN, NEAR_LOCAL), "(a)-3 (a)-1 (a)-2");
  assert_string_equal(near_manual(CAUSE_USER_UNKNOWN, NEAR_DOMAIN), "(a)-3");
  assert_string_equal(near_manual(CAUSE_NO_SUCH_DOMAIN, NEAR_DOMAIN), "(b)-3 (b)-1 (b)-2");
  assert_string_equal(near_manual(CAUSE_BLOCKED, NEAR_LOCAL), "(b)-6");
}

/* The manual's letter and number of each class (Q8), and every finer cause below one. */
static const struct { const char *cause, *class, *manual; } manual[] = {
  {"user_unknown", "user_unknown", "(a)-3"}, {"address_syntax", "address_syntax", "(a)-1"}, {"domain_syntax", "address_syntax", "(b)-1"},
  {"mailbox_full", "mailbox_full", "(a)-4"}, {"mailbox_disabled", "mailbox_disabled", "(a)-4"}, {"system_error", "system_error", "(a)-4"},
  {"server_error", "system_error", "(b)-6"}, {"no_such_domain", "no_such_domain", "(b)-3"}, {"domain_bad", "domain_bad", "(b)-3"},
  {"null_mx", "null_mx", "(b)-3"}, {"no_mx_address", "no_mx_address", "(b)-3"}, {"dns_stale", "dns_stale", "(b)-4"},
  {"dns_servfail", "dns_servfail", "(b)-5"}, {"dns_timeout", "dns_timeout", "(b)-5"}, {"connect_refused", "connect_refused", "(b)-5"},
  {"connect_timeout", "connect_timeout", "(b)-5"}, {"no_route", "no_route", "(b)-5"}, {"greeting_timeout", "greeting_timeout", "(b)-5"},
  {"dropped", "dropped", "(b)-5"}, {"tls_failed", "tls_failed", "(b)-5"}, {"tls_expired", "tls_failed", "(b)-5"}, {"blocked", "blocked", "(b)-6"},
  {"auth_refused", "tls_or_auth_required", "(b)-6"}, {"mail_loop", "mail_loop", "(b)-6"}, {"mail_loop_here", "mail_loop", "-"},
  {"message_unreadable", "message_unreadable", "-"},
};

static void test_manual(void **state) {
  (void)state;
  for (size_t i = 0; i < COUNT(manual); i++) {
    enum cause c = cause_of(bytes_str(manual[i].cause));
    row_check(manual[i].cause, c != CAUSE_NONE);
    row_string(manual[i].cause, bytes_str(cause_class_name(c)), manual[i].class);
    row_string(manual[i].cause, bytes_str(cause_manual(c)), manual[i].manual);
  }
  for (enum cause c = CAUSE_NONE + 1; c < CAUSE_COUNT; c++)
    row_check(cause_name(c)->name, cause_class(cause_class(c)) == cause_class(c));
  assert_int_equal(cause_of(bytes_str("no_such_cause")), CAUSE_NONE);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_replies), cmocka_unit_test(test_others), cmocka_unit_test(test_names), cmocka_unit_test(test_phrases),
                                     cmocka_unit_test(test_known), cmocka_unit_test(test_near), cmocka_unit_test(test_manual), cmocka_unit_test(test_lines)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
