/* mark: small per-address files below run/, one a normalised address (ip_slot), their age is their mtime; fail closed. */
#ifndef CONTROL_MARK_H
#define CONTROL_MARK_H

#include <stdbool.h>
#include <stdint.h>

#include "addr/ip.h"

void mark_pop_login(const struct ip *ip);          /* run/popmark/SLOT: touch; a failure is reported, not fatal */
int64_t mark_pop_age(const struct ip *ip);         /* seconds since; -1: none, or it cannot be told */
void mark_pop_expire(int64_t older_than);          /* removes marks older than that many seconds */

/* run/full/ADDR: set by local-deliver when a quota is exceeded, removed by pop3-session, asked by smtp-recv.  It counts
 * for an hour: an IMAP server that makes room in the mailbox removes no mark, so now and then a message must try. */
void mark_full_set(const char *addr);
void mark_full_clear(const char *addr);
bool mark_is_full(const char *addr);

/* run/conn/SERVICE: each address has MAX bytes of that file (which is empty); a conversation locks one, and the kernel
 * frees it when the descriptor is closed or the process ends: nothing is left to tidy.  The descriptor that holds the slot;
 * -1: all MAX are taken; -2: cannot be told (reported; the conversation goes on). */
int mark_connection(const char *service, const struct ip *ip, unsigned max);

#endif
