/* kept: workers that wait for a further connection from the address that they have served, and for no other.  They are
 * few and do not wait long: what they save is the process of a client that comes again at once. */
#ifndef POOL_KEPT_H
#define POOL_KEPT_H

#include <stdbool.h>
#include <stdint.h>

#include "io/serve.h"

enum { KEPT_MAX = 16, KEPT_MS = 30000 };

struct kept {
  unsigned count;            /* of ENTRY, oldest first */
  struct kept_entry {
    unsigned place;
    int64_t since;
    char ip[PEER_IP];
  } entry[KEPT_MAX];
};

/* There must be room: where COUNT is KEPT_MAX the oldest one has to go first. */
void kept_add(struct kept *k, unsigned place, const char *ip, int64_t now);
int kept_find(const struct kept *k, const char *ip);     /* the place that was added last; -1: none */
bool kept_forget(struct kept *k, unsigned place);         /* false: it was not there */
int kept_oldest(const struct kept *k);                    /* its place; -1: none */
bool kept_is_stale(const struct kept *k, int64_t now);    /* the oldest one has waited KEPT_MS */

#endif
