/* Whether a failure comes of a resolver that is behind the zone: the zone's own servers are asked, once a destination, and
 * only where their answer could explain it. */
#include <stdio.h>

#include "base/sa.h"
#include "dns/zone.h"
#include "remote/remote_private.h"
#include "sys/clock.h"
#include "sys/report.h"

/* What the old host of a domain that moved away says, and where the resolver remembers that there was nothing.  SERVFAIL is
 * not among them: it says nothing that could be old, and a signature that does not verify looks the same from here. */
static const struct { enum stage stage; enum cause cause; } explained[] = {
  {STAGE_DNS, CAUSE_NO_SUCH_DOMAIN}, {STAGE_DNS, CAUSE_NO_MX_ADDRESS}, {STAGE_DNS, CAUSE_NULL_MX},
  {STAGE_CONNECT, CAUSE_CONNECT_REFUSED}, {STAGE_CONNECT, CAUSE_CONNECT_TIMEOUT}, {STAGE_CONNECT, CAUSE_NO_ROUTE},
  {STAGE_RCPT, CAUSE_USER_UNKNOWN}, {STAGE_RCPT, CAUSE_RELAY_DENIED}, {STAGE_RCPT, CAUSE_DOMAIN_BAD},
};

static bool may_explain(const struct failure *f, enum cause cause) {
  for (size_t i = 0; i < sizeof explained / sizeof *explained; i++)
    if (explained[i].stage == f->stage && explained[i].cause == cause)
      return true;
  return false;
}

static void say(const struct zone_report *z, enum zone_verdict v) {
  stralloc old = {0}, new = {0}, above = {0}, own = {0};
  zone_view_text(&old, &z->resolver);
  zone_view_text(&new, &z->zone);
  zone_names_text(&above, &z->delegation);
  zone_names_text(&own, &z->own);
  if (v == ZONE_STALE)
    report(DN202W_resolver_behind, "domain=%s resolver=%.*s ttl=%u server=%s zone=%.*s", z->domain, (int)old.len, old.s, z->resolver.ttl, z->server, (int)new.len, new.s);
  if (zone_delegation_differs(z))
    report(DN203W_delegation_differs, "domain=%s zone=%s delegation=%.*s own=%.*s", z->domain, z->apex, (int)above.len, above.s, (int)own.len, own.s);
  stralloc_free(&old);
  stralloc_free(&new);
  stralloc_free(&above);
  stralloc_free(&own);
}

static void tell(struct remote *r, enum zone_verdict v, int64_t took) {
  stralloc text = {0};
  if (!r->listener)
    return;
  zone_text(&text, &r->zone, LANG_EN);
  remote_tell(r, (struct event){.kind = EVENT_ZONE, .name = bytes_str(r->zone.domain), .result = bytes_str(zone_verdict_name(v)), .text = bytes_sa(&text), .took = took, .zone = &r->zone});
  stralloc_free(&text);
}

static enum zone_verdict ask(struct remote *r, const char *domain, const struct ip *contacted, bool for_good) {
  bool known = !strcmp(r->zone_of, domain) && clock_ms() - r->zone_at < REMOTE_ZONE_MS;
  int64_t begun = clock_ms();
  if (!known) {
    dns_zone(&r->zone, bytes_str(domain), conf_number(r->conf, SET_remote_ipv6));
    snprintf(r->zone_of, sizeof r->zone_of, "%s", domain);
    r->zone_at = clock_ms();
  }
  enum zone_verdict v = zone_judge(&r->zone, contacted, for_good);
  if (!known) {
    say(&r->zone, v);
    tell(r, v, clock_ms() - begun);
  }
  return v;
}

bool remote_is_stale(struct attempt *a, const struct failure *f, const char *ip) {
  struct verdict verdict = remote_judge(a, f);
  struct ip contacted;
  if (!*a->domain || !may_explain(f, verdict.cause))
    return false;
  bool met = f->stage != STAGE_DNS && ip_parse(&contacted, bytes_str(ip));
  return ask(a->r, a->domain, met ? &contacted : NULL, verdict.permanent) == ZONE_STALE;
}

void remote_look_at_zone(struct attempt *a, const struct ip *leads_to) {
  if (*a->domain)
    ask(a->r, a->domain, leads_to, false);
}
