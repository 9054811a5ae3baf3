#include "queue/queue.h"

#include <stdio.h>

static const char digits[] = "0123456789abcdefghjkmnpqrstvwxyz";   /* Crockford's base32: sorts by time, no i l o u */

enum { TIME_DIGITS = 8, RANDOM_DIGITS = 13, PLAIN = TIME_DIGITS + RANDOM_DIGITS };

static void put_base32(char *to, unsigned width, uint64_t v) {
  while (width--) {
    to[width] = digits[v & 31];
    v >>= 5;
  }
}

static int digit_value(char c) {
  const char *p = c ? strchr(digits, c) : NULL;
  return p ? (int)(p - digits) : -1;
}

void queue_id_make(char id[QUEUE_ID_MAX], int64_t now, uint64_t random) {
  put_base32(id, TIME_DIGITS, (uint64_t)now);
  put_base32(id + TIME_DIGITS, RANDOM_DIGITS, random);
  id[PLAIN] = 0;
}

void queue_id_child(char id[QUEUE_ID_MAX], const char *parent, char kind, unsigned number) {
  snprintf(id, QUEUE_ID_MAX, "%.*s.%c%u", QUEUE_ID_MAX - 8, parent, kind, number % 10000);
}

static bool valid_suffix(struct bytes s) {
  while (s.n) {
    size_t k = 2;
    if (s.n < 3 || s.s[0] != '.' || !s.s[1] || !strchr("bdo", s.s[1]))
      return false;
    while (k < s.n && s.s[k] >= '0' && s.s[k] <= '9')
      k++;
    if (k == 2)
      return false;
    s = bytes_of(s.s + k, s.n - k);
  }
  return true;
}

bool queue_id_valid(struct bytes id) {
  if (id.n < PLAIN || id.n >= QUEUE_ID_MAX)
    return false;
  for (size_t i = 0; i < PLAIN; i++)
    if (digit_value(id.s[i]) < 0)
      return false;
  return valid_suffix(bytes_of(id.s + PLAIN, id.n - PLAIN));
}

bool queue_id_parent(char parent[QUEUE_ID_MAX], const char *id) {
  const char *dot = strrchr(id, '.');
  if (!dot || dot - id >= QUEUE_ID_MAX)
    return false;
  memcpy(parent, id, (size_t)(dot - id));
  parent[dot - id] = 0;
  return true;
}

unsigned queue_id_shard(const char *id) {
  int v = strlen(id) >= PLAIN ? digit_value(id[PLAIN - 1]) : 0;
  return v < 0 ? 0 : (unsigned)v % QUEUE_SHARDS;
}
