/* penalty: what failed logins cost who guesses (lib/guess), with the counts on disk (control/count.h) and the last
 * failures in memory.  One per process. */
#ifndef AUTH_PENALTY_H
#define AUTH_PENALTY_H

#include <stdbool.h>

#include "addr/ip.h"
#include "base/bytes.h"

struct penalty_client {
  const struct ip *ip;       /* NULL: unknown, nothing is counted for it */
  struct bytes account;      /* key form, or what was said where that is no user's name */
  uint64_t attempt;          /* penalty_attempt */
};

void penalty_init(void);
void penalty_tick(int64_t now);                                  /* Unix time; now and then what is over is removed */
/* ACCOUNT and password as one number, which tells nobody anything outside of this process. */
uint64_t penalty_attempt(struct bytes account, struct bytes password);

int64_t penalty_refused_for(const struct penalty_client *c);     /* seconds; 0: not */
int penalty_wait_ms(const struct penalty_client *c);             /* before the check */
int penalty_failed(const struct penalty_client *c);              /* counts it; how long its answer waits (ms) */
void penalty_passed(const struct penalty_client *c);

#endif
