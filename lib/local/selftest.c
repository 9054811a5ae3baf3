#include "local/selftest.h"

bool selftest_is(struct bytes user) {
  static const char name[] = SELFTEST_NAME "@";
  return user.n > sizeof name - 1 && bytes_ieq(bytes_of(user.s, sizeof name - 1), bytes_str(name));
}

bool selftest_is_among(const struct local_targets *list) {
  for (size_t i = 0; i < list->count; i++)
    if (list->t[i].local && selftest_is(bytes_sa(&list->t[i].addr)))
      return true;
  return false;
}

static bool is_loopback(const struct ip *ip) {
  static const uint8_t one[16] = {[15] = 1};
  return ip->v6 ? !memcmp(ip->a, one, 16) : ip->a[0] == 127;
}

bool selftest_admits(const struct ip *peer, const struct ip *own) {
  return is_loopback(peer) || (peer->v6 == own->v6 && !memcmp(peer->a, own->a, peer->v6 ? 16 : 4));
}
