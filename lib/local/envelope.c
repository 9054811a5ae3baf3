#include "local/envelope.h"

static bool same_target(const struct queue_rcpt *r, bool local, const stralloc *addr) {
  return r->local == local && bytes_ieq(bytes_sa(&r->addr), bytes_sa(addr));
}

/* Local parts elsewhere may differ by case alone: only the domain is compared without regard to it. */
static bool same_remote(const struct queue_rcpt *r, const stralloc *addr) {
  if (r->local || r->addr.len != addr->len)
    return false;
  const char *at = memrchr(addr->s, '@', addr->len);
  size_t local = at ? (size_t)(at - addr->s) : 0;
  return !memcmp(r->addr.s, addr->s, local) && same_target(r, false, addr);
}

static struct queue_rcpt *find(const struct queue_message *m, const struct local_target *t) {
  for (size_t i = 0; i < m->count; i++)
    if (t->local ? same_target(&m->rcpt[i], true, &t->addr) : same_remote(&m->rcpt[i], &t->addr))
      return &m->rcpt[i];
  return NULL;
}

/* Two addresses led to one target: it gets every notice that one of them asked for; 0 asks for the usual ones. */
static unsigned merged_notify(unsigned a, unsigned b) {
  if (!a || !b)
    return 0;
  return (a | b) == NOTIFY_NEVER ? NOTIFY_NEVER : (a | b) & ~(unsigned)NOTIFY_NEVER;
}

static void add_target(struct queue_message *m, const struct local_target *t, const struct envelope_dsn *dsn) {
  struct queue_rcpt *r = find(m, t);
  if (r) {
    r->notify = merged_notify(r->notify, dsn->notify);
    return;
  }
  r = queue_add_rcpt(m);
  r->local = t->local;
  sa_copy(&r->addr, &t->addr);
  sa_copy(&r->box, &t->box);
  sa_copy(&r->original, &t->original);
  sa_copyb(&r->orcpt, dsn->orcpt.s, dsn->orcpt.n);
  r->notify = dsn->notify;
}

static enum local_result add_foreign(struct queue_message *m, struct bytes addr, const struct envelope_dsn *dsn) {
  struct local_target t = {0};
  if (m->count >= LOCAL_TARGETS_MAX)
    return LOCAL_TOO_MANY;
  sa_copyb(&t.addr, addr.s, addr.n);
  add_target(m, &t, dsn);
  stralloc_free(&t.addr);
  return LOCAL_FOREIGN;
}

enum local_result envelope_add(struct queue_message *m, const struct conf *c, struct bytes addr, const struct envelope_dsn *dsn) {
  struct local_targets list = {0};
  enum local_result r = local_resolve(c, addr, &list);
  if (r == LOCAL_OURS && m->count + list.count > LOCAL_TARGETS_MAX)
    r = LOCAL_TOO_MANY;
  for (size_t i = 0; r == LOCAL_OURS && i < list.count; i++)
    add_target(m, &list.t[i], dsn);
  local_targets_free(&list);
  return r == LOCAL_FOREIGN ? add_foreign(m, addr, dsn) : r;
}
