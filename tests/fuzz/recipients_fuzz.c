/* Recipients have no line end; without Bcc a header has the other recipients still, and no more of Bcc. */
#include <stdlib.h>

#include "header/recipients.h"

static void check(int condition) {
  if (!condition)
    abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
  struct bytes all = bytes_of((const char *)data, n);
  stralloc list = {0}, hidden = {0}, again = {0};
  enum message_id why = MESSAGE_COUNT;
  if (!recipients_parse(&list, all, &why))
    check(why == SM551E_header_list);
  list.len = 0;
  recipients_of_header(&list, all, &why);
  for (size_t i = 0; i < list.len; i++)
    check(list.s[i] != '\n' && list.s[i] != '\r');
  check(!list.len || !list.s[list.len - 1]);
  recipients_hide_bcc(&hidden, all);
  check(hidden.len <= n);
  recipients_hide_bcc(&again, bytes_sa(&hidden));
  check(bytes_eq(bytes_sa(&hidden), bytes_sa(&again)));
  stralloc_free(&list);
  stralloc_free(&hidden);
  stralloc_free(&again);
  return 0;
}
