#include "queue/select.h"

bool queue_is_pending(const struct queue_rcpt *r) { return r->state == RCPT_WAITING || r->state == RCPT_TRIED || r->state == RCPT_PLACED; }

static bool in_domain(const stralloc *addr, const char *domain) {
  const char *at = addr->len ? memrchr(addr->s, '@', addr->len) : NULL;
  return at && bytes_ieq(bytes_of(at + 1, addr->len - (size_t)(at + 1 - addr->s)), bytes_str(domain));
}

static bool is_address(const struct queue_rcpt *r, const char *addr) {
  return bytes_ieq(bytes_sa(&r->addr), bytes_str(addr)) || (r->original.len && bytes_ieq(bytes_sa(&r->original), bytes_str(addr)));
}

static bool rcpt_matches(const struct queue_selection *s, const struct queue_rcpt *r) {
  return queue_is_pending(r) && (!s->recipient || is_address(r, s->recipient)) && (!s->domain || in_domain(&r->addr, s->domain));
}

bool queue_selects(const struct queue_selection *s, const struct queue_message *m) {
  if ((s->sender && !bytes_ieq(bytes_sa(&m->sender), bytes_str(s->sender))) || (s->before && m->received > s->before))
    return false;
  for (size_t i = 0; i < m->count; i++)
    if (rcpt_matches(s, &m->rcpt[i]))
      return true;
  return !s->recipient && !s->domain;
}
