#include "addr/ip.h"
#include "classify/classify.h"
#include "trouble/private.h"

enum { UNRELATED = 3, CURES = 2 };

static const char *const names[TROUBLE_KINDS] = {"port", "resolver", "reverse_dns", "blocked", "login", "disk", "certificate_soon", "certificate_bad"};

const char *trouble_name(enum trouble_kind kind) { return names[kind]; }

bool trouble_find(struct bytes name, enum trouble_kind *kind) {
  for (int k = 0; k < TROUBLE_KINDS; k++)
    if (bytes_eq(name, bytes_str(names[k]))) {
      *kind = (enum trouble_kind)k;
      return true;
    }
  return false;
}

/* --- what an attempt says of each condition --- */

enum says { NOTHING, AGAINST, FOR };     /* FOR: a sign that the condition is there */

static bool is_one_of(enum cause c, const enum cause *list, size_t n) {
  for (size_t i = 0; i < n; i++)
    if (list[i] == c)
      return true;
  return false;
}
#define ONE_OF(c, ...) is_one_of(c, (const enum cause[]){__VA_ARGS__}, sizeof(const enum cause[]){__VA_ARGS__} / sizeof(enum cause))

/* The host of a route that is an address needs no DNS. */
static bool is_literal(struct bytes destination) {
  struct bytes host = destination;
  struct ip ip;
  if (host.n && host.s[0] == '[')
    return true;
  const char *colon = host.n ? memrchr(host.s, ':', host.n) : NULL;
  return ip_parse(&ip, host) || (colon && ip_parse(&ip, bytes_of(host.s, (size_t)(colon - host.s))));
}

/* A route to another port says nothing of port 25. */
static bool is_by_port_25(struct bytes destination) {
  const char *colon = destination.n ? memrchr(destination.s, ':', destination.n) : NULL;
  return !colon || bytes_eq(bytes_of(colon, destination.n - (size_t)(colon - destination.s)), bytes_str(":25"));
}

static bool is_before_dns(enum cause c) { return ONE_OF(c, CAUSE_ADDRESS_SYNTAX, CAUSE_DOMAIN_SYNTAX, CAUSE_MESSAGE_UNREADABLE, CAUSE_CREDENTIALS_UNREADABLE); }

static bool is_dns(enum cause c) {
  return ONE_OF(c, CAUSE_DNS_TIMEOUT, CAUSE_DNS_SERVFAIL, CAUSE_DNS_STALE, CAUSE_NO_SUCH_DOMAIN, CAUSE_NULL_MX, CAUSE_NO_MX_ADDRESS, CAUSE_LOOP_HERE);
}

static enum says of_port(const struct trouble_event *e, enum cause c) {
  if (!is_by_port_25(e->destination) || is_dns(c) || is_before_dns(c) || c == CAUSE_CONNECT_REFUSED || (e->state != 'd' && c == CAUSE_NONE))
    return NOTHING;
  return ONE_OF(c, CAUSE_CONNECT_TIMEOUT, CAUSE_NO_ROUTE) ? FOR : AGAINST;
}

static enum says of_resolver(const struct trouble_event *e, enum cause c) {
  if (is_literal(e->destination) || is_before_dns(c) || c == CAUSE_DNS_STALE || (e->state != 'd' && c == CAUSE_NONE))
    return NOTHING;
  return ONE_OF(c, CAUSE_DNS_TIMEOUT, CAUSE_DNS_SERVFAIL) ? FOR : AGAINST;
}

static enum says refused(const struct trouble_event *e, bool for_this) { return for_this ? FOR : e->state == 'd' ? AGAINST : NOTHING; }

static enum says what_it_says(enum trouble_kind kind, const struct trouble_event *e, enum cause c) {
  switch (kind) {
  case TROUBLE_PORT: return of_port(e, c);
  case TROUBLE_RESOLVER: return of_resolver(e, c);
  case TROUBLE_REVERSE_DNS: return refused(e, c == CAUSE_REVERSE_DNS);
  case TROUBLE_BLOCKED: return refused(e, c == CAUSE_BLOCKED);
  case TROUBLE_LOGIN:
    return refused(e, ONE_OF(c, CAUSE_AUTH_UNVERIFIED, CAUSE_AUTH_MISSING, CAUSE_AUTH_REFUSED, CAUSE_TOKEN_REFUSED, CAUSE_TOKEN_MISSING, CAUSE_TOKEN_EXPIRED, CAUSE_CREDENTIALS_UNREADABLE));
  default: return NOTHING;
  }
}

/* --- witnesses --- */

/* Our own words name the address in brackets: "connect mx.example.net [192.0.2.1]: Connection timed out". */
static struct bytes address_in(struct bytes words) {
  const char *open = words.n ? memchr(words.s, '[', words.n) : NULL;
  const char *close = open ? memchr(open, ']', words.n - (size_t)(open - words.s)) : NULL;
  struct ip ip;
  struct bytes a = close ? bytes_of(open + 1, (size_t)(close - open - 1)) : bytes_of("", 0);
  return ip_parse(&ip, a) ? a : bytes_of("", 0);
}

static bool same_network(struct bytes a, struct bytes b) {
  struct ip x, y;
  return ip_parse(&x, a) && ip_parse(&y, b) && x.v6 == y.v6 && !memcmp(x.a, y.a, x.v6 ? 4 : 2);
}

static struct trouble_witness *find(struct trouble_witness *w, unsigned n, struct bytes destination, struct bytes address) {
  for (unsigned i = 0; i < n; i++)
    if (bytes_ieq(bytes_sa(&w[i].destination), destination) || (address.n && same_network(bytes_sa(&w[i].address), address)))
      return &w[i];
  return NULL;
}

static void set(struct trouble_witness *w, struct bytes destination, struct bytes address) {
  sa_copyb(&w->destination, destination.s, destination.n);
  sa_copyb(&w->address, address.s, address.n);
}

bool trouble_has_witness(const struct trouble_condition *c, struct bytes name) {
  for (unsigned i = 0; i < c->witnesses; i++)
    if (bytes_ieq(bytes_sa(&c->witness[i].destination), name))
      return true;
  return false;
}

void trouble_add_witness(struct trouble_condition *c, struct bytes destination, struct bytes address) {
  if (c->witnesses < TROUBLE_WITNESSES && !find(c->witness, c->witnesses, destination, address))
    set(&c->witness[c->witnesses++], destination, address);
}

void trouble_remove_witness(struct trouble_condition *c, unsigned i) {
  struct trouble_witness gone = c->witness[i];
  c->witness[i] = c->witness[--c->witnesses];
  c->witness[c->witnesses] = gone;
}

/* --- beginnings and ends --- */

static void keep_evidence(struct trouble_condition *c, const struct trouble_event *e) {
  sa_copyb(&c->destination, e->destination.s, e->destination.n);
  sa_copyb(&c->qid, e->qid.s, e->qid.n);
  sa_copyb(&c->cause, e->cause.s, e->cause.n);
  sa_copyb(&c->reply, e->reply.s, e->reply.n);
}

enum trouble_change trouble_begin(struct trouble_condition *c, int64_t now, bool further) {
  c->on = true;
  c->since = now;
  c->over = 0;
  c->cures = 0;
  c->told = further || !c->last || now - c->last >= TROUBLE_DAY || now < c->last;
  if (c->told) {
    c->last = now;
    c->begin_due = true;
    c->over_due = false;
  }
  return TROUBLE_BEGINS;
}

enum trouble_change trouble_end(struct trouble_condition *c, int64_t now) {
  c->on = false;
  c->over = now;
  c->witnesses = c->cures = 0;
  c->over_due = c->told;
  return TROUBLE_OVER;
}

static void remove_witness(struct trouble_condition *c, struct bytes destination) {
  struct trouble_witness *w = find(c->witness, c->witnesses, destination, bytes_of("", 0));
  if (w)
    trouble_remove_witness(c, (unsigned)(w - c->witness));
}

static bool is_wide(enum trouble_kind kind) { return kind == TROUBLE_PORT || kind == TROUBLE_RESOLVER; }

static unsigned needed(enum trouble_kind kind, const struct trouble_event *e) {
  return is_wide(kind) ? UNRELATED : kind == TROUBLE_REVERSE_DNS && e->state == 't' ? 2 : 1;
}

static enum trouble_change hear_for(struct trouble_condition *c, enum trouble_kind kind, const struct trouble_event *e) {
  struct bytes address = is_wide(kind) ? address_in(e->reply) : bytes_of("", 0);
  c->cures = 0;
  if (is_wide(kind) && e->known_dead && !c->on && !find(c->witness, c->witnesses, e->destination, bytes_of("", 0)))
    return TROUBLE_SAME;
  c->heard = e->time;
  if (!c->on && !c->witnesses)
    keep_evidence(c, e);
  trouble_add_witness(c, e->destination, address);
  return !c->on && c->witnesses >= needed(kind, e) ? trouble_begin(c, e->time, false) : TROUBLE_SAME;
}

static enum trouble_change hear_against(struct trouble_condition *c, enum trouble_kind kind, const struct trouble_event *e) {
  if (!is_wide(kind)) {
    remove_witness(c, e->destination);
    return c->on && !c->witnesses ? trouble_end(c, e->time) : TROUBLE_SAME;
  }
  if (!c->on) {
    c->witnesses = 0;
    return TROUBLE_SAME;
  }
  if (!find(c->cured, c->cures, e->destination, bytes_of("", 0)))
    set(&c->cured[c->cures++], e->destination, bytes_of("", 0));
  return c->cures >= CURES ? trouble_end(c, e->time) : TROUBLE_SAME;
}

void trouble_attempt(struct trouble *t, const struct trouble_event *e, enum trouble_change change[TROUBLE_KINDS]) {
  enum cause cause = e->state == 'd' ? CAUSE_NONE : cause_of(e->cause);
  for (int k = 0; k < TROUBLE_KINDS; k++) {
    enum trouble_kind kind = (enum trouble_kind)k;
    enum says says = what_it_says(kind, e, cause);
    change[k] = says == FOR ? hear_for(&t->c[k], kind, e) : says == AGAINST ? hear_against(&t->c[k], kind, e) : TROUBLE_SAME;
  }
}

enum trouble_change trouble_disk(struct trouble *t, int64_t now, uint64_t free_bytes, uint64_t limit) {
  struct trouble_condition *c = &t->c[TROUBLE_DISK];
  if (!c->on && free_bytes < limit) {
    c->reply.len = 0;
    sa_catf(&c->reply, "%llu MiB free, free_space_min is %llu MiB", (unsigned long long)(free_bytes >> 20), (unsigned long long)(limit >> 20));
    c->heard = now;
    return trouble_begin(c, now, false);
  }
  return c->on && free_bytes >= limit + limit / 10 ? trouble_end(c, now) : TROUBLE_SAME;
}

void trouble_tick(struct trouble *t, int64_t now) {
  for (int k = 0; k < TROUBLE_DISK; k++)
    if (t->c[k].heard && now - t->c[k].heard > TROUBLE_MONTH) {
      t->c[k].on = t->c[k].begin_due = t->c[k].over_due = false;
      t->c[k].witnesses = 0;
      t->c[k].heard = 0;
    }
}

bool trouble_due(const struct trouble *t, enum trouble_kind *kind, bool *over) {
  for (int k = 0; k < TROUBLE_KINDS; k++)
    if (t->c[k].begin_due || t->c[k].over_due) {
      *kind = (enum trouble_kind)k;
      *over = !t->c[k].begin_due;
      return true;
    }
  return false;
}

void trouble_made(struct trouble *t, enum trouble_kind kind, bool over) {
  if (over)
    t->c[kind].over_due = false;
  else
    t->c[kind].begin_due = false;
}
