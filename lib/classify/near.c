#include "classify/near.h"

static size_t smallest(size_t a, size_t b) { return a < b ? a : b; }

static bool same(char a, char b) { return ascii_lower(a) == ascii_lower(b); }

/* Edits from A to B, neighbours swapped counting as one; rows of the usual table, three of them kept. */
static size_t distance(struct bytes a, struct bytes b) {
  size_t row[3][NEAR_MAX + 1];
  for (size_t k = 0; k <= b.n; k++)
    row[0][k] = k;
  for (size_t i = 1; i <= a.n; i++) {
    size_t *now = row[i % 3], *last = row[(i + 2) % 3], *before = row[(i + 1) % 3];
    now[0] = i;
    for (size_t k = 1; k <= b.n; k++) {
      now[k] = smallest(last[k - 1] + !same(a.s[i - 1], b.s[k - 1]), smallest(last[k], now[k - 1]) + 1);
      if (i > 1 && k > 1 && same(a.s[i - 1], b.s[k - 2]) && same(a.s[i - 2], b.s[k - 1]))
        now[k] = smallest(now[k], before[k - 2] + 1);
    }
  }
  return row[a.n % 3][b.n];
}

bool near_text(struct bytes a, struct bytes b) {
  size_t shorter = smallest(a.n, b.n), longer = a.n + b.n - shorter;
  size_t most = shorter < 2 ? 0 : shorter < 4 ? 1 : NEAR_EDITS;
  if (longer > NEAR_MAX || longer - shorter > most)
    return false;
  size_t edits = distance(a, b);
  return edits > 0 && edits <= most;
}

/* False: no address. */
static bool split(struct bytes address, struct bytes *local, struct bytes *domain) {
  const char *at = address.n ? memrchr(address.s, '@', address.n) : NULL;
  if (!at)
    return false;
  *local = bytes_of(address.s, (size_t)(at - address.s));
  *domain = bytes_of(at + 1, address.n - local->n - 1);
  return true;
}

enum near near_address(struct bytes wanted, struct bytes known) {
  struct bytes local[2], domain[2];
  if (!split(wanted, &local[0], &domain[0]) || !split(known, &local[1], &domain[1]))
    return NEAR_NOT;
  if (bytes_ieq(domain[0], domain[1]))
    return near_text(local[0], local[1]) ? NEAR_LOCAL : NEAR_NOT;
  return bytes_ieq(local[0], local[1]) && near_text(domain[0], domain[1]) ? NEAR_DOMAIN : NEAR_NOT;
}

static bool domain_at_fault(enum cause c) {
  return c == CAUSE_NO_SUCH_DOMAIN || c == CAUSE_DOMAIN_BAD || c == CAUSE_NULL_MX || c == CAUSE_NO_MX_ADDRESS;
}

const char *near_manual(enum cause c, enum near n) {
  if (c == CAUSE_USER_UNKNOWN && n == NEAR_LOCAL)
    return "(a)-3 (a)-1 (a)-2";
  return domain_at_fault(c) && n == NEAR_DOMAIN ? "(b)-3 (b)-1 (b)-2" : cause_manual(c);
}
