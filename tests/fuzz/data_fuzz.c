/* The message decoded is the same whole and bytewise; encoded again it decodes to itself. */
#include <stdlib.h>

#include "smtp/data.h"

static void check(int condition) {
  if (!condition)
    abort();
}

static size_t run(struct data *d, struct bytes in, bool lenient, size_t piece, stralloc *out) {
  size_t used = 0;
  data_init(d, lenient, 1000, 3);
  while (used < in.n && !data_ended(d)) {
    size_t n = piece < in.n - used ? piece : in.n - used;
    size_t before = out->len, k = data_feed(d, bytes_of(in.s + used, n), out);
    check(k <= n && out->len - before <= n + 1);
    used += k;
  }
  return used;
}

static void encode(stralloc *wire, const stralloc *text) {
  for (size_t i = 0; i < text->len; i++) {
    if (text->s[i] == '.' && (!i || text->s[i - 1] == '\n'))
      sa_catc(wire, '.');
    sa_cats(wire, text->s[i] == '\n' ? "\r" : "");
    sa_catc(wire, text->s[i]);
  }
  sa_cats(wire, ".\r\n");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
  struct bytes in = bytes_of((const char *)data, n);
  for (int lenient = 0; lenient < 2; lenient++) {
    struct data a, b;
    stralloc whole = {0}, bytewise = {0}, wire = {0};
    size_t used = run(&a, in, lenient, n + 1, &whole);
    check(used == run(&b, in, lenient, 1, &bytewise) && a.fault == b.fault && a.state == b.state);
    check(a.fault || bytes_eq(bytes_sa(&whole), bytes_sa(&bytewise)));
    if (data_ended(&a) && !a.fault) {
      encode(&wire, &whole);
      bytewise.len = 0;
      data_free(&b);
      run(&b, bytes_sa(&wire), false, 1, &bytewise);
      check(data_ended(&b) && !b.fault && bytes_eq(bytes_sa(&whole), bytes_sa(&bytewise)));
    }
    data_free(&a);
    data_free(&b);
    stralloc_free(&whole);
    stralloc_free(&bytewise);
    stralloc_free(&wire);
  }
  return 0;
}
