/* What is read back from small files and datagrams: destinations, answers of workers, messages with any line ends. */
#include <stdint.h>
#include <stdlib.h>

#include "queue/dest.h"
#include "queue/text.h"

static void text(struct bytes all) {
  struct text_filter whole = {0}, bytewise = {0};
  stralloc a = {0}, b = {0};
  text_feed(&whole, all, &a);
  text_end(&whole, &a);
  for (size_t i = 0; i < all.n; i++)
    text_feed(&bytewise, bytes_of(all.s + i, 1), &b);
  text_end(&bytewise, &b);
  if (whole.fault != bytewise.fault || !bytes_eq(bytes_sa(&a), bytes_sa(&b)))
    abort();
  for (size_t i = 0; i < a.len; i++)
    if (!a.s[i] || a.s[i] == '\r')
      abort();
  if (!whole.fault && a.len && a.s[a.len - 1] != '\n')
    abort();
  stralloc_free(&a);
  stralloc_free(&b);
}

static void destination(struct bytes all) {
  struct queue_dest d, again;
  stralloc out = {0}, path = {0}, name = {0};
  if (queue_dest_read(&d, all)) {
    queue_dest_write(&out, &d);
    if (!queue_dest_read(&again, bytes_sa(&out)) || again.until != d.until || again.attempts != d.attempts)
      abort();
    queue_dest_free(&again);
  }
  queue_dest_file(&path, all);
  if (memchr(path.s + sizeof "run/dest/" - 1, '/', path.len - sizeof "run/dest/" + 1))
    abort();
  queue_dest_name(&name, bytes_of(path.s + 9, path.len - 9));
  if (all.n < 60 && !bytes_eq(bytes_sa(&name), all))
    abort();
  queue_dest_free(&d);
  stralloc_free(&out);
  stralloc_free(&path);
  stralloc_free(&name);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  text(bytes_of((const char *)data, size));
  destination(bytes_of((const char *)data, size));
  return 0;
}
