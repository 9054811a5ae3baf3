/* Any bytes as a reply, and as the operator's rows. */
#include <stdint.h>

#include "classify/tell.h"
#include "classify/classify.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct bytes all = bytes_of((const char *)data, size), rest = all, line;
  stralloc out = {0};
  bytes_cut(&rest, '\n', &line);
  tell_reply(&out, &(struct tell){.rows = rest, .json = true}, line);
  classify(&(struct failure){.kind = FAILURE_REPLY, .stage = STAGE_BODY, .code = 550, .status = line, .text = all, .mx = line, .rows = rest});
  stralloc_free(&out);
  return 0;
}
