#include "spf/private.h"

enum { DEPTH_MAX = SPF_LOOKUPS_MAX + 1 };

static int check_host(struct spf_check *c, struct bytes domain, unsigned depth);

/* --- how it ends --- */

static int decided(struct spf_check *c, struct bytes domain, struct bytes term, int result, const char *fault) {
  sa_copyb(&c->o->domain, domain.s, domain.n);
  sa_copyb(&c->o->term, term.s, term.n);
  c->o->fault = fault;
  return result;
}

/* --- asking --- */

static bool counts(enum dns_result r) { return r == DNS_NXDOMAIN || r == DNS_NODATA; }
static bool failed(enum dns_result r) { return r != DNS_FOUND && !counts(r) && r != DNS_BAD_NAME; }

/* 0, or an SPF_ error with WHY. */
static int ask(struct spf_check *c, struct dns_answer *a, struct bytes name, enum dns_type type, const char **why) {
  *a = (struct dns_answer){0};
  c->dns->lookup(c->dns->arg, a, name, type);
  c->voids += counts(a->result);
  if (failed(a->result)) {
    *why = "a DNS server failed";
    return SPF_TEMPERROR;
  }
  if (c->voids > SPF_VOID_MAX) {
    *why = "more than 2 of the names have no record";
    return SPF_PERMERROR;
  }
  return 0;
}

/* --- mechanisms: 1 match, 0 none, or an SPF_ error negated, with WHY --- */

static bool ip_is_in(const struct ip *ip, const struct ip *net, unsigned bits) {
  struct ip_prefix p = {*net, bits};
  unsigned whole = bits / 8;
  for (unsigned i = 0; i < (net->v6 ? 16u : 4u); i++)
    if (i > whole || (i == whole && bits % 8 == 0))
      p.ip.a[i] = 0;
    else if (i == whole)
      p.ip.a[i] &= (uint8_t)(0xff << (8 - bits % 8));
  return ip->v6 == net->v6 && ip_in(ip, &p);
}

static int match_address(struct spf_check *c, const struct spf_term *t) {
  struct ip net;
  return ip_parse(&net, t->spec) && net.v6 == (t->mechanism == SPF_IP6) && ip_is_in(c->ip, &net, net.v6 ? t->bits6 : t->bits4);
}

static int match_host(struct spf_check *c, const struct spf_term *t, struct bytes name, const char **why) {
  struct dns_answer a;
  int r = ask(c, &a, name, c->ip->v6 ? DNS_AAAA : DNS_A, why), found = 0;
  for (size_t i = 0; !r && i < a.count; i++)
    found |= ip_is_in(c->ip, &a.record[i].ip, c->ip->v6 ? t->bits6 : t->bits4);
  dnsmsg_free(&a);
  return r ? -r : found;
}

static int match_mx(struct spf_check *c, const struct spf_term *t, struct bytes name, const char **why) {
  struct dns_answer a;
  int r = ask(c, &a, name, DNS_MX, why), found = 0;
  if (!r && a.count > SPF_HOSTS_MAX) {
    *why = "more than 10 mail exchangers";
    r = SPF_PERMERROR;
  }
  for (size_t i = 0; !r && !found && i < a.count; i++)
    if (a.record[i].name[0])
      found = match_host(c, t, bytes_str(a.record[i].name), why);
  dnsmsg_free(&a);
  return r ? -r : found;
}

static int match_exists(struct spf_check *c, struct bytes name, const char **why) {
  struct dns_answer a;
  int r = ask(c, &a, name, DNS_A, why), found = a.count > 0;
  dnsmsg_free(&a);
  return r ? -r : found;
}

static bool is_below(struct bytes name, struct bytes domain) {
  return bytes_ieq(name, domain) || (name.n > domain.n && name.s[name.n - domain.n - 1] == '.' && bytes_ieq(bytes_of(name.s + name.n - domain.n, domain.n), domain));
}

/* 5.5: faults of the DNS are no match here. */
static int match_ptr(struct spf_check *c, struct bytes domain) {
  struct dns_answer a = {0};
  const struct spf_term exact = {.bits4 = 32, .bits6 = 128};
  stralloc name = {0};
  const char *why;
  int found = 0;
  dnsmsg_reverse_name(&name, c->ip);
  c->dns->lookup(c->dns->arg, &a, bytes_sa(&name), DNS_PTR);
  for (size_t i = 0; i < a.count && i < SPF_HOSTS_MAX && found <= 0; i++)
    if (is_below(bytes_str(a.record[i].name), domain))
      found = match_host(c, &exact, bytes_str(a.record[i].name), &why);
  dnsmsg_free(&a);
  stralloc_free(&name);
  return found > 0;
}

static int match_include(struct spf_check *c, struct bytes name, unsigned depth, const char **why) {
  int r = check_host(c, name, depth + 1);
  if (r == SPF_NONE) {
    decided(c, name, bytes_of("", 0), 0, NULL);
    *why = "an included domain has no SPF record";
    return -SPF_PERMERROR;
  }
  *why = c->o->fault;
  return r == SPF_TEMPERROR || r == SPF_PERMERROR ? -r : r == SPF_PASS;
}

static bool asks(const struct spf_term *t) { return t->mechanism != SPF_ALL && t->mechanism != SPF_IP4 && t->mechanism != SPF_IP6 && t->mechanism != SPF_MODIFIER; }

static int match_name(struct spf_check *c, const struct spf_term *t, struct bytes name, unsigned depth, const char **why) {
  switch (t->mechanism) {
  case SPF_INCLUDE: return match_include(c, name, depth, why);
  case SPF_A: return match_host(c, t, name, why);
  case SPF_MX: return match_mx(c, t, name, why);
  case SPF_PTR: return match_ptr(c, name);
  default: return match_exists(c, name, why);
  }
}

static int match(struct spf_check *c, const struct spf_term *t, struct bytes domain, unsigned depth, const char **why) {
  stralloc name = {0};
  int r;
  if (!asks(t))
    return t->mechanism == SPF_ALL ? 1 : t->mechanism == SPF_MODIFIER ? 0 : match_address(c, t);
  if (++c->o->lookups > SPF_LOOKUPS_MAX) {
    *why = "more than 10 terms that ask the DNS";
    return -SPF_PERMERROR;
  }
  if (!t->spec.n)
    sa_copyb(&name, domain.s, domain.n);
  if (t->spec.n && !spf_expand(&name, c, t->spec, domain)) {
    *why = "a macro is malformed";
    r = -SPF_PERMERROR;
  } else
    r = match_name(c, t, bytes_sa(&name), depth, why);
  stralloc_free(&name);
  return r;
}

/* --- a record --- */

static bool next_term(struct bytes *rest, struct bytes *term) {
  while (bytes_cut(rest, ' ', term))
    if (term->n)
      return true;
  return false;
}

/* 4.6: a fault anywhere makes the whole record void.  REDIRECT is the domain-spec, "" where there is none or all is there. */
static bool look_through(struct bytes record, struct spf_term *redirect, struct bytes *faulty) {
  struct spf_term t;
  bool all = false;
  *redirect = (struct spf_term){.spec = {"", 0}, .text = {"", 0}};
  while (next_term(&record, faulty)) {
    if (!spf_term_read(&t, *faulty) || (t.mechanism == SPF_REDIRECT && redirect->spec.n))
      return false;
    if (t.mechanism == SPF_REDIRECT)
      *redirect = t;
    all |= t.mechanism == SPF_ALL;
  }
  if (all)
    redirect->spec = bytes_of("", 0);
  return true;
}

static int follow(struct spf_check *c, const struct spf_term *redirect, struct bytes domain, unsigned depth) {
  stralloc name = {0};
  int r = SPF_PERMERROR;
  if (++c->o->lookups > SPF_LOOKUPS_MAX)
    decided(c, domain, redirect->text, 0, "more than 10 terms that ask the DNS");
  else if (!spf_expand(&name, c, redirect->spec, domain))
    decided(c, domain, redirect->text, 0, "a macro is malformed");
  else if ((r = check_host(c, bytes_sa(&name), depth + 1)) == SPF_NONE)
    r = decided(c, domain, redirect->text, SPF_PERMERROR, "the domain that redirect names has no SPF record");
  stralloc_free(&name);
  return r;
}

static int evaluate(struct spf_check *c, struct bytes domain, struct bytes record, unsigned depth) {
  struct bytes term, rest = record;
  struct spf_term redirect, t;
  const char *why = NULL;
  if (!look_through(record, &redirect, &term))
    return decided(c, domain, term, SPF_PERMERROR, "a term is malformed");
  while (next_term(&rest, &term)) {
    spf_term_read(&t, term);
    if (t.mechanism == SPF_REDIRECT)
      continue;
    int r = match(c, &t, domain, depth, &why);
    if (r < 0)
      return t.mechanism == SPF_INCLUDE && c->o->fault ? -r : decided(c, domain, term, -r, why);
    if (r)
      return decided(c, domain, term, (int)t.qualifier, NULL);
  }
  return redirect.spec.n ? follow(c, &redirect, domain, depth) : decided(c, domain, bytes_of("", 0), SPF_NEUTRAL, NULL);
}

static bool is_spf(struct bytes text) { return bytes_istarts(text, bytes_str("v=spf1")) && (text.n == 6 || text.s[6] == ' '); }

/* The one record; the number of them. */
static unsigned find_record(const struct dns_answer *a, stralloc *record) {
  struct bytes rest = bytes_sa(&a->text), text;
  unsigned n = 0;
  while (rest.n && bytes_cut(&rest, 0, &text))
    if (is_spf(text) && !n++)
      sa_copyb(record, text.s + 6, text.n - 6);
  return n;
}

static bool is_domain(struct bytes d) { return d.n > 0 && d.n <= SPF_NAME_MAX && memchr(d.s, '.', d.n) && !memmem(d.s, d.n, "..", 2) && d.s[0] != '.'; }

static int check_host(struct spf_check *c, struct bytes domain, unsigned depth) {
  struct dns_answer a = {0};
  stralloc record = {0};
  int r;
  if (!is_domain(domain))
    return SPF_NONE;
  if (depth > DEPTH_MAX)
    return decided(c, domain, bytes_of("", 0), SPF_PERMERROR, "records include each other");
  c->dns->lookup(c->dns->arg, &a, domain, DNS_TXT);
  unsigned n = find_record(&a, &record);
  if (!depth && n)
    sa_copys(&c->o->record, "v=spf1"), sa_cat(&c->o->record, &record);
  if (failed(a.result))
    r = decided(c, domain, bytes_of("", 0), SPF_TEMPERROR, "a DNS server failed");
  else if (n > 1)
    r = decided(c, domain, bytes_of("", 0), SPF_PERMERROR, "there is more than one SPF record");
  else
    r = n ? evaluate(c, domain, bytes_sa(&record), depth) : SPF_NONE;
  dnsmsg_free(&a);
  stralloc_free(&record);
  return r;
}

void spf_check(struct spf_outcome *o, const struct ip *ip, struct bytes sender, struct bytes helo, const struct resolver *dns) {
  stralloc text = {0};
  struct spf_check c = {.ip = ip, .helo = helo, .dns = dns, .o = o};
  *o = (struct spf_outcome){0};
  if (!sender.n)
    sender = helo;
  if (!sender.n || !memchr(sender.s, '@', sender.n))
    sa_cats(&text, "postmaster@");
  sa_catb(&text, sender.s, sender.n);
  c.sender = bytes_sa(&text);
  const char *at = memrchr(c.sender.s, '@', c.sender.n);
  c.local = at == c.sender.s ? bytes_str("postmaster") : bytes_of(c.sender.s, (size_t)(at - c.sender.s));
  c.sender_domain = bytes_of(at + 1, c.sender.n - (size_t)(at + 1 - c.sender.s));
  o->result = (enum spf_result)check_host(&c, c.sender_domain, 0);
  stralloc_free(&text);
}

void spf_outcome_free(struct spf_outcome *o) {
  stralloc_free(&o->domain);
  stralloc_free(&o->term);
  stralloc_free(&o->record);
}

const char *spf_result_name(enum spf_result r) {
  static const char *const names[] = {"none", "neutral", "pass", "fail", "softfail", "temperror", "permerror"};
  return names[r];
}
