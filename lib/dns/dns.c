#include "dns/dns.h"

#include <errno.h>
#include <string.h>

#include "dns/exchange.h"
#include "sys/clock.h"
#include "sys/random.h"
#include "sys/report.h"

static const int patience_ms[] = {1500, 3000, 5000};   /* of each server in each round */
enum { ROUNDS = 3, ALIASES_MAX = 8 };

static int least(int64_t a, int64_t b) { return (int)(a < b ? a : b); }

/* One server's answer, over TCP where UDP's was cut. */
static int ask(const struct dns_server *s, struct bytes question, enum dns_type type, struct dns_answer *a, int ms) {
  stralloc packet = {0};
  int result = dns_exchange_udp(s, question, &packet, ms);
  if (!result)
    dnsmsg_read(a, bytes_sa(&packet), type);
  if (!result && a->truncated) {
    result = dns_exchange_tcp(s, question, &packet, ms);
    if (!result)
      dnsmsg_read(a, bytes_sa(&packet), type);
  }
  stralloc_free(&packet);
  return result;
}

static void note(const struct dns_server *s, struct bytes name, const struct dns_answer *a, int error) {
  char ip[IP_TEXT];
  ip_format(ip, &s->ip);
  if (error)
    report(DN301I_resolver_silent, "ip=%s port=%u name=%.*s errno=%s", ip, s->port, (int)name.n, name.s, strerror(error));
  else
    report(DN302I_answer, "ip=%s port=%u name=%.*s result=%s records=%zu", ip, s->port, (int)name.n, name.s, dns_result_name(a->result), a->count);
}

/* Old resolvers and some firewalls do not know EDNS0: they are asked again without it. */
static bool ask_server(const struct dns_server *s, struct bytes name, enum dns_type type, struct dns_answer *a, int ms) {
  stralloc question = {0};
  bool edns = true, asked = false;
  for (int i = 0; i < 2 && !asked; i++, edns = false) {
    question.len = 0;
    *a = (struct dns_answer){.result = DNS_BAD_NAME};
    if (!dnsmsg_question(&question, (uint16_t)random_u64(), name, type, edns)) {
      asked = true;
      break;
    }
    int failed = ask(s, bytes_sa(&question), type, a, ms);
    note(s, name, a, failed ? errno : 0);
    if (failed)
      *a = (struct dns_answer){.result = DNS_TIMEOUT};
    asked = failed || a->result != DNS_FORMERR;
  }
  stralloc_free(&question);
  return a->result <= DNS_NXDOMAIN || a->result == DNS_BAD_NAME;
}

/* SERVFAIL tells more than a refusal, a refusal more than silence. */
static enum dns_result more_telling(enum dns_result a, enum dns_result b) {
  if (a == DNS_TIMEOUT || b == DNS_TIMEOUT)
    return a == DNS_TIMEOUT ? b : a;
  return a < b ? a : b;
}

static void ask_servers(struct dns_answer *a, struct bytes name, enum dns_type type, int64_t end) {
  struct dns_server server[DNS_SERVERS_MAX];
  unsigned n = dns_servers(server);
  enum dns_result worst = DNS_TIMEOUT;
  for (int round = 0; round < ROUNDS; round++)
    for (unsigned i = 0; i < n; i++) {
      int64_t left = end - clock_ms();
      if (left <= 0)
        break;
      if (ask_server(&server[i], name, type, a, least(left, patience_ms[round])))
        return;
      worst = more_telling(worst, a->result);
      dnsmsg_free(a);
    }
  *a = (struct dns_answer){.result = worst};
}

void dns_lookup(struct dns_answer *a, struct bytes name, enum dns_type type) { dns_lookup_until(a, name, type, clock_ms() + DNS_DEADLINE_MS); }

void dns_lookup_until(struct dns_answer *a, struct bytes name, enum dns_type type, int64_t end) {
  char alias[DNS_NAME_TEXT];
  ask_servers(a, name, type, end);
  for (int i = 0; i < ALIASES_MAX && a->result == DNS_NODATA && a->alias[0]; i++) {
    memcpy(alias, a->alias, sizeof alias);
    dnsmsg_free(a);
    ask_servers(a, bytes_str(alias), type, end);
  }
}
