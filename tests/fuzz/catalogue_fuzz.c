/* Looking an ID up never leaves the table. */
#include "catalogue/catalogue.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
  enum message_id id;
  if (message_find((const char *)data, n, &id) && (id >= MESSAGE_COUNT || !explanation_of(id)->text[LANG_JA] || message_of(id)->id[0] != (data[0] & ~32)))
    abort();
  return 0;
}
