#include "maildir/deliver_job.h"

void deliver_words(stralloc *out, enum message_id id, const char *path, const char *reason) {
  const struct message *msg = message_of(id);
  sa_catf(out, "%u %s %s (%s)", msg->reply, msg->status, msg->text, msg->id);
  if (path)
    sa_catf(out, ": %s", path);
  if (reason)
    sa_catf(out, ": %s", reason);
}

void deliver_prefix(stralloc *out, struct bytes sender, struct bytes addr) {
  header_return_path(out, sender);
  header_delivered_to(out, addr);
}

uint64_t deliver_quota(const struct conf *conf, struct bytes addr) {
  struct bytes value, box, number;
  uint64_t quota = 0;
  if (conf_get(conf, 'u', addr, &value) && bytes_cut(&value, 0, &box) && bytes_cut(&value, 0, &number))
    bytes_u64(number, &quota);
  return quota ? quota : (uint64_t)conf_number(conf, SET_quota_default);
}
