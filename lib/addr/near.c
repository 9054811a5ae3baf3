#include "addr/near.h"

enum { SHORT = 4 };

static unsigned least(unsigned a, unsigned b) { return a < b ? a : b; }

/* Optimal string alignment, three rows of the table. */
unsigned addr_edits(struct bytes a, struct bytes b) {
  unsigned row[3][NEAR_LENGTH_MAX + 1];
  size_t apart = a.n > b.n ? a.n - b.n : b.n - a.n;
  if (apart > NEAR_EDITS || a.n > NEAR_LENGTH_MAX || b.n > NEAR_LENGTH_MAX)
    return NEAR_EDITS + 1;
  for (size_t k = 0; k <= b.n; k++)
    row[0][k] = (unsigned)k;
  for (size_t i = 1; i <= a.n; i++) {
    unsigned *now = row[i % 3], *above = row[(i + 2) % 3], *before = row[(i + 1) % 3], smallest = now[0] = (unsigned)i;
    for (size_t k = 1; k <= b.n; k++) {
      char x = ascii_lower(a.s[i - 1]), y = ascii_lower(b.s[k - 1]);
      now[k] = least(least(above[k], now[k - 1]) + 1, above[k - 1] + (x != y));
      if (i > 1 && k > 1 && x == ascii_lower(b.s[k - 2]) && y == ascii_lower(a.s[i - 2]))
        now[k] = least(now[k], before[k - 2] + 1);
      smallest = least(smallest, now[k]);
    }
    if (smallest > NEAR_EDITS)
      return NEAR_EDITS + 1;
  }
  return least(row[a.n % 3][b.n], NEAR_EDITS + 1);
}

static unsigned allowed(struct bytes addr) {
  const char *at = addr.n ? memchr(addr.s, '@', addr.n) : NULL;
  return !at || at - addr.s < SHORT ? 1 : NEAR_EDITS;
}

struct bytes addr_nearest(struct bytes addr, struct bytes lines) {
  struct bytes best = {"", 0}, line;
  unsigned edits = allowed(addr);
  while (lines.n && bytes_cut(&lines, '\n', &line)) {
    unsigned d = line.n ? addr_edits(addr, line) : NEAR_EDITS + 1;
    if (!d)
      return bytes_of("", 0);
    if (d <= edits) {
      edits = d;
      best = line;
    }
  }
  return best;
}
