#include "pool/kept.h"

#include <string.h>

static void cut(struct kept *k, unsigned i) {
  memmove(k->entry + i, k->entry + i + 1, (--k->count - i) * sizeof *k->entry);
}

int kept_oldest(const struct kept *k) { return k->count ? (int)k->entry[0].place : -1; }

bool kept_is_stale(const struct kept *k, int64_t now) { return k->count && now - k->entry[0].since >= KEPT_MS; }

void kept_add(struct kept *k, unsigned place, const char *ip, int64_t now) {
  struct kept_entry *e = &k->entry[k->count++];
  e->place = place;
  e->since = now;
  memcpy(e->ip, ip, sizeof e->ip);
}

int kept_find(const struct kept *k, const char *ip) {
  for (unsigned i = k->count; i--;)
    if (!strcmp(k->entry[i].ip, ip))
      return (int)k->entry[i].place;
  return -1;
}

bool kept_forget(struct kept *k, unsigned place) {
  for (unsigned i = 0; i < k->count; i++)
    if (k->entry[i].place == place) {
      cut(k, i);
      return true;
    }
  return false;
}
