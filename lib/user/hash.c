#include "user/hash.h"

static bool all_of(struct bytes text, const char *others) {
  for (size_t i = 0; i < text.n; i++) {
    char c = ascii_lower(text.s[i]);
    if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && (!c || !strchr(others, c)))
      return false;
  }
  return true;
}

static size_t dollars(struct bytes text) {
  size_t count = 0;
  for (size_t i = 0; i < text.n; i++)
    count += text.s[i] == '$';
  return count;
}

enum user_hash user_hash_form(struct bytes hash) {
  static const struct {
    const char *prefix;
    size_t dollars, least;   /* how many $ there are at least; length of what follows the last one */
    enum user_hash form;
  } forms[] = {
    {"$y$", 4, 43, USER_HASH_GOOD}, {"$gy$", 4, 43, USER_HASH_GOOD}, {"$7$", 3, 43, USER_HASH_GOOD},
    {"$2b$", 3, 53, USER_HASH_GOOD}, {"$2a$", 3, 53, USER_HASH_GOOD}, {"$2y$", 3, 53, USER_HASH_GOOD},
    {"$6$", 3, 86, USER_HASH_GOOD}, {"$5$", 3, 43, USER_HASH_GOOD}, {"$1$", 3, 22, USER_HASH_WEAK},
  };
  if (bytes_eq(hash, bytes_str("*")))
    return USER_HASH_LOCKED;
  if (hash.n == 13 && all_of(hash, "./"))
    return USER_HASH_WEAK;
  for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
    size_t n = strlen(forms[i].prefix), last = hash.n;
    while (last && hash.s[last - 1] != '$')
      last--;
    if (hash.n > n && !memcmp(hash.s, forms[i].prefix, n) && all_of(hash, "./$=,") && dollars(hash) >= forms[i].dollars && hash.n - last >= forms[i].least)
      return forms[i].form;
  }
  return USER_HASH_NONE;
}
