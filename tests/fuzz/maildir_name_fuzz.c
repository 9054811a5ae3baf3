/* Any bytes as a file name in a Maildir: its UID is one of RFC 1939 7, the same each time. */
#include <assert.h>
#include <stdint.h>

#include "../../lib/maildir/read_name.c"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct bytes base = maildir_name_base(bytes_of((const char *)data, size));
  stralloc a = {0}, b = {0};
  uint64_t bytes;
  maildir_name_qid(base);
  maildir_name_uid(&a, base);
  maildir_name_uid(&b, base);
  assert(bytes_eq(bytes_sa(&a), bytes_sa(&b)) && a.len >= 1 && a.len <= MAILDIR_UID_MAX);
  for (size_t i = 0; i < a.len; i++)
    assert(a.s[i] >= 0x21 && a.s[i] <= 0x7e);
  maildir_name_time(base);
  maildir_name_size(base, &bytes);
  stralloc_free(&a);
  stralloc_free(&b);
  return 0;
}
