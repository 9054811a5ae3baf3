#include "relay/relay.h"

#include <stdio.h>

#include "addr/addr.h"
#include "local/local.h"
#include "local/own.h"

struct question {
  struct relay_decision *d;
  const struct conf *conf;
  const struct relay_client *client;
  struct bytes sender, rcpt;
  bool authenticated, listed, any_sender, popped;
};

/* --- the trace --- */

static struct relay_step *step(struct question *q, enum message_id rule, enum relay_outcome outcome) {
  struct relay_step *s = &q->d->step[q->d->count++];
  *s = (struct relay_step){.rule = rule, .outcome = outcome};
  sa_cats(&s->detail, "");
  return s;
}

static bool rule(struct question *q, enum message_id id, bool applies) {
  step(q, id, applies ? RELAY_YES : RELAY_NO);
  return applies;
}

static void decide(struct question *q, bool permitted, enum message_id reason) {
  q->d->permitted = permitted;
  q->d->reason = reason;
}

/* --- networks: values of prefixes, each followed by \0 --- */

bool relay_is_listed(const struct conf *c, const struct ip *ip, bool *any_sender, struct bytes *prefix) {
  struct bytes list = {NULL, 0}, text, flags;
  struct ip_prefix p;
  bool listed = false;
  *any_sender = false;
  conf_get(c, 'r', bytes_of("", 0), &list);
  while (bytes_cut(&list, 0, &text) && text.n && bytes_cut(&list, 0, &flags)) {
    bool any = flags.n > 0;
    if (!ip_prefix_parse(&p, text) || !ip_in(ip, &p) || (listed && (!any || *any_sender)))
      continue;
    listed = true;
    *any_sender = any;
    *prefix = text;
  }
  return listed;
}

bool relay_clear_text_allowed(const struct conf *c, const struct ip *ip) {
  struct bytes list = {NULL, 0}, text;
  struct ip_prefix p;
  conf_get(c, 'n', bytes_of("", 0), &list);
  while (bytes_cut(&list, 0, &text) && text.n)
    if (ip_prefix_parse(&p, text) && ip_in(ip, &p))
      return true;
  return false;
}

/* --- POP before SMTP --- */

static bool pop_setting_is(const struct conf *c, const char *value) { return bytes_eq(conf_text(c, SET_pop_before_smtp), bytes_str(value)); }

bool relay_pop_in_force(const struct conf *c) {
  return pop_setting_is(c, "on") || (pop_setting_is(c, "auto") && !conf_number(c, SET_smtp_auth));
}

static bool pop_mark_counts(struct question *q) {
  long limit = conf_number(q->conf, SET_pop_before_smtp_time);
  int64_t age = q->client->pop_mark_age;
  bool good = q->client->has_ip && age >= 0 && age <= limit;
  struct relay_step *s = step(q, RL005I_rule_pop_mark, good ? RELAY_YES : RELAY_NO);
  if (age >= 0)
    sa_catf(&s->detail, "age=%lld limit=%ld", (long long)age, limit);
  return good;
}

static bool try_pop(struct question *q) {
  if (q->listed)
    step(q, RL006I_rule_pop_void_listed, RELAY_VOID);
  else if (pop_setting_is(q->conf, "auto") && !relay_pop_in_force(q->conf))
    step(q, RL007I_rule_pop_off_auth, RELAY_VOID);
  else if (!relay_pop_in_force(q->conf))
    step(q, RL008I_rule_pop_off_setting, RELAY_VOID);
  else
    return pop_mark_counts(q);
  return false;
}

const char *relay_pop_rule(const struct relay_decision *d) {
  for (size_t i = 0; i < d->count; i++)
    switch (d->step[i].rule) {
    case RL005I_rule_pop_mark:
    case RL006I_rule_pop_void_listed:
    case RL007I_rule_pop_off_auth:
    case RL008I_rule_pop_off_setting: return message_of(d->step[i].rule)->id;
    default: break;
    }
  return NULL;
}

/* --- the sender of who is authenticated --- */

static bool auth_sender_is_any(const struct conf *c) { return bytes_eq(conf_text(c, SET_auth_sender), bytes_str("any")); }

bool relay_may_send_as(const struct conf *c, const struct relay_client *client, struct bytes sender) {
  bool any_sender = false;
  struct bytes prefix;
  if (!client->user.n || !sender.n || auth_sender_is_any(c) || local_is_own(c, client->user, sender))
    return true;
  return client->has_ip && relay_is_listed(c, &client->ip, &any_sender, &prefix) && any_sender;
}

/* False: refused. */
static bool try_sender(struct question *q) {
  if (!q->client->user.n)
    return true;
  bool may = relay_may_send_as(q->conf, q->client, q->sender);
  struct relay_step *s = step(q, RL013I_rule_sender_own, auth_sender_is_any(q->conf) ? RELAY_VOID : may ? RELAY_YES : RELAY_NO);
  sa_catb(&s->detail, q->client->user.s, q->client->user.n);
  if (!may)
    decide(q, false, SM328E_sender_not_own);
  return may;
}

/* --- the client --- */

static bool try_listed(struct question *q) {
  struct bytes prefix = {"", 0};
  q->listed = q->client->has_ip && relay_is_listed(q->conf, &q->client->ip, &q->any_sender, &prefix);
  struct relay_step *s = step(q, RL004I_rule_listed, q->listed ? RELAY_YES : RELAY_NO);
  sa_catb(&s->detail, prefix.s, prefix.n);
  return q->listed;
}

static void look_at_client(struct question *q) {
  q->authenticated = rule(q, RL003I_rule_authenticated, q->client->user.n > 0);
  if (q->authenticated)
    sa_catb(&q->d->step[q->d->count - 1].detail, q->client->user.s, q->client->user.n);
  try_listed(q);
  q->popped = !q->authenticated && try_pop(q);
}

static enum message_id permission(const struct question *q) {
  return q->authenticated ? RL212I_relayed_for_authenticated : q->listed ? RL213I_relayed_for_listed : RL214I_relayed_after_pop;
}

/* --- the decision --- */

static void decide_null_sender(struct question *q) {
  bool ok = rule(q, RL009I_rule_null_sender, q->authenticated || q->listed);
  decide(q, ok, ok ? RL216I_relayed_null_sender : RL201E_relay_refused);
}

/* The recipient is not ours: what is left is the sender, and what the client may. */
static void decide_foreign(struct question *q) {
  look_at_client(q);
  bool permitted = q->authenticated || q->listed || q->popped;
  if (!q->sender.n) {
    decide_null_sender(q);
    return;
  }
  bool ours = rule(q, RL010I_rule_sender_ours, local_is_ours(q->conf, q->sender));
  if (permitted && ours)
    decide(q, true, permission(q));
  else if (q->listed && rule(q, RL011I_rule_any_sender, q->any_sender))
    decide(q, true, RL215I_relayed_any_sender);
  else if (q->authenticated && rule(q, RL014I_rule_auth_any_sender, auth_sender_is_any(q->conf)))
    decide(q, true, RL217I_relayed_auth_any_sender);
  q->d->pop_would_help = !permitted && ours && q->client->has_ip && relay_pop_in_force(q->conf);
}

static bool domain_is_ours(const struct conf *c, struct bytes text) {
  struct addr a;
  enum message_id why;
  return addr_parse(&a, text, &why) && !a.literal && local_domain_is_ours(c, a.domain);
}

void relay_decide(struct relay_decision *d, const struct conf *c, const struct relay_client *client, struct bytes sender, struct bytes rcpt) {
  struct question q = {.d = d, .conf = c, .client = client, .sender = sender, .rcpt = rcpt};
  *d = (struct relay_decision){.reason = RL201E_relay_refused};
  if (!try_sender(&q))
    return;
  if (rule(&q, RL001I_rule_rcpt_ours, local_is_ours(c, rcpt)))
    decide(&q, true, RL211I_accepted_for_user);
  else if (rule(&q, RL002I_rule_rcpt_domain_ours, domain_is_ours(c, rcpt)))
    decide(&q, false, LO201E_no_such_user);
  else
    decide_foreign(&q);
}

void relay_decision_free(struct relay_decision *d) {
  while (d->count)
    stralloc_free(&d->step[--d->count].detail);
}
