/* token: what a command printed. */
#include "token/token.h"

int LLVMFuzzerTestOneInput(const uint8_t *s, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *s, size_t n) {
  struct token_answer a = {0};
  if (token_read(&a, bytes_of((const char *)s, n), 1000000) == TOKEN_GOT)
    for (size_t i = 0; i < a.token.len; i++)
      if (a.token.s[i] <= ' ' || a.token.s[i] > '~')
        __builtin_trap();
  token_answer_free(&a);
  return 0;
}
