#include "reputation/reputation.h"

#include <stdlib.h>

#include "log/log.h"
#include "spf/spf.h"

/* --- findings --- */

static struct reputation_finding *add(struct reputation *r, enum message_id id) {
  r->finding = reallocarray(r->finding, r->count + 1, sizeof *r->finding);
  if (!r->finding)
    out_of_memory();
  r->finding[r->count] = (struct reputation_finding){.id = id};
  return &r->finding[r->count++];
}

static void say(struct reputation_finding *f, const char *key, struct bytes value) {
  struct log_line l = {.n = 0};
  log_field(&l, key, value);
  size_t blank = f->evidence.len == 0;
  sa_catb(&f->evidence, l.s + blank, l.n - blank);
}

static void say_ip(struct reputation_finding *f, const struct ip *ip) {
  char text[IP_TEXT];
  ip_format(text, ip);
  say(f, "ip", bytes_str(text));
}

void reputation_free(struct reputation *r) {
  for (size_t i = 0; i < r->count; i++)
    stralloc_free(&r->finding[i].evidence);
  free(r->finding);
  *r = (struct reputation){0};
}

/* --- asking --- */

struct asker {
  struct reputation *r;
  const struct ip *ip;
  struct bytes ehlo, domain;
  const struct resolver *dns;
};

static bool is_known(enum dns_result r) { return r == DNS_FOUND || r == DNS_NODATA || r == DNS_NXDOMAIN || r == DNS_BAD_NAME; }

static const char *type_name(enum dns_type type) { return type == DNS_PTR ? "PTR" : type == DNS_AAAA ? "AAAA" : type == DNS_A ? "A" : "TXT"; }

static void add_unknown(const struct asker *k, struct bytes name, enum dns_type type, const char *result) {
  struct reputation_finding *f = add(k->r, RP105W_dns_unknown);
  say(f, "name", name);
  say(f, "type", bytes_str(type_name(type)));
  say(f, "result", bytes_str(result));
}

static enum dns_type address_type(const struct asker *k) { return k->ip->v6 ? DNS_AAAA : DNS_A; }

static bool has_ip(const struct dns_answer *a, const struct ip *ip) {
  for (size_t i = 0; i < a->count; i++)
    if (a->record[i].ip.v6 == ip->v6 && !memcmp(a->record[i].ip.a, ip->a, ip->v6 ? 16 : 4))
      return true;
  return false;
}

static void put_ips(stralloc *out, const struct dns_answer *a) {
  char text[IP_TEXT];
  for (size_t i = 0; i < a->count && i < REPUTATION_NAMES_MAX; i++) {
    ip_format(text, &a->record[i].ip);
    sa_catf(out, "%s%s", out->len ? ", " : "", text);
  }
}

/* --- reverse DNS --- */

/* "203-0-113-7.dyn.example": each number of the address stands in the name by itself. */
static bool is_generic(const char *name, const struct ip *ip) {
  for (int i = 0; i < 4 && !ip->v6; i++) {
    char number[4];
    uint8_t v = ip->a[i];
    size_t n = 0;
    bool found = false;
    if (v >= 100)
      number[n++] = (char)('0' + v / 100);
    if (v >= 10)
      number[n++] = (char)('0' + v / 10 % 10);
    number[n++] = (char)('0' + v % 10);
    for (const char *p = name; !found && *p; p++) {
      size_t k = strspn(p, "0123456789"), zeros = 0;
      while (k > zeros + n && p[zeros] == '0')
        zeros++;
      found = k == zeros + n && !memcmp(p + zeros, number, n);
      p += k ? k - 1 : 0;
    }
    if (!found)
      return false;
  }
  return !ip->v6;
}

static void add_reverse(const struct asker *k, enum message_id id, const char *name, const stralloc *addresses) {
  struct reputation_finding *f = add(k->r, id);
  say_ip(f, k->ip);
  if (*name)
    say(f, "name", bytes_str(name));
  if (addresses)
    say(f, "addresses", addresses->len ? bytes_sa(addresses) : bytes_str("-"));
  say(f, "ehlo", k->ehlo);
}

static void judge_names(const struct asker *k, const struct dns_answer *names) {
  stralloc addresses = {0};
  const char *good = NULL;
  enum dns_result bad = DNS_FOUND;
  size_t i;
  for (i = 0; !good && is_known(bad) && i < names->count && i < REPUTATION_NAMES_MAX; i++) {
    struct dns_answer a = {0};
    k->dns->lookup(k->dns->arg, &a, bytes_str(names->record[i].name), address_type(k));
    bad = a.result;
    if (has_ip(&a, k->ip))
      good = names->record[i].name;
    put_ips(&addresses, &a);
    dnsmsg_free(&a);
  }
  if (good)
    add_reverse(k, is_generic(good, k->ip) ? RP104W_reverse_generic : RP101I_reverse_good, good, NULL);
  else if (!is_known(bad))
    add_unknown(k, bytes_str(names->record[i - 1].name), address_type(k), dns_result_name(bad));
  else
    add_reverse(k, RP103E_reverse_mismatch, names->record[0].name, &addresses);
  stralloc_free(&addresses);
}

static void judge_reverse(const struct asker *k) {
  struct dns_answer names = {0};
  stralloc name = {0};
  dnsmsg_reverse_name(&name, k->ip);
  k->dns->lookup(k->dns->arg, &names, bytes_sa(&name), DNS_PTR);
  if (names.count)
    judge_names(k, &names);
  else if (is_known(names.result) || names.unusable)   /* a name that is no host name leads nowhere */
    add_reverse(k, RP102E_reverse_missing, "", NULL);
  else
    add_unknown(k, bytes_sa(&name), DNS_PTR, dns_result_name(names.result));
  dnsmsg_free(&names);
  stralloc_free(&name);
}

/* --- the name that EHLO says --- */

static void add_ehlo(const struct asker *k, enum message_id id, const struct dns_answer *a) {
  stralloc addresses = {0};
  struct reputation_finding *f = add(k->r, id);
  say(f, "ehlo", k->ehlo);
  say_ip(f, k->ip);
  if (id == RP113W_ehlo_elsewhere) {
    put_ips(&addresses, a);
    say(f, "addresses", bytes_sa(&addresses));
  }
  stralloc_free(&addresses);
}

/* A name with addresses of the other family only is not at fault for existing. */
static bool exists_otherwise(const struct asker *k, struct dns_answer *a) {
  dnsmsg_free(a);
  *a = (struct dns_answer){0};
  k->dns->lookup(k->dns->arg, a, k->ehlo, k->ip->v6 ? DNS_A : DNS_AAAA);
  return a->count > 0;
}

static void judge_ehlo(const struct asker *k) {
  struct dns_answer a = {0};
  if (!k->ehlo.n || !memchr(k->ehlo.s, '.', k->ehlo.n)) {
    add_ehlo(k, RP114E_ehlo_unqualified, &a);
    return;
  }
  k->dns->lookup(k->dns->arg, &a, k->ehlo, address_type(k));
  if (has_ip(&a, k->ip))
    add_ehlo(k, RP111I_ehlo_good, &a);
  else if (a.count || (a.result == DNS_NODATA && exists_otherwise(k, &a)))
    add_ehlo(k, RP113W_ehlo_elsewhere, &a);
  else if (is_known(a.result))
    add_ehlo(k, RP112E_ehlo_unresolved, &a);
  else
    add_unknown(k, k->ehlo, address_type(k), dns_result_name(a.result));
  dnsmsg_free(&a);
}

/* --- SPF --- */

static void judge_spf(const struct asker *k) {
  static const enum message_id ids[] = {
    [SPF_NONE] = RP124W_spf_none, [SPF_NEUTRAL] = RP125W_spf_neutral, [SPF_PASS] = RP121I_spf_pass, [SPF_FAIL] = RP122E_spf_fail,
    [SPF_SOFTFAIL] = RP123W_spf_softfail, [SPF_TEMPERROR] = RP105W_dns_unknown, [SPF_PERMERROR] = RP126E_spf_broken};
  struct spf_outcome o;
  spf_check(&o, k->ip, k->domain, k->ehlo, k->dns);
  if (o.result == SPF_TEMPERROR)
    add_unknown(k, bytes_sa(&o.domain), DNS_TXT, o.term.len ? sa_cstr(&o.term) : "spf");
  else {
    struct reputation_finding *f = add(k->r, ids[o.result]);
    say(f, "domain", k->domain);
    say_ip(f, k->ip);
    if (o.record.len)
      say(f, "record", bytes_sa(&o.record));
    if (o.term.len)
      say(f, "term", bytes_sa(&o.term));
    if (o.domain.len)
      say(f, "decided_by", bytes_sa(&o.domain));
    if (o.fault)
      say(f, "fault", bytes_str(o.fault));
  }
  spf_outcome_free(&o);
}

/* --- all of it --- */

bool reputation_is_private(const struct ip *ip) {
  static const char *const nets[] = {"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16", "::/127", "fc00::/7", "fe80::/10"};
  struct ip_prefix p;
  for (size_t i = 0; i < sizeof nets / sizeof *nets; i++)
    if (ip_prefix_parse(&p, bytes_str(nets[i])) && p.ip.v6 == ip->v6 && ip_in(ip, &p))
      return true;
  return false;
}

void reputation_judge(struct reputation *r, const struct ip *ip, struct bytes ehlo, struct bytes domain, const struct resolver *dns) {
  const struct asker k = {r, ip, ehlo, domain, dns};
  if (reputation_is_private(ip)) {
    say_ip(add(r, RP131W_source_private), ip);
    return;
  }
  judge_reverse(&k);
  judge_ehlo(&k);
  judge_spf(&k);
}

void reputation_add(struct reputation *r, enum message_id id) { add(r, id); }

void reputation_foreign(struct reputation *r, const struct ip *source) { say_ip(add(r, RP132E_source_foreign), source); }

void reputation_smart_host(struct reputation *r, struct bytes host, struct bytes domain) {
  struct reputation_finding *f = add(r, RP134I_smart_host);
  say(f, "host", host);
  say(f, "domain", domain);
}

/* --- port 25 --- */

static bool is_first(const struct reputation_reach *reach, size_t i) {
  for (size_t k = 0; k < i; k++)
    if (reach[k].port == 25 && !memcmp(&reach[k].ip, &reach[i].ip, sizeof reach[i].ip))
      return false;
  return true;
}

void reputation_port25(struct reputation *r, const struct reputation_reach *reach, size_t count) {
  stralloc tried = {0};
  size_t hosts = 0, open = 0, controls = 0, working = 0;
  char text[IP_TEXT];
  for (size_t i = 0; i < count; i++) {
    bool smtp = reach[i].port == 25;
    hosts += smtp && is_first(reach, i);
    open += smtp && reach[i].connected;
    controls += !smtp;
    working += !smtp && reach[i].connected;
    ip_format(text, &reach[i].ip);
    sa_catf(&tried, "%s%s:%u %s", tried.len ? ", " : "", text, (unsigned)reach[i].port, reach[i].connected ? "open" : "no");
  }
  bool many = hosts >= 2;
  enum message_id id = open ? RP141I_port25_open : many && working ? RP142E_port25_blocked : many && controls ? RP143E_network_down : RP144W_port25_unclear;
  say(add(r, id), "tried", tried.len ? bytes_sa(&tried) : bytes_str("-"));
  stralloc_free(&tried);
}

void reputation_recipient(struct reputation *r, struct bytes address) {
  const char *at = address.n ? memrchr(address.s, '@', address.n) : NULL;
  if (at && (size_t)(at + 1 - address.s) < address.n && at[1] == '[')
    say(add(r, RP151W_recipient_literal), "to", address);
}
