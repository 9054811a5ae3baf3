/* local: who is ours, and where an address of ours leads: users, aliases, forwards, plus-addresses, catch-all, several
 * domains, all resolved when a message is accepted, so that local-deliver knows mailboxes only.
 *
 * Order for LOCAL@DOMAIN of ours: alias; user; alias, then user, without the extension behind plus_separator; postmaster (also
 * bare, also in any of our domains: the user or alias postmaster@first-domain); catch-all of the domain.  A forward is an
 * alias whose target is elsewhere.  An alias that names itself among its targets means the user of that name there, so
 * "taro@example.jp: taro@example.jp taro@example.net" keeps a copy and forwards one. */
#ifndef LOCAL_H
#define LOCAL_H

#include "base/sa.h"
#include "conf/conf.h"

enum local_result {
  LOCAL_OURS,        /* resolved; at least one target was added */
  LOCAL_FOREIGN,     /* the domain is not ours; nothing added */
  LOCAL_UNKNOWN,     /* the domain is ours, the user is not there: 550 5.1.1 */
  LOCAL_TOO_MANY,    /* more than LOCAL_TARGETS_MAX in the list: 452 */
  LOCAL_LOOP,        /* aliases lead deeper than LOCAL_DEPTH_MAX (conf-check refuses such sets) */
};

enum { LOCAL_TARGETS_MAX = 1000, LOCAL_DEPTH_MAX = 16 };

struct local_target {
  bool local;
  stralloc addr;       /* local: the user's own address (key form); else where the forward goes */
  stralloc box;        /* local: mailbox path below the home, "mail/DOMAIN/USER" */
  uint64_t quota;      /* bytes, 0: none */
  stralloc original;   /* the address that led here, as given, where it differs; else "" */
};

struct local_targets {
  struct local_target *t;
  size_t count;
};

/* Adds the targets of ADDR (bare a@b, or a name without @, completed with the first domain) to LIST; a target that is in
 * the list already is not added twice. */
enum local_result local_resolve(const struct conf *c, struct bytes addr, struct local_targets *list);
bool local_is_ours(const struct conf *c, struct bytes addr);      /* local_resolve would say LOCAL_OURS */
bool local_domain_is_ours(const struct conf *c, struct bytes domain);
void local_targets_free(struct local_targets *list);

#endif
