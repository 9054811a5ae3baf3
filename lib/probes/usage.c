/* Q1, Q2, Q3, from the log and the routes: who relays through us; routes that lead back here; domains that are ours in the DNS
 * and not in conf/domains. */
#include <stdio.h>
#include <string.h>

#include "dns/dns.h"
#include "probes/logs.h"
#include "probes/probes.h"
#include "route/route.h"
#include "sys/clock.h"

enum { DAY = 86400, WHO_MAX = 128, SENDERS_MAX = 200, TOP = 5, DOMAINS_MAX = 8, LOOKUP_MS = 1500 };

/* --- Q1: recipients elsewhere, by who was permitted --- */

struct relayed {
  struct { char who[WHO_MAX]; unsigned times; } by[SENDERS_MAX];
  size_t n;
  unsigned total;
  enum message_id limit;         /* the last limit that somebody reached; 0: none */
  char user[WHO_MAX];
  int64_t time;
};

static bool text_of(const struct log_reader *line, const char *key, char to[WHO_MAX]) {
  stralloc value = {0};
  bool found = logs_field(line, key, &value) && value.len;
  snprintf(to, WHO_MAX, "%.*s", (int)value.len, value.len ? value.s : "");
  stralloc_free(&value);
  return found;
}

/* Who authenticates sends under an own address; all others are told apart by where they come from. */
static const char *who_key(const struct log_reader *line) {
  if (logs_is(line, RL212I_relayed_for_authenticated) || logs_is(line, RL217I_relayed_auth_any_sender))
    return "from";
  bool other = logs_is(line, RL213I_relayed_for_listed) || logs_is(line, RL214I_relayed_after_pop) || logs_is(line, RL215I_relayed_any_sender) || logs_is(line, RL216I_relayed_null_sender);
  return other ? "ip" : NULL;
}

static void count_relayed(void *data, int64_t time, struct log_reader *line) {
  struct relayed *r = data;
  const char *key = who_key(line);
  char who[WHO_MAX];
  size_t i = 0;
  (void)time;
  if (!key || !text_of(line, key, who))
    return;
  r->total++;
  while (i < r->n && strcmp(r->by[i].who, who))
    i++;
  if (i == SENDERS_MAX)
    return;
  if (i == r->n)
    snprintf(r->by[r->n++].who, WHO_MAX, "%s", who);
  r->by[i].times++;
}

static void note_limit(void *data, int64_t time, struct log_reader *line) {
  struct relayed *r = data;
  bool messages = logs_is(line, SM329E_user_messages_per_hour);
  if (!messages && !logs_is(line, SM330E_user_recipients_per_hour))
    return;
  r->limit = messages ? SM329E_user_messages_per_hour : SM330E_user_recipients_per_hour;
  r->time = time;
  text_of(line, "user", r->user);
}

static void put_top(stralloc *out, struct relayed *r) {
  for (unsigned i = 0; i < TOP; i++) {
    size_t best = 0;
    for (size_t k = 1; k < r->n; k++)
      best = r->by[k].times > r->by[best].times ? k : best;
    if (!r->n || !r->by[best].times)
      break;
    sa_catf(out, "%s%s:%u", i ? "," : "", r->by[best].who, r->by[best].times);
    r->by[best].times = 0;
  }
  if (!out->len)
    sa_cats(out, "nobody");
}

void probe_relayed(struct probe *p) {
  static struct relayed r;
  stralloc top = {0};
  if (logs_since("log/smtp", p->now - DAY, count_relayed, &r) || logs_since("log/error", p->now - DAY, note_limit, &r)) {
    probe_unreadable(p, "log/smtp");
    return;
  }
  put_top(&top, &r);
  if (r.limit)
    probe_find(p, CHECK_WARN, r.limit, "user=%s seconds_ago=%lld path=log/smtp hours=24 recipients=%u most=%s", r.user, (long long)(p->now - r.time), r.total, sa_cstr(&top));
  else
    probe_good(p, "path=log/smtp hours=24 recipients=%u senders=%zu most=%s", r.total, r.n, sa_cstr(&top));
  stralloc_free(&top);
}

/* --- Q2: routes --- */

static bool is_our_port(const struct conf *c, unsigned port) {
  return port && (port == (unsigned)conf_number(c, SET_smtp_port) || port == (unsigned)conf_number(c, SET_submission_port) || port == (unsigned)conf_number(c, SET_smtps_port));
}

/* The first address of HOST that is this machine's. */
static bool find_own(struct probe *p, const char *host, enum dns_type type, struct ip *ip) {
  struct dns_answer a = {0};
  bool own = false;
  dns_lookup_until(&a, bytes_str(host), type, clock_ms() + probe_ms_left(p, LOOKUP_MS));
  for (size_t i = 0; a.result == DNS_FOUND && i < a.count && !own; i++)
    if (probe_is_here(p, &a.record[i].ip)) {
      *ip = a.record[i].ip;
      own = true;
    }
  dnsmsg_free(&a);
  return own;
}

static void look_at_route(void *data, struct bytes name, struct bytes value) {
  struct probe *p = data;
  struct route r = {0};
  char text[IP_TEXT];
  if (!route_parse_host(&r, value) || !is_our_port(p->conf, r.port ? r.port : (unsigned)conf_number(p->conf, SET_remote_port)))
    return;
  struct ip ip = r.ip;
  bool own = r.literal ? probe_is_here(p, &ip) : find_own(p, r.host, DNS_A, &ip) || find_own(p, r.host, DNS_AAAA, &ip);
  if (!own)
    return;
  ip_format(text, &ip);
  probe_find(p, CHECK_FAIL, DC214E_route_to_self, "domain=%.*s route=%.*s ip=%s", (int)name.n, name.s, (int)value.n, value.s, text);
}

void probe_routes(struct probe *p) {
  conf_each(p->conf, 't', look_at_route, p);
  probe_good(p, "file=conf/routes");
}

/* --- Q3: mail that came for a domain which the DNS leads here, and was refused as relay --- */

static struct { char name[WHO_MAX]; } refused[DOMAINS_MAX];
static size_t refusals;

static void note_domain(void *data, int64_t time, struct log_reader *line) {
  char domain[WHO_MAX];
  (void)data, (void)time;
  if (!logs_is(line, RL201E_relay_refused) || !text_of(line, "domain", domain))
    return;
  for (size_t i = 0; i < refusals; i++)
    if (!strcmp(refused[i].name, domain))
      return;
  if (refusals < DOMAINS_MAX)
    memcpy(refused[refusals++].name, domain, WHO_MAX);
}

static bool leads_here(struct probe *p, const char *domain, struct ip *ip) {
  struct dns_answer mx = {0};
  bool here = false;
  dns_lookup_until(&mx, bytes_str(domain), DNS_MX, clock_ms() + probe_ms_left(p, LOOKUP_MS));
  for (size_t i = 0; mx.result == DNS_FOUND && i < mx.count && i < 3 && !here; i++)
    here = find_own(p, mx.record[i].name, DNS_A, ip);
  dnsmsg_free(&mx);
  return here && !(!ip->v6 && ip->a[0] == 127);      /* anybody can have a domain lead to 127.0.0.1 */
}

void probe_missing_domain(struct probe *p) {
  struct ip ip;
  char text[IP_TEXT];
  if (logs_since("log/smtp", p->now - DAY, note_domain, NULL)) {
    probe_unreadable(p, "log/smtp");
    return;
  }
  probe_confine();
  for (size_t i = 0; i < refusals; i++)
    if (leads_here(p, refused[i].name, &ip)) {
      ip_format(text, &ip);
      probe_find(p, CHECK_WARN, DC352W_domain_missing, "domain=%s ip=%s", refused[i].name, text);
    }
  probe_good(p, "path=log/smtp hours=24 domains=%zu", refusals);
}
