/* relay: may this client send from this sender to this recipient?  A decision with a trace, used by smtp-recv and by
 * relay-check, which prints it.  Decided per recipient:
 *
 *   client is authenticated, sender is not the user's own refuse (SM328E; smtp-recv says it at MAIL already)
 *   recipient is ours                                     accept (from anyone)
 *   client is not permitted                               refuse
 *   sender is null: client authenticated or listed        permit, else refuse
 *   sender or recipient is one of our users               permit
 *   client is listed with any-sender                      permit
 *   client is authenticated, and auth_sender is any       permit
 *   otherwise                                             refuse (550 5.7.1 Relay does not accept)
 *
 * Permitted: authenticated, or listed in address_permits_relay, or POP before SMTP where that is in force (void for listed
 * clients; off while smtp_auth is on, unless pop_before_smtp = on). */
#ifndef RELAY_H
#define RELAY_H

#include "addr/ip.h"
#include "base/sa.h"
#include "catalogue/catalogue.h"
#include "conf/conf.h"

struct relay_client {
  struct ip ip;
  bool has_ip;                 /* false: a pipeline, or an address that could not be parsed: fail closed */
  struct bytes user;           /* authenticated as (key form), "" if not */
  int64_t pop_mark_age;        /* seconds since the POP3 login from this address (/64), -1: none */
};

enum relay_outcome { RELAY_NO, RELAY_YES, RELAY_VOID };   /* this rule: does not apply, applies, is not in force */

struct relay_step {
  enum message_id rule;        /* RL0xxI: the rule, as a sentence of the catalogue */
  enum relay_outcome outcome;
  stralloc detail;             /* the prefix that matched, why it is void, … */
};

enum { RELAY_STEPS_MAX = 16 };

struct relay_decision {
  bool permitted;
  enum message_id reason;      /* RL2xxI permitted because…; RL201E_relay_refused refused */
  bool pop_would_help;         /* refused, and "receive once by POP" is a remedy that would work */
  struct relay_step step[RELAY_STEPS_MAX];
  size_t count;
};

/* SENDER is "" for the null sender; both are bare addresses.  D is zeroed first; free it. */
void relay_decide(struct relay_decision *d, const struct conf *c, const struct relay_client *client, struct bytes sender, struct bytes rcpt);
void relay_decision_free(struct relay_decision *d);
/* The sender is one that the client may use: it is not authenticated, auth_sender is any, the sender is null (receipts, RFC
 * 8098 3) or the user's own (local/own.h), or the client is listed with any-sender. */
bool relay_may_send_as(const struct conf *c, const struct relay_client *client, struct bytes sender);
bool relay_pop_in_force(const struct conf *c);
/* The ID of the rule on POP before SMTP in D (RL005I_rule_pop_mark or why it is void), NULL where none was looked at. */
const char *relay_pop_rule(const struct relay_decision *d);
bool relay_is_listed(const struct conf *c, const struct ip *ip, bool *any_sender, struct bytes *prefix);
/* Whether a password may be taken in the clear from this address (clear_text_networks). */
bool relay_clear_text_allowed(const struct conf *c, const struct ip *ip);

#endif
