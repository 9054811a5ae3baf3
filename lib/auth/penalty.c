#include "auth/penalty.h"

#include <stdio.h>

#include "control/count.h"
#include "guess/guess.h"
#include "sys/clock.h"
#include "sys/random.h"
#include "sys/report.h"

enum { SWEEP_S = 600 };

static struct guess_memory memory;
static uint64_t secret[2];
static const uint64_t fixed[2];        /* the key of what is on disk */
static int64_t swept;

void penalty_init(void) { random_bytes(secret, sizeof secret); }

void penalty_tick(int64_t now) {
  if (now >= swept && now - swept < SWEEP_S)
    return;
  swept = now;
  count_expire();
}

uint64_t penalty_attempt(struct bytes account, struct bytes password) { return guess_hash(secret, account, password); }

/* --- names --- */

static struct bytes slot_of(char slot[IP_SLOT], const struct penalty_client *c) {
  slot[0] = 0;
  if (c->ip)
    ip_slot(slot, c->ip);
  return bytes_str(slot);
}

static uint64_t hash_of(struct bytes b) { return guess_hash(fixed, b, bytes_of(NULL, 0)); }

static void known_name(char name[COUNT_NAME], const struct penalty_client *c) {
  char slot[IP_SLOT];
  snprintf(name, COUNT_NAME, "%016llx", (unsigned long long)guess_hash(fixed, c->account, slot_of(slot, c)));
}

/* --- before the check --- */

int64_t penalty_refused_for(const struct penalty_client *c) {
  char slot[IP_SLOT];
  return slot_of(slot, c).n ? guess_refused_for(count_read(COUNT_ADDRESS, slot), clock_unix()) : 0;
}

int penalty_wait_ms(const struct penalty_client *c) {
  char account[COUNT_NAME], known[COUNT_NAME];
  count_account_name(account, c->account);
  int ms = guess_wait_ms(guess_count(count_read(COUNT_ACCOUNT, account), clock_unix()));
  if (!ms)
    return 0;
  known_name(known, c);
  return c->ip && count_read(COUNT_KNOWN, known) ? 0 : ms;
}

/* --- after it --- */

static void tell_address(const struct penalty_client *c, int64_t until, int64_t now) {
  char ip[IP_TEXT];
  ip_format(ip, c->ip);
  report(AU215E_address_guesses, "ip=%s failures=%u refused_for=%lld", ip, guess_count(until, now), (long long)guess_refused_for(until, now));
}

/* False: it could not be written. */
static bool count_address(const struct penalty_client *c, int64_t now, unsigned *count) {
  char slot[IP_SLOT];
  slot_of(slot, c);
  int64_t before = count_read(COUNT_ADDRESS, slot), until = guess_add(before, now);
  *count = guess_count(until, now);
  bool crossed = guess_refused_for(until, now) && !guess_refused_for(before, now);
  if (!count_write(COUNT_ADDRESS, slot, crossed ? guess_block(until, now) : until, bytes_of(NULL, 0)))
    return false;
  if (crossed)
    tell_address(c, guess_block(until, now), now);
  return true;
}

static void count_account(const struct penalty_client *c, int64_t now) {
  char name[COUNT_NAME];
  count_account_name(name, c->account);
  int64_t before = count_read(COUNT_ACCOUNT, name), until = guess_add(before, now);
  if (count_write(COUNT_ACCOUNT, name, until, c->account) && guess_count(before, now) < GUESS_TOLD && guess_count(until, now) >= GUESS_TOLD)
    report(AU216E_account_guessed, "user=%.*s failures=%u", (int)c->account.n, c->account.s, guess_count(until, now));
}

/* What cannot be counted waits as long as anything. */
int penalty_failed(const struct penalty_client *c) {
  char slot[IP_SLOT];
  int64_t now = clock_unix();
  unsigned count = 1;
  if (!guess_remember(&memory, (struct guess_failure){hash_of(slot_of(slot, c)), hash_of(c->account), c->attempt}))
    return guess_answer_ms(c->ip ? guess_count(count_read(COUNT_ADDRESS, slot), now) : count);
  count_account(c, now);
  return !c->ip || count_address(c, now, &count) ? guess_answer_ms(count) : GUESS_ANSWER_MS;
}

static void take_back(enum count_kind kind, const char *name, unsigned failures, int64_t now) {
  int64_t until = count_read(kind, name);
  if (until)
    count_write(kind, name, guess_subtract(until, now, failures), bytes_of(NULL, 0));
}

/* A success clears its own: the failures of this account from this address, and no other's. */
void penalty_passed(const struct penalty_client *c) {
  char slot[IP_SLOT], account[COUNT_NAME], known[COUNT_NAME];
  int64_t now = clock_unix();
  if (!c->ip)
    return;
  slot_of(slot, c);
  known_name(known, c);
  count_write(COUNT_KNOWN, known, now + GUESS_KNOWN, bytes_of(NULL, 0));
  if (!count_read(COUNT_ADDRESS, slot))
    return;
  unsigned failures = guess_forget(&memory, hash_of(bytes_str(slot)), hash_of(c->account));
  count_account_name(account, c->account);
  take_back(COUNT_ADDRESS, slot, failures, now);
  take_back(COUNT_ACCOUNT, account, failures, now);
}
