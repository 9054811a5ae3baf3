/* The network and the resolver, before anything is judged by what they say. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "dns/dns.h"
#include "dns/exchange.h"
#include "net/net.h"
#include "probes/probes.h"
#include "sys/clock.h"
#include "sys/random.h"

enum { PATIENCE_MS = 1500 };

/* Of the addresses for documentation: any route will do, nothing is sent there. */
static bool has_way(bool v6, char text[IP_TEXT]) {
  struct ip source, to = v6 ? (struct ip){.v6 = true, .a = {0x20, 1, 0x0d, 0xb8, [15] = 1}} : (struct ip){.a = {192, 0, 2, 1}};
  bool found = !net_source(&source, &to);
  *text = 0;
  if (found)
    ip_format(text, &source);
  return found;
}

/* A machine on no network is no fault of the server's: its mailboxes can be read all the same. */
void probe_network(struct probe *p) {
  char v4[IP_TEXT], v6[IP_TEXT];
  bool any = has_way(false, v4);
  any = has_way(true, v6) || any;
  if (any)
    probe_good(p, "ipv4=%s ipv6=%s", *v4 ? v4 : "none", *v6 ? v6 : "none");
  else
    probe_find(p, CHECK_WARN, DC021W_no_network, "asked=kernel got=no_route");
  p->finding.blocks = !any;
}

/* --- each resolver by itself --- */

struct reply { enum dns_result result; size_t records; int ms; };

static void ask(struct reply *r, const struct dns_server *s, const char *name, enum dns_type type, bool edns, bool tcp) {
  stralloc question = {0}, packet = {0};
  struct dns_answer a = {.result = DNS_TIMEOUT};
  int64_t begun = clock_ms();
  if (dnsmsg_question(&question, (uint16_t)random_u64(), bytes_str(name), type, edns) && !(tcp ? dns_exchange_tcp : dns_exchange_udp)(s, bytes_sa(&question), &packet, PATIENCE_MS))
    dnsmsg_read(&a, bytes_sa(&packet), type);
  *r = (struct reply){a.result, a.count, (int)(clock_ms() - begun)};
  dnsmsg_free(&a);
  stralloc_free(&question);
  stralloc_free(&packet);
}

static bool knows(enum dns_result r) { return r == DNS_FOUND || r == DNS_NODATA || r == DNS_NXDOMAIN; }

static void name_of(char text[IP_TEXT + 8], const struct dns_server *s) {
  char ip[IP_TEXT];
  ip_format(ip, &s->ip);
  snprintf(text, IP_TEXT + 8, s->port == 53 ? "%s" : "%s:%u", ip, s->port);
}

/* The servers of the top of our own domain: every resolver can find those. */
static const char *top_of(const struct conf *c, char top[300]) {
  struct bytes domain = {"com", 3};
  if (c)
    conf_get(c, 'd', bytes_of("", 0), &domain);
  snprintf(top, 300, "%.*s", (int)domain.n, domain.s);
  const char *dot = strrchr(top, '.');
  return dot ? dot + 1 : top;
}

/* Twice before silence is believed: one packet may be lost. */
static void ask_patiently(struct reply *r, const struct dns_server *s, const char *name, enum dns_type type) {
  ask(r, s, name, type, true, false);
  if (r->result == DNS_FORMERR)
    ask(r, s, name, type, false, false);
  else if (r->result == DNS_TIMEOUT)
    ask(r, s, name, type, false, false);
}

void probe_resolver(struct probe *p) {
  struct dns_server server[DNS_SERVERS_MAX];
  char top[300], ip[IP_TEXT + 8] = "";
  const char *name = top_of(p->conf, top);
  unsigned n = dns_servers(server), good = 0;
  struct reply r = {.result = DNS_TIMEOUT};
  for (unsigned i = 0; i < n; i++) {
    ask_patiently(&r, &server[i], name, DNS_NS);
    name_of(ip, &server[i]);
    good += knows(r.result);
    if (!knows(r.result))
      probe_find(p, CHECK_WARN, DC023W_resolver_one_silent, "asked=%s name=%s type=NS got=%s of=%u", ip, name, dns_result_name(r.result), n);
    else
      probe_good(p, "asked=%s name=%s type=NS got=%s ms=%d", ip, name, dns_result_name(r.result), r.ms);
  }
  if (!good)
    probe_find(p, CHECK_FAIL, DC022E_resolver_dead, "asked=%s name=%s type=NS got=%s of=%u", ip, name, dns_result_name(r.result), n);
}

/* Names that cannot be there: a resolver that has an address for them makes every typing error an address. */
void probe_honest(struct probe *p) {
  char name[64];
  static const char *const tops[] = {"com", "jp", "invalid"};
  for (size_t i = 0; i < sizeof tops / sizeof *tops; i++) {
    struct dns_answer a = {0};
    char ip[IP_TEXT] = "";
    snprintf(name, sizeof name, "wiz98-%016llx.%s", (unsigned long long)random_u64(), tops[i]);
    dns_lookup_until(&a, bytes_str(name), DNS_A, clock_ms() + probe_ms_left(p, 1200));
    if (a.result == DNS_FOUND && a.count)
      ip_format(ip, &a.record[0].ip);
    if (*ip)
      probe_find(p, CHECK_FAIL, DC024E_resolver_lies, "asked=resolver name=%s type=A got=%s", name, ip);
    else if (a.result == DNS_NXDOMAIN || a.result == DNS_NODATA)
      probe_good(p, "asked=resolver name=%s type=A got=%s", name, dns_result_name(a.result));
    dnsmsg_free(&a);
  }
  if (!p->finding.evidence.len)
    probe_find(p, CHECK_CANNOT_TELL, DC005W_unexpected, "asked=resolver name=%s type=A reply=none", name);
}

/* What answers without EDNS and not with it: our own questions are asked again, others' programs fail. */
void probe_edns(struct probe *p) {
  struct dns_server server[DNS_SERVERS_MAX];
  char top[300], ip[IP_TEXT + 8] = "";
  const char *name = top_of(p->conf, top);
  unsigned n = dns_servers(server);
  for (unsigned i = 0; i < n; i++) {
    struct reply with, without;
    name_of(ip, &server[i]);
    ask(&with, &server[i], name, DNS_NS, true, false);
    if (with.result == DNS_FORMERR || with.result == DNS_TIMEOUT || with.result == DNS_MALFORMED) {
      ask(&without, &server[i], name, DNS_NS, false, false);
      if (knows(without.result))
        probe_find(p, CHECK_WARN, DC025W_no_edns, "asked=%s name=%s type=NS got=%s without=%s", ip, name, dns_result_name(with.result), dns_result_name(without.result));
    } else
      probe_good(p, "asked=%s name=%s type=NS got=%s", ip, name, dns_result_name(with.result));
  }
  if (!p->finding.evidence.len)
    probe_find(p, CHECK_CANNOT_TELL, DC005W_unexpected, "asked=%s reply=none", ip);
}

/* A long answer (SPF, many servers) comes by TCP only; firewalls forget that. */
void probe_dns_tcp(struct probe *p) {
  struct dns_server server[DNS_SERVERS_MAX];
  char top[300], ip[IP_TEXT + 8] = "";
  const char *name = top_of(p->conf, top);
  unsigned n = dns_servers(server);
  for (unsigned i = 0; i < n; i++) {
    struct reply udp, tcp;
    name_of(ip, &server[i]);
    ask_patiently(&udp, &server[i], name, DNS_NS);
    if (!knows(udp.result))
      continue;
    ask(&tcp, &server[i], name, DNS_NS, true, true);
    if (knows(tcp.result))
      probe_good(p, "asked=%s over=tcp got=%s ms=%d", ip, dns_result_name(tcp.result), tcp.ms);
    else
      probe_find(p, CHECK_WARN, DC026W_no_dns_tcp, "asked=%s over=tcp got=%s", ip, dns_result_name(tcp.result));
  }
  if (!p->finding.evidence.len)
    probe_find(p, CHECK_CANNOT_TELL, DC005W_unexpected, "asked=%s reply=none", ip);
}
