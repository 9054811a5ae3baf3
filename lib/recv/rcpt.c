#include "control/mark.h"
#include "local/envelope.h"
#include "local/selftest.h"
#include "recv/part.h"
#include "sys/report.h"

#define SLICE(b) (int)(b).n, (b).s

static struct bytes domain_of(struct bytes addr) {
  const char *at = addr.n ? memrchr(addr.s, '@', addr.n) : NULL;
  return at ? bytes_of(at + 1, (size_t)(addr.s + addr.n - at - 1)) : bytes_str("");
}

/* One mailbox with room, or one forward, and the recipient is accepted. */
static bool all_full(const struct local_targets *list) {
  for (size_t i = 0; i < list->count; i++)
    if (!list->t[i].local || !mark_is_full(sa_cstr(&list->t[i].addr)))
      return false;
  return list->count > 0;
}

/* Of the relay decision (NULL: it was not asked) the log has what POP before SMTP would do or why it does nothing. */
static void tell(struct recv *r, enum message_id id, struct bytes to, const struct relay_decision *d) {
  const char *pop = d ? relay_pop_rule(d) : NULL, *helps = d ? d->pop_would_help ? "yes" : "no" : NULL;
  struct bytes helo = bytes_sa(&r->smtp.helo), from = bytes_sa(&r->smtp.mail.sender), domain = domain_of(to);
  report(id, "ip=%s host=%s helo=%.*s from=%.*s to=%.*s domain=%.*s pop=%s pop_helps=%s", r->peer->ip, host_of(r), SLICE(helo),
         SLICE(from), SLICE(to), SLICE(domain), pop, helps);
}

static enum message_id add(struct recv *r, struct bytes to) {
  static const enum message_id answer[] = {
      [LOCAL_OURS] = SM105I_recipient_accepted,    [LOCAL_FOREIGN] = SM105I_recipient_accepted, [LOCAL_UNKNOWN] = SM301E_user_unknown,
      [LOCAL_TOO_MANY] = SM306E_too_many_targets, [LOCAL_LOOP] = SM307E_alias_loop};
  const struct envelope_dsn dsn = {.orcpt = r->smtp.rcpt.orcpt, .notify = r->smtp.rcpt.notify};
  enum message_id id = answer[envelope_add(&r->message, r->conf, to, &dsn)];
  if (message_is_refusal(id))
    tell(r, id, to, NULL);
  return id;
}

static enum message_id relay(struct recv *r, struct bytes to) {
  struct relay_decision d;
  r->client.pop_mark_age = r->client.has_ip ? mark_pop_age(&r->client.ip) : -1;
  relay_decide(&d, r->conf, &r->client, bytes_sa(&r->smtp.mail.sender), to);
  enum message_id id = d.reason;
  tell(r, id, to, &d);
  if (d.permitted)
    id = add(r, to);
  relay_decision_free(&d);
  return id;
}

static enum message_id full(struct recv *r, struct bytes to) {
  tell(r, SM302E_mailbox_full, to, NULL);
  return SM302E_mailbox_full;
}

/* Mail for the self-test comes from this machine. */
static bool is_kept_from(const struct recv *r, const struct local_targets *list) {
  struct ip own = {0};
  ip_parse(&own, bytes_str(r->peer->local_ip));
  return selftest_is_among(list) && r->client.has_ip && !selftest_admits(&r->client.ip, &own);
}

static enum message_id unknown(struct recv *r, struct bytes to) {
  tell(r, SM301E_user_unknown, to, NULL);
  return SM301E_user_unknown;
}

static enum message_id decide(struct recv *r, struct bytes to) {
  struct local_targets list = {0};
  enum local_result result = local_resolve(r->conf, to, &list);
  bool is_full = result == LOCAL_OURS && all_full(&list), hidden = result == LOCAL_OURS && is_kept_from(r, &list);
  local_targets_free(&list);
  return result == LOCAL_FOREIGN ? relay(r, to) : hidden ? unknown(r, to) : is_full ? full(r, to) : add(r, to);
}

void recv_rcpt(struct recv *r) {
  struct bytes to = r->smtp.rcpt.addr.whole;
  enum message_id id = recv_recipients(r, to);
  if (!message_is_refusal(id))
    id = decide(r, to);
  if (!message_is_refusal(id))
    sa_copyb(&r->to, to.s, to.n);
  smtp_server_answer(&r->smtp, id, bytes_str(""));
}
