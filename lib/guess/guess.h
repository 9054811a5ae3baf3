/* guess: how those who guess passwords are slowed down, and nobody else.  Pure: counts and times in, delays out.
 *
 * A count is one number: the Unix time at which all of its failures are forgotten, one in GUESS_STEP seconds; 0: none.  So
 * a file's mtime holds it.  There is one for each address (IPv6: each /64), which decides how late a failure is answered
 * and whether the address is refused, and one for each account, which only lets unknown addresses wait a little: nobody
 * can lock another's account.  The same wrong password sent again from the same address counts once, so that a mail
 * program with an old password locks no office out. */
#ifndef GUESS_H
#define GUESS_H

#include <stdbool.h>

#include "base/bytes.h"

enum {
  GUESS_STEP = 300,             /* seconds */
  GUESS_REFUSED = 20,           /* failures of an address from which on it is refused */
  GUESS_BLOCK = 1800,           /* seconds that this lasts at least */
  GUESS_MAX = 86400,            /* no count reaches further */
  GUESS_FREE = 5,               /* failures of an account that let nobody wait */
  GUESS_TOLD = 20,              /* those of an account that are an error */
  GUESS_KNOWN = 30 * 86400,     /* how long an address is known from which an account has logged in */
  GUESS_WAIT_MS = 3000,         /* the longest wait before a check: of an account's unknown addresses */
  GUESS_ANSWER_MS = 4000,       /* the longest wait of the answer to a failure */
};

unsigned guess_count(int64_t until, int64_t now);
int64_t guess_add(int64_t until, int64_t now);                        /* after one more failure */
int64_t guess_subtract(int64_t until, int64_t now, unsigned failures);
int64_t guess_block(int64_t until, int64_t now);                      /* an address that has just reached GUESS_REFUSED */
int64_t guess_refused_for(int64_t until, int64_t now);                /* seconds, of an address; 0: it is not refused */
int guess_answer_ms(unsigned count);                                  /* of the address, with this failure */
int guess_wait_ms(unsigned count);                                    /* of the account, for an unknown address */

/* SipHash-2-4 (Aumasson, Bernstein) of A; where B.s is not NULL of A, its length, B. */
uint64_t guess_hash(const uint64_t key[2], struct bytes a, struct bytes b);

/* --- the last failures: who it was, the account, the attempt (account and password), all of them hashes --- */
enum { GUESS_REMEMBERED = 4096 };

struct guess_memory {
  struct guess_failure { uint64_t who, account, attempt; } f[GUESS_REMEMBERED];
  size_t next;
};
/* False: the same attempt is remembered already. */
bool guess_remember(struct guess_memory *m, struct guess_failure f);
unsigned guess_forget(struct guess_memory *m, uint64_t who, uint64_t account);   /* how many there were */

#endif
