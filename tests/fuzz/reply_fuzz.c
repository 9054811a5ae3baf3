/* Any bytes as a server's replies, one after another. */
#include <assert.h>
#include <stdint.h>

#include "base/sa.h"
#include "smtp/reply.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct reply r = {0};
  stralloc words = {0};
  struct bytes in = bytes_of((const char *)data, size);
  size_t used;
  for (enum reply_progress p = REPLY_WHOLE; in.n && p == REPLY_WHOLE; in = bytes_of(in.s + used, in.n - used)) {
    reply_begin(&r);
    p = reply_feed(&r, in, &used);
    words.len = 0;
    reply_words(&words, &r);
    for (size_t i = 0; i < words.len; i++)
      assert((unsigned char)words.s[i] >= ' ' && words.s[i] != 0x7f);
  }
  reply_free(&r);
  stralloc_free(&words);
  return 0;
}
