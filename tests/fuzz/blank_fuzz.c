/* blank: a secret (the first line), a name (the second), a definition file or text (the rest): whatever that is, neither of the
 * two is in what comes out. */
#include <stdlib.h>

#include "blank/blank.h"

static bool has(const stralloc *text, struct bytes what) {
  for (size_t i = 0; i + what.n <= text->len; i++)
    if (bytes_ieq(bytes_of(text->s + i, what.n), what))
      return true;
  return false;
}

/* What takes a secret's place has none of these, and cannot make one with its neighbours. */
static bool is_plain(struct bytes s) {
  for (size_t i = 0; i < s.n; i++)
    if (s.s[i] == '*' || (s.s[i] >= '0' && s.s[i] <= '9'))
      return false;
  return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *s, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *s, size_t n) {
  static const char *const names[] = {"users", "credentials", "tokens", "aliases", "settings", "routes"};
  struct bytes text = bytes_of((const char *)s, n), secret, local;
  struct blank b;
  stralloc file = {0}, out = {0}, address = {0};
  if (!bytes_cut(&text, '\n', &secret) || !bytes_cut(&text, '\n', &local) || !text.s)
    return 0;
  blank_init(&b);
  blank_definitions(&file, &b, names[secret.n % 6], text);
  blank_secret(&b, secret);
  sa_catb(&address, local.s, local.n);
  sa_cats(&address, "@a.test ");
  sa_cat(&address, &file);
  blank_learn(&b, text);
  blank_learn(&b, bytes_sa(&address));
  blank_text(&out, &b, text);
  if (secret.n >= BLANK_SECRET_MIN && is_plain(secret) && has(&out, secret))
    __builtin_trap();
  for (size_t i = 1; i < out.len; i++)
    if (out.s[i] == '@' && i + 1 < out.len && out.s[i + 1] >= 'a' && out.s[i + 1] <= 'z' && out.s[i - 1] >= 'a' && out.s[i - 1] <= 'z')
      __builtin_trap();
  stralloc_free(&file);
  stralloc_free(&out);
  stralloc_free(&address);
  blank_free(&b);
  return 0;
}
