/* Any bytes as a stored message: decoded again (dots, end) it is the message, with as many bytes as were counted. */
#include <assert.h>
#include <stdint.h>

#include "base/sa.h"
#include "pop3/encode.h"

static void decode(stralloc *out, struct bytes in) {
  bool start = true;
  assert(in.n >= 3 && !memcmp(in.s + in.n - 3, ".\r\n", 3));
  in.n -= 3;
  for (size_t i = 0; i < in.n; i++) {
    if (start && in.s[i] == '.') {
      i++;
      assert(i < in.n && in.s[i] == '.');
    }
    sa_catc(out, in.s[i]);
    start = in.s[i] == '\n';
    assert(!start || in.s[i - 1] == '\r');
  }
  assert(start);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct pop3_encoder e, cut, top;
  struct pop3_counter c = {0};
  stralloc whole = {0}, pieces = {0}, plain = {0}, some = {0};
  struct bytes in = bytes_of((const char *)data, size);
  pop3_encode_init(&e);
  pop3_encode_init(&cut);
  pop3_encode_init_top(&top, size ? data[0] : 0);
  pop3_encode(&e, in, &whole);
  pop3_encode(&top, in, &some);
  for (size_t i = 0; i < size; i++) {
    pop3_encode(&cut, bytes_of(in.s + i, 1), &pieces);
    pop3_count(&c, bytes_of(in.s + i, 1));
  }
  pop3_encode_end(&e, &whole);
  pop3_encode_end(&cut, &pieces);
  assert(bytes_eq(bytes_sa(&whole), bytes_sa(&pieces)));
  assert(some.len <= whole.len && (!some.len || !memcmp(some.s, whole.s, some.len)));
  decode(&plain, bytes_sa(&whole));
  assert(plain.len == pop3_counted(&c));
  stralloc_free(&whole);
  stralloc_free(&pieces);
  stralloc_free(&plain);
  stralloc_free(&some);
  return 0;
}
