#include "control/mark.h"
#include "local/local.h"
#include "recv/part.h"
#include "sys/report.h"

#define SLICE(b) (int)(b).n, (b).s

static struct bytes domain_of(struct bytes addr) {
  const char *at = addr.n ? memrchr(addr.s, '@', addr.n) : NULL;
  return at ? bytes_of(at + 1, (size_t)(addr.s + addr.n - at - 1)) : bytes_str("");
}

/* Local parts of strangers keep their case: only their owner knows whether it matters (RFC 5321 2.4). */
static bool same_address(struct bytes a, struct bytes b) {
  struct bytes da = domain_of(a), db = domain_of(b);
  return bytes_ieq(da, db) && bytes_eq(bytes_of(a.s, a.n - da.n), bytes_of(b.s, b.n - db.n));
}

static struct queue_rcpt *find(struct queue_message *m, bool local, struct bytes addr) {
  for (size_t i = 0; i < m->count; i++)
    if (m->rcpt[i].local == local && same_address(bytes_sa(&m->rcpt[i].addr), addr))
      return &m->rcpt[i];
  return NULL;
}

/* Two RCPT led to one target: it gets every notice that one of them asked for; 0 asks for the usual ones. */
static unsigned merged_notify(unsigned a, unsigned b) {
  if (!a || !b)
    return 0;
  return (a | b) == NOTIFY_NEVER ? NOTIFY_NEVER : (a | b) & ~(unsigned)NOTIFY_NEVER;
}

static struct queue_rcpt *add(struct recv *r, bool local, struct bytes addr) {
  const struct smtp_rcpt *given = &r->smtp.rcpt;
  struct queue_rcpt *q = find(&r->message, local, addr);
  if (q) {
    q->notify = merged_notify(q->notify, given->notify);
    return NULL;
  }
  q = queue_add_rcpt(&r->message);
  q->local = local;
  sa_copyb(&q->addr, addr.s, addr.n);
  sa_copyb(&q->orcpt, given->orcpt.s, given->orcpt.n);
  q->notify = given->notify;
  return q;
}

static enum message_id add_targets(struct recv *r, const struct local_targets *list) {
  if (r->message.count + list->count > LOCAL_TARGETS_MAX)
    return SM306E_too_many_targets;
  for (size_t i = 0; i < list->count; i++) {
    const struct local_target *t = &list->t[i];
    struct queue_rcpt *q = add(r, t->local, bytes_sa(&t->addr));
    if (q) {
      sa_copy(&q->box, &t->box);
      sa_copy(&q->original, &t->original);
    }
  }
  return SM105I_recipient_accepted;
}

/* One mailbox with room, or one forward, and the recipient is accepted. */
static bool all_full(const struct local_targets *list) {
  for (size_t i = 0; i < list->count; i++)
    if (!list->t[i].local || !mark_is_full(sa_cstr(&list->t[i].addr)))
      return false;
  return list->count > 0;
}

static void tell(struct recv *r, enum message_id id, struct bytes to, const char *pop_helps) {
  struct bytes helo = bytes_sa(&r->smtp.helo), from = bytes_sa(&r->smtp.mail.sender), domain = domain_of(to);
  report(id, "ip=%s host=%s helo=%.*s from=%.*s to=%.*s domain=%.*s pop_helps=%s", r->peer->ip, r->peer->host, SLICE(helo),
         SLICE(from), SLICE(to), SLICE(domain), pop_helps);
}

static enum message_id relay(struct recv *r, struct bytes to) {
  struct relay_decision d;
  r->client.pop_mark_age = r->client.has_ip ? mark_pop_age(&r->client.ip) : -1;
  relay_decide(&d, r->conf, &r->client, bytes_sa(&r->smtp.mail.sender), to);
  enum message_id id = d.permitted ? SM105I_recipient_accepted : d.reason;
  if (!d.permitted)
    tell(r, id, to, d.pop_would_help ? "yes" : "no");
  else if (r->message.count >= LOCAL_TARGETS_MAX)
    tell(r, id = SM306E_too_many_targets, to, "-");
  else
    add(r, false, to);
  relay_decision_free(&d);
  return id;
}

static enum message_id ours(struct recv *r, struct local_targets *list) {
  return all_full(list) ? SM302E_mailbox_full : add_targets(r, list);
}

static enum message_id decide(struct recv *r, struct bytes to) {
  static const enum message_id refusal[] = {
      [LOCAL_UNKNOWN] = SM301E_user_unknown, [LOCAL_TOO_MANY] = SM306E_too_many_targets, [LOCAL_LOOP] = SM307E_alias_loop};
  struct local_targets list = {0};
  enum local_result result = local_resolve(r->conf, to, &list);
  enum message_id id;
  if (result == LOCAL_FOREIGN)
    id = relay(r, to);
  else {
    id = result == LOCAL_OURS ? ours(r, &list) : refusal[result];
    if (message_is_refusal(id))
      tell(r, id, to, "-");
  }
  local_targets_free(&list);
  return id;
}

void recv_rcpt(struct recv *r) {
  struct bytes to = r->smtp.rcpt.addr.whole;
  enum message_id id = decide(r, to);
  if (!message_is_refusal(id))
    sa_copyb(&r->to, to.s, to.n);
  smtp_server_answer(&r->smtp, id, bytes_str(""));
}
