/* Why and until when a recipient waits. */
#include <stdio.h>

#include "classify/classify.h"
#include "listing/listing.h"

static struct bytes domain_of(const stralloc *addr) {
  const char *at = addr->len ? memrchr(addr->s, '@', addr->len) : NULL;
  return at ? bytes_of(at + 1, addr->len - (size_t)(at + 1 - addr->s)) : bytes_sa(addr);
}

static void name_destination(char name[ROUTE_DESTINATION_MAX], const struct listing *l, const struct queue_rcpt *r) {
  struct bytes domain = domain_of(&r->addr);
  size_t n = domain.n < ROUTE_DESTINATION_MAX ? domain.n : ROUTE_DESTINATION_MAX - 1;
  if (r->local)
    snprintf(name, ROUTE_DESTINATION_MAX, "local");
  else if (l->conf)
    route_destination(l->conf, domain, name);
  else {
    for (size_t i = 0; i < n; i++)
      name[i] = ascii_lower(domain.s[i]);
    name[n] = 0;
  }
}

void listing_waiting(struct waiting *w, const struct listing *l, const struct queue_rcpt *r) {
  *w = (struct waiting){.attempts = r->attempts, .cause = bytes_sa(&r->cause), .reply = bytes_sa(&r->reply)};
  w->pending = r->state == RCPT_WAITING || r->state == RCPT_TRIED || r->state == RCPT_PLACED;
  name_destination(w->destination, l, r);
  if (!w->pending)
    return;
  const struct queue_dest *d = r->local ? NULL : destinations_find(&l->destinations, w->destination);
  w->next = r->next > l->now ? r->next : 0;
  if (!d || d->until < w->next)
    return;
  w->by_destination = true;
  w->next = d->until > l->now ? d->until : 0;
  w->cause = bytes_sa(&d->cause);
  w->reply = bytes_sa(&d->reply);
}

bool listing_cause(struct bytes name, enum message_id *id) {
  static const struct { const char *name; enum message_id id; } own[] = {{"expired", QU109E_expired}, {"operator", QU108E_bounced_by_operator}};
  for (size_t i = 0; i < sizeof own / sizeof *own; i++)
    if (bytes_eq(name, bytes_str(own[i].name))) {
      *id = own[i].id;
      return true;
    }
  enum cause c = cause_of(name);
  *id = cause_name(c)->id;
  return c != CAUSE_NONE;
}

const char *listing_state(enum rcpt_state s) {
  static const char *const words[] = {"waiting", "waiting", "placed", "done", "failed", "bounced"};
  return words[s];
}
