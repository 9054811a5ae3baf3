/* sasl: lines of a client (one a line end of the input) never break it; what it accepts has the promised bounds, and what it
 * decodes encodes back to itself. */
#include <assert.h>
#include <stdint.h>

#include "sasl/sasl.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct bytes rest = bytes_of((const char *)data, size), line;
  stralloc decoded = {0}, again = {0};
  if (base64_decode(&decoded, rest)) {
    base64_encode(&again, bytes_sa(&decoded));
    assert(bytes_eq(bytes_sa(&again), rest));
  }
  struct sasl s;
  enum sasl_step step = SASL_CHALLENGE;
  sasl_begin(&s, bytes_str(size % 2 ? "LOGIN" : "plain"));
  while (step == SASL_CHALLENGE && bytes_cut(&rest, '\n', &line))
    step = sasl_feed(&s, line);
  if (step == SASL_DONE)
    assert(s.user.len && s.user.len <= SASL_USER_MAX && s.pass.len && s.pass.len <= SASL_PASS_MAX && !memchr(s.pass.s, 0, s.pass.len));
  sasl_free(&s);
  stralloc_free(&decoded);
  stralloc_free(&again);
  return 0;
}
