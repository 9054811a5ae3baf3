#include "addr/addr.h"
#include "base/sa.h"
#include "login/login.h"

bool login_user(stralloc *user, const struct conf *c, struct bytes name) {
  stralloc whole = {0};
  struct addr a;
  struct bytes domain;
  enum message_id why;
  user->len = 0;
  sa_copyb(&whole, name.s, name.n);
  if (name.n && !memchr(name.s, '@', name.n) && conf_get(c, 'd', bytes_of("", 0), &domain)) {
    sa_catc(&whole, '@');
    sa_catb(&whole, domain.s, domain.n);
  }
  bool good = addr_parse(&a, bytes_sa(&whole), &why) && a.domain.n;
  if (good)
    addr_key(user, &a);
  stralloc_free(&whole);
  return good;
}
