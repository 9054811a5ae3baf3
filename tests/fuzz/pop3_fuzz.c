/* Any bytes as a POP3 client: fed whole and bytewise, both engines say the same, in CRLF lines. */
#include <assert.h>
#include <stdint.h>

#include "../unit/pop3_play.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  for (int box = 0; box < 2; box++) {
    struct play whole, pieces;
    play_begin(&whole, box);
    play_begin(&pieces, box);
    play_feed(&whole, bytes_of((const char *)data, size));
    for (size_t i = 0; i < size; i++)
      play_feed(&pieces, bytes_of((const char *)data + i, 1));
    play_feed(&pieces, bytes_of("", 0));
    assert(bytes_eq(bytes_sa(&whole.record), bytes_sa(&pieces.record)));
    assert(bytes_eq(bytes_sa(&whole.unread), bytes_sa(&pieces.unread)));
    play_end(&whole);
    play_end(&pieces);
  }
  return 0;
}
