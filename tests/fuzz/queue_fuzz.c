/* Any bytes as a queue file: header, then log. */
#include <stdint.h>

#include "queue/queue.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct queue_message m;
  const char *why;
  struct bytes file = bytes_of((const char *)data, size);
  if (queue_read_header(&m, file, &why) == 1)
    queue_fold(&m, bytes_of(file.s + m.body, size - m.body));
  queue_next_attempt(&m);
  queue_message_free(&m);
  return 0;
}
