#include "route/route.h"

#include <stdio.h>
#include <stdlib.h>

struct ranked {
  const struct dns_record *record;
  uint32_t random;
};

static int compare(const void *a, const void *b) {
  const struct ranked *x = a, *y = b;
  if (x->record->preference != y->record->preference)
    return x->record->preference < y->record->preference ? -1 : 1;
  return x->random < y->random ? -1 : x->random > y->random;
}

static void add_host(struct route_plan *p, const char *name, unsigned preference) {
  struct route_host *h = &p->host[p->hosts++];
  *h = (struct route_host){.preference = preference, .result = DNS_NODATA};
  snprintf(h->name, sizeof h->name, "%s", name);
}

enum failure_kind route_plan_mx(struct route_plan *p, const struct dns_answer *mx, const uint32_t random[DNS_RECORDS_MAX], struct bytes own_name) {
  struct ranked ranked[DNS_RECORDS_MAX];
  size_t n = 0;
  *p = (struct route_plan){.mx = true};
  for (size_t i = 0; i < mx->count; i++)
    if (mx->record[i].name[0])
      ranked[n++] = (struct ranked){&mx->record[i], random[i]};
  if (!n)
    return FAILURE_NULL_MX;
  qsort(ranked, n, sizeof *ranked, compare);
  for (size_t i = 0; i < n && p->hosts < ROUTE_HOSTS_MAX; i++) {
    add_host(p, ranked[i].record->name, ranked[i].record->preference);
    p->host[i].ourselves = bytes_ieq(bytes_str(ranked[i].record->name), own_name);
  }
  return FAILURE_NONE;
}

void route_plan_host(struct route_plan *p, const char *host) {
  *p = (struct route_plan){0};
  add_host(p, host, 0);
}

static bool is_temporary(enum dns_result r) { return r != DNS_FOUND && r != DNS_NODATA && r != DNS_NXDOMAIN && r != DNS_BAD_NAME; }

static enum dns_result better(enum dns_result a, enum dns_result b) {
  if (a == DNS_FOUND || b == DNS_FOUND)
    return DNS_FOUND;
  if (is_temporary(a) || is_temporary(b))
    return is_temporary(a) ? a : b;
  return a == DNS_NODATA ? a : b;
}

static void add_targets(struct route_plan *p, unsigned h, const struct dns_answer *a, route_is_own *own, void *arg) {
  for (size_t i = 0; i < a->count; i++) {
    if (own && own(arg, &a->record[i].ip))
      p->host[h].ourselves = true;
    if (p->targets < ROUTE_TARGETS_MAX)
      p->target[p->targets++] = (struct route_target){h, a->record[i].ip};
  }
}

void route_plan_addresses(struct route_plan *p, unsigned h, const struct dns_answer *a, const struct dns_answer *aaaa, route_is_own *own, void *arg) {
  p->host[h].result = better(a->result, aaaa->result);
  add_targets(p, h, a, own, arg);
  add_targets(p, h, aaaa, own, arg);
}

static unsigned own_preference(const struct route_plan *p) {
  unsigned least = UINT32_MAX;
  for (unsigned i = 0; i < p->hosts; i++)
    if (p->host[i].ourselves && p->host[i].preference < least)
      least = p->host[i].preference;
  return least;
}

enum failure_kind route_dns_failure(enum dns_result r) {
  switch (r) {
  case DNS_NXDOMAIN: return FAILURE_NXDOMAIN;
  case DNS_BAD_NAME: return FAILURE_DOMAIN;
  case DNS_NODATA:
  case DNS_FOUND: return FAILURE_NO_ADDRESS;
  case DNS_TIMEOUT: return FAILURE_DNS_TIMEOUT;
  default: return FAILURE_SERVFAIL;
  }
}

/* Of hosts that could not be resolved the one that may yet be decides; a mail exchanger that does not exist is the fault
 * of a domain that does. */
static enum failure_kind nothing_left(const struct route_plan *p, unsigned least) {
  enum dns_result worst = DNS_NXDOMAIN;
  bool asked = false;
  for (unsigned i = 0; i < p->hosts; i++)
    if (p->host[i].preference < least) {
      worst = asked ? better(worst, p->host[i].result) : p->host[i].result;
      asked = true;
    }
  if (!asked)
    return FAILURE_LOOP;
  return p->mx && !is_temporary(worst) ? FAILURE_NO_ADDRESS : route_dns_failure(worst);
}

enum failure_kind route_plan_finish(struct route_plan *p) {
  unsigned least = own_preference(p), kept = 0;
  for (unsigned i = 0; i < p->targets; i++)
    if (p->host[p->target[i].host].preference < least)
      p->target[kept++] = p->target[i];
  p->targets = kept;
  return kept ? FAILURE_NONE : nothing_left(p, least);
}
