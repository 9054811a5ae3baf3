/* Any value makes one line without control bytes, and reading it back gives the value; any line can be read. */
#include "log/log.h"

#include <stdlib.h>

#include "base/sa.h"

static void check(int condition) {
  if (!condition)
    abort();
}

static void round_trip(struct bytes value) {
  struct log_line l;
  struct log_reader r;
  struct bytes key, raw;
  stralloc back = {0};
  log_begin(&l, SY101E_out_of_memory);
  log_field(&l, "k", value);
  log_field(&l, "z", bytes_str("end"));
  log_end(&l);
  for (size_t i = 0; i < l.n; i++)
    check(((unsigned char)l.s[i] >= ' ' && l.s[i] != 0x7f) || (i == l.n - 1 && l.s[i] == '\n'));
  check(l.n <= LOG_MAX && log_read(&r, bytes_of(l.s, l.n)) && log_next(&r, &key, &raw) && raw.n <= LOG_VALUE_MAX);
  log_unescape(&back, raw);
  check(bytes_eq(bytes_sa(&back), value) || (back.len > 3 && back.len - 3 < value.n && !memcmp(back.s, value.s, back.len - 3)));
  check(log_next(&r, &key, &raw) && bytes_eq(raw, bytes_str("end")) && !log_next(&r, &key, &raw));
  stralloc_free(&back);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
  struct bytes input = bytes_of((const char *)data, n), key, raw;
  struct log_reader r;
  stralloc out = {0};
  round_trip(input);
  if (log_read(&r, input))
    while (log_next(&r, &key, &raw))
      log_unescape(&out, raw);
  stralloc_free(&out);
  return 0;
}
