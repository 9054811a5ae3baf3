#include "local/own.h"

bool local_is_own(const struct conf *c, struct bytes user, struct bytes sender) {
  struct local_targets list = {0};
  bool own = false;
  if (user.n && sender.n && local_resolve(c, sender, &list) == LOCAL_OURS)
    for (size_t i = 0; i < list.count && !own; i++)
      own = list.t[i].local && bytes_eq(bytes_sa(&list.t[i].addr), user);
  local_targets_free(&list);
  return own;
}
