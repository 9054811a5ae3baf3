/* A path that is accepted is made of parts of the input, holds no control byte, and its key is its own key. */
#include <stdlib.h>

#include "addr/addr.h"
#include "base/sa.h"

static void check(int condition) {
  if (!condition)
    abort();
}

static void check_address(const struct addr *a) {
  stralloc key = {0}, again = {0};
  struct addr b;
  enum message_id why;
  for (size_t i = 0; i < a->whole.n; i++)
    check((unsigned char)a->whole.s[i] >= ' ' && a->whole.s[i] != 0x7f);
  check(a->whole.n <= ADDR_MAX - 2 && a->local.n + a->domain.n <= a->whole.n);
  addr_key(&key, a);
  check(key.len <= a->whole.n && addr_parse(&b, bytes_sa(&key), &why));
  addr_key(&again, &b);
  check(bytes_eq(bytes_sa(&key), bytes_sa(&again)));
  stralloc_free(&key);
  stralloc_free(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
  struct bytes all = bytes_of((const char *)data, n), rest;
  struct addr a;
  enum message_id why = MESSAGE_COUNT;
  if (addr_parse_path(&a, all, &rest, &why)) {
    check(rest.s + rest.n == all.s + all.n);
    if (a.whole.n)
      check_address(&a);
  } else
    check(why < MESSAGE_COUNT);
  if (addr_parse(&a, all, &why)) {
    check(bytes_eq(a.whole, all) && a.whole.n);
    check_address(&a);
  }
  return 0;
}
