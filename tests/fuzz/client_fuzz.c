/* Any bytes as what a server says to the sending engine: one result a recipient at most, no command with a stray end. */
#include <assert.h>
#include <stdint.h>

#include "../unit/client_play.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const struct play_message m[] = {{"a@x", "b@y c@y d@y", 10, "8d"}, {"", "\xc3\xa9@y f@y", 10, "8u"}};
  stralloc record = {0};
  static const struct play_way ways[] = {
    {.tls = CLIENT_TLS_NONE}, {.no_pipelining = true, .tls = CLIENT_TLS_MAY},
    {.tls = CLIENT_TLS_REQUIRED, .verified = true, .user = "u", .secret = "p"},
    {.secured = true, .verified = true, .user = "u", .secret = "t", .token = true}};
  play_as(&record, bytes_of((const char *)data, size), m, 2, &ways[size & 3], 0, 0);
  stralloc_free(&record);
  return 0;
}
