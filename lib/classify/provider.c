/* The great providers, whose replies mean something of their own.  No row without its public source. */
#include "classify/classify.h"
#include "classify/plain.h"

#define AT(stage) (1u << STAGE_##stage)
#define GMAIL_ERRORS "https://support.google.com/a/answer/3726730"
#define EXCHANGE_NDR \
  "https://learn.microsoft.com/exchange/mail-flow-best-practices/non-delivery-reports-in-exchange-online/" \
  "non-delivery-reports-in-exchange-online"
#define OUTLOOK_ERRORS "https://sendersupport.olc.protection.outlook.com/pm/troubleshooting.aspx"
#define YAHOO_ERRORS "https://senders.yahooinc.com/smtp-error-codes"
#define APPLE_POSTMASTER "https://support.apple.com/102322"
#define SISIMAI(module) "https://github.com/sisimai/p5-sisimai/blob/master/lib/Sisimai/Rhost/" module ".pm"

static const struct { enum provider provider; const char *suffix; } hosts[] = {
  {PROVIDER_GOOGLE, ".google.com"}, {PROVIDER_GOOGLE, ".googlemail.com"},
  {PROVIDER_MICROSOFT, ".outlook.com"}, {PROVIDER_MICROSOFT, ".hotmail.com"}, {PROVIDER_MICROSOFT, ".mx.microsoft"},
  {PROVIDER_YAHOO, ".yahoodns.net"}, {PROVIDER_YAHOO_JAPAN, ".yahoo.co.jp"},
  {PROVIDER_APPLE, ".icloud.com"}, {PROVIDER_APPLE, ".me.com"}, {PROVIDER_DOCOMO, ".docomo.ne.jp"},
  {PROVIDER_KDDI, ".ezweb.ne.jp"}, {PROVIDER_KDDI, ".au.com"},
  {PROVIDER_SOFTBANK, ".softbank.ne.jp"}, {PROVIDER_SOFTBANK, ".softbank.jp"}, {PROVIDER_SOFTBANK, ".vodafone.ne.jp"},
};

static const struct { enum provider provider; const char *mark; } marks[] = {
  {PROVIDER_GOOGLE, "support.google.com"}, {PROVIDER_GOOGLE, " gsmtp"}, {PROVIDER_MICROSOFT, "protection.outlook.com"},
  {PROVIDER_MICROSOFT, "mail.live.com"}, {PROVIDER_MICROSOFT, "postmaster.live.com"}, {PROVIDER_YAHOO, "yahooinc.com"},
  {PROVIDER_YAHOO, "postmaster.yahoo.com"}, {PROVIDER_APPLE, "support.apple.com"},
};

const struct provider_row classify_providers[] = {
  {PROVIDER_GOOGLE, 0, 0, "", "illegal attachment|potential security issue|policy that prohibited",
   CAUSE_POLICY, GMAIL_ERRORS},
  {PROVIDER_GOOGLE, 0, 0, "", "rfc 5322|rfc5322|unicode character|addresses in from|encoded word",
   CAUSE_MALFORMED_MESSAGE, GMAIL_ERRORS},
  {PROVIDER_GOOGLE, 0, 0, "7.25", NULL, CAUSE_REVERSE_DNS, GMAIL_ERRORS},
  {PROVIDER_GOOGLE, 0, 0, "7.23", NULL, CAUSE_REVERSE_DNS, GMAIL_ERRORS},
  {PROVIDER_GOOGLE, 0, 0, "7.1", "ipv6 sending guidelines", CAUSE_REVERSE_DNS, GMAIL_ERRORS},
  {PROVIDER_GOOGLE, 0, 0, "7.32", NULL, CAUSE_SPF_DKIM_DMARC, GMAIL_ERRORS},
  {PROVIDER_GOOGLE, 550, 0, "7.28", NULL, CAUSE_BLOCKED, GMAIL_ERRORS},
  {PROVIDER_GOOGLE, 421, 0, "7.0", "try again later closing connection", CAUSE_BLOCKED, GMAIL_ERRORS},
  {PROVIDER_GOOGLE, 0, 0, "", "email account * inactive|email account * disabled", CAUSE_MAILBOX_DISABLED, GMAIL_ERRORS},
  {PROVIDER_MICROSOFT, 550, 0, "4.1", "rejected access denied", CAUSE_USER_UNKNOWN, EXCHANGE_NDR},
  {PROVIDER_MICROSOFT, 0, 0, "7.504", NULL, CAUSE_MAILBOX_DISABLED, EXCHANGE_NDR},
  {PROVIDER_MICROSOFT, 0, 0, "7.505", NULL, CAUSE_MAILBOX_DISABLED, EXCHANGE_NDR},
  {PROVIDER_MICROSOFT, 0, 0, "7.506", NULL, CAUSE_REVERSE_DNS, EXCHANGE_NDR},
  {PROVIDER_MICROSOFT, 0, 0, "7.507", NULL, CAUSE_POLICY, EXCHANGE_NDR},
  {PROVIDER_MICROSOFT, 0, 0, "7.508", NULL, CAUSE_RATE_LIMITED, EXCHANGE_NDR},
  {PROVIDER_MICROSOFT, 0, 0, "7.512", NULL, CAUSE_MALFORMED_MESSAGE, EXCHANGE_NDR},
  {PROVIDER_MICROSOFT, 0, 0, "4.310", NULL, CAUSE_DOMAIN_BAD, EXCHANGE_NDR},
  {PROVIDER_MICROSOFT, 0, 0, "7.509", NULL, CAUSE_SPF_DKIM_DMARC, EXCHANGE_NDR},
  {PROVIDER_MICROSOFT, 0, 0, "7.515", NULL, CAUSE_SPF_DKIM_DMARC, EXCHANGE_NDR},
  {PROVIDER_MICROSOFT, 0, 0, "7.511", NULL, CAUSE_BLOCKED, EXCHANGE_NDR},
  {PROVIDER_MICROSOFT, 0, 0, "7.513", NULL, CAUSE_BLOCKED, EXCHANGE_NDR},
  {PROVIDER_MICROSOFT, 0, 0, "7.652", NULL, CAUSE_RATE_LIMITED, SISIMAI("Microsoft")},
  {PROVIDER_MICROSOFT, 0, 0, "7.6*", NULL, CAUSE_BLOCKED, EXCHANGE_NDR},
  {PROVIDER_MICROSOFT, 0, 0, "7.1", "s3140|s3150|s3115|sc 001|sc 002|block list", CAUSE_BLOCKED, OUTLOOK_ERRORS},
  {PROVIDER_MICROSOFT, 421, 0, "", "rp 001|rp 002|rp 003", CAUSE_RATE_LIMITED, OUTLOOK_ERRORS},
  {PROVIDER_MICROSOFT, 0, 0, "", "ou 001|ou 002|dy 001|dy 002|sc 003|sc 004", CAUSE_BLOCKED, OUTLOOK_ERRORS},
  {PROVIDER_YAHOO, 0, 0, "", "tss04|tss05|tss06|tss07|tss09|tss11|bl21|bl23|ts01|ts02|ts03", CAUSE_BLOCKED, YAHOO_ERRORS},
  {PROVIDER_YAHOO, 0, 0, "7.9", "policy", CAUSE_POLICY, YAHOO_ERRORS},
  {PROVIDER_YAHOO, 554, 0, "", "ph01", CAUSE_POLICY, YAHOO_ERRORS},
  {PROVIDER_APPLE, 0, 0, "", "cs01|cs02", CAUSE_POLICY, APPLE_POSTMASTER},
  {PROVIDER_APPLE, 550, 0, "1.1", "inactive email address", CAUSE_USER_UNKNOWN, SISIMAI("Apple")},
  {PROVIDER_DOCOMO, 552, 0, "", "too much mail data", CAUSE_MAILBOX_FULL, "https://note.com/sendmagic/n/neb6bbe7e51cf"},
  {PROVIDER_DOCOMO, 500, 0, "", "line too long", CAUSE_MALFORMED_MESSAGE, "https://note.com/sendmagic/n/neb6bbe7e51cf"},
  {PROVIDER_DOCOMO, 552, 0, "", "too many recipients", CAUSE_RATE_LIMITED, SISIMAI("NTTDOCOMO")},
  {PROVIDER_DOCOMO, 550, AT(DATA) | AT(BODY), "", "unknown user", CAUSE_POLICY, SISIMAI("NTTDOCOMO")},
  {PROVIDER_KDDI, 550, AT(DATA) | AT(BODY), "", "user unknown", CAUSE_POLICY, SISIMAI("KDDI")},
  {PROVIDER_SOFTBANK, 553, 0, "", "does not exist", CAUSE_SENDER_REJECTED, "https://note.com/sendmagic/n/n5afbf98aeb25"},
  {PROVIDER_YAHOO_JAPAN, 554, 0, "", "message not allowed",
   CAUSE_POLICY, "https://www.yahoo-help.jp/app/answers/detail/a_id/80870/p/622"},
  {PROVIDER_NONE, 0, 0, "", NULL, CAUSE_NONE, NULL},
};

enum provider provider_of(struct bytes mx) {
  for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++) {
    struct bytes suffix = bytes_str(hosts[i].suffix);
    if (mx.n > suffix.n && bytes_ieq(bytes_of(mx.s + mx.n - suffix.n, suffix.n), suffix))
      return hosts[i].provider;
  }
  return PROVIDER_NONE;
}

enum provider provider_in(struct bytes text) {
  for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
    if (memmem(text.s, text.n, marks[i].mark, strlen(marks[i].mark)))
      return marks[i].provider;
  return PROVIDER_NONE;
}
