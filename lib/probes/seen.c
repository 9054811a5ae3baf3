/* Q2, Q3: this server as its peers see it: what lib/reputation finds, a check each; lists of unwanted senders. */
#include <stdio.h>
#include <string.h>

#include "dns/dns.h"
#include "probes/probes.h"
#include "rehearse/standing.h"
#include "reputation/reputation.h"
#include "route/route.h"
#include "net/net.h"
#include "sys/clock.h"

enum { REACH_MS = 3000, LOOKUP_MS = 1500 };

static struct ip somewhere(bool v6) { return v6 ? (struct ip){.v6 = true, .a = {0x20, 1, 0x0d, 0xb8, [15] = 1}} : (struct ip){.a = {192, 0, 2, 1}}; }

/* What could not be judged is no warning. */
static enum check_result result_of(enum message_id id) {
  if (id == RP105W_dns_unknown || id == RP131W_source_private || id == RP144W_port25_unclear)
    return CHECK_CANNOT_TELL;
  char kind = message_of(id)->id[5];
  return kind == 'E' ? CHECK_FAIL : kind == 'W' ? CHECK_WARN : CHECK_PASS;
}

static void take(struct probe *p, const struct reputation_finding *f) {
  enum check_result result = result_of(f->id);
  stralloc evidence = {0};
  sa_catf(&evidence, "found=%s", message_of(f->id)->id);
  if (f->evidence.len) {
    sa_catc(&evidence, ' ');
    sa_cat(&evidence, &f->evidence);
  }
  check_find(&p->finding, result, result == CHECK_PASS ? (enum message_id)0 : f->id, bytes_sa(&evidence));
  stralloc_free(&evidence);
}

static bool is_group(enum message_id id, const char *digits) { return !strncmp(message_of(id)->id, "RP", 2) && strchr(digits, message_of(id)->id[3]) && message_of(id)->id[2] == '1'; }

/* The findings whose IDs have one of DIGITS (RP1d…): 0 reverse DNS, 1 EHLO, 2 SPF, 3 the address itself. */
static void judge_source(struct probe *p, bool v6, const char *digits) {
  struct standing s = {.conf = p->conf, .quiet = true};
  struct bytes domain = {"", 0};
  struct ip to = somewhere(v6);
  stralloc from = {0};
  conf_get(p->conf, 'd', bytes_of("", 0), &domain);
  sa_catf(&from, "postmaster@%.*s", (int)domain.n, domain.s);
  s.from = bytes_sa(&from);
  if (v6 && !conf_number(p->conf, SET_remote_ipv6))
    probe_good(p, "remote_ipv6=off");
  else if (!standing_source(&s, &to))
    probe_good(p, "route=none family=%s", v6 ? "ipv6" : "ipv4");
  for (size_t i = 0; i < s.found.count; i++)
    if (is_group(s.found.finding[i].id, digits))
      take(p, &s.found.finding[i]);
  if (!p->finding.evidence.len)
    probe_find(p, CHECK_CANNOT_TELL, RP105W_dns_unknown, "name=unknown type=PTR result=none");
  standing_free(&s);
  stralloc_free(&from);
}

void probe_source(struct probe *p) {
  struct ip ip;
  for (int v6 = 0; v6 < 2; v6++) {
    char text[IP_TEXT];
    const struct ip *source = route_source(p->conf, v6, &ip);
    if (!source)
      continue;
    ip_format(text, source);
    if (net_is_own(source))
      probe_good(p, "source=%s ours=yes", text);
    else
      probe_find(p, CHECK_FAIL, RP132E_source_foreign, "ip=%s", text);
  }
  probe_good(p, "source=system");
}

void probe_reverse(struct probe *p) { judge_source(p, false, "03"); }
void probe_reverse6(struct probe *p) { judge_source(p, true, "03"); }
void probe_ehlo(struct probe *p) { judge_source(p, false, "13"); }
void probe_spf(struct probe *p) { judge_source(p, false, "23"); }
void probe_spf6(struct probe *p) { judge_source(p, true, "23"); }

void probe_port25(struct probe *p) {
  struct standing s = {.conf = p->conf, .quiet = true, .reach_ms = REACH_MS, .dns_ms = REACH_MS};
  standing_port25(&s, NULL, 0);
  for (size_t i = 0; i < s.found.count; i++)
    take(p, &s.found.finding[i]);
  if (!p->finding.evidence.len)
    probe_find(p, CHECK_CANNOT_TELL, RP144W_port25_unclear, "tried=none");
  standing_free(&s);
}

/* --- lists --- */

/* A list is believed only if it lists its test entry (127.0.0.2): one that answers everybody, or nobody, tells nothing. */
static const char *const lists[] = {"zen.spamhaus.org", "bl.spamcop.net", "b.barracudacentral.org"};

static void ask_list(struct dns_answer *a, const struct ip *ip, const char *list) {
  stralloc name = {0};
  char text[IP_TEXT];
  ip_format(text, ip);
  sa_catf(&name, "%u.%u.%u.%u.%s", ip->a[3], ip->a[2], ip->a[1], ip->a[0], list);
  *a = (struct dns_answer){0};
  dns_lookup_until(a, bytes_sa(&name), DNS_A, clock_ms() + LOOKUP_MS);
  stralloc_free(&name);
}

static bool is_listed(const struct dns_answer *a) { return a->result == DNS_FOUND && a->count && a->record[0].ip.a[0] == 127 && a->record[0].ip.a[1] == 0; }

static void judge_list(struct probe *p, const struct ip *ip, const char *text, const char *list) {
  static const struct ip test = {.a = {127, 0, 0, 2}};
  struct dns_answer a;
  char got[IP_TEXT] = "";
  ask_list(&a, &test, list);
  bool works = is_listed(&a);
  dnsmsg_free(&a);
  ask_list(&a, ip, list);
  if (a.result == DNS_FOUND && a.count)
    ip_format(got, &a.record[0].ip);
  if (works && is_listed(&a))
    probe_find(p, CHECK_FAIL, DC361E_listed, "ip=%s list=%s asked=resolver got=%s", text, list, got);
  else if (works && a.result == DNS_NXDOMAIN)
    probe_good(p, "ip=%s list=%s asked=resolver got=nxdomain", text, list);
  else if (!p->finding.evidence.len)
    probe_find(p, CHECK_CANNOT_TELL, DC362W_list_refuses, "ip=%s list=%s asked=resolver got=%s", text, list, *got ? got : dns_result_name(a.result));
  dnsmsg_free(&a);
}

void probe_listed(struct probe *p) {
  struct ip source, public, to = somewhere(false);
  char text[IP_TEXT];
  const struct ip *ip = route_address(p->conf, SET_public_address, false, &public);
  if (!ip)
    ip = route_source(p->conf, false, &source);
  if (!ip && !net_source(&source, &to))
    ip = &source;
  if (ip)
    ip_format(text, ip);
  if (!ip)
    probe_good(p, "route=none family=ipv4");
  else if (reputation_is_private(ip))
    probe_find(p, CHECK_CANNOT_TELL, RP131W_source_private, "ip=%s", text);
  else
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
      judge_list(p, ip, text, lists[i]);
}
