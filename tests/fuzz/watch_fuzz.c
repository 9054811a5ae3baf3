/* watch: what is remembered: what is read is written as the same again. */
#include "watch/watch.h"

int LLVMFuzzerTestOneInput(const uint8_t *s, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *s, size_t n) {
  struct watch w, again;
  stralloc out = {0};
  bool good = watch_read(&w, bytes_of((const char *)s, n));
  watch_write(&out, &w);
  if (!watch_read(&again, bytes_sa(&out)) || memcmp(&w, &again, sizeof w) || (!good && out.len != strlen("wiz98-doctor 1\n")))
    __builtin_trap();
  stralloc_free(&out);
  return 0;
}
