/* Any text as the host of a route. */
#include <stdint.h>

#include "route/route.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct route r;
  route_parse_host(&r, bytes_of((const char *)data, size));
  return 0;
}
