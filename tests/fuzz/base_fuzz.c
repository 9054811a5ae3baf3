/* Slices: the parts of bytes_cut joined again are the whole; a number read is written as it stood. */
#include <stdlib.h>

#include "base/bytes.h"
#include "base/date.h"
#include "base/sa.h"

static void check(int condition) {
  if (!condition)
    abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
  struct bytes all = bytes_of((const char *)data, n), rest = all, part;
  stralloc joined = {0};
  uint64_t number;
  for (bool first = true; bytes_cut(&rest, ',', &part); first = false) {
    if (!first)
      sa_catc(&joined, ',');
    sa_catb(&joined, part.s, part.n);
  }
  check(!data || bytes_eq(bytes_sa(&joined), all));
  joined.len = 0;
  if (bytes_u64(all, &number)) {
    sa_catu0(&joined, number, (unsigned)n);
    check(bytes_eq(bytes_sa(&joined), all));
  }
  part = bytes_trim(all);
  check(part.n <= all.n && (!part.n || (part.s[0] != ' ' && part.s[part.n - 1] != ' ')));
  if (n >= 8) {
    int64_t t;
    memcpy(&t, data, sizeof t);
    date_rfc5322(&joined, t);
    date_iso(&joined, t);
  }
  stralloc_free(&joined);
  return 0;
}
