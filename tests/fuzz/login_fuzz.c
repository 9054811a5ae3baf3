/* Any bytes over run/auth: what is read can be written and is the same. */
#include <assert.h>
#include <stdint.h>

#include "base/sa.h"
#include "login/login.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct login_message m;
  stralloc out = {0};
  if (login_read(&m, bytes_of((const char *)data, size))) {
    assert(size <= LOGIN_MAX);
    login_write(&out, &m);
    assert(bytes_eq(bytes_sa(&out), bytes_of((const char *)data, size)));
    stralloc_free(&out);
  }
  return 0;
}
