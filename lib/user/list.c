#include "user/list.h"

#include "base/json.h"
#include "base/sa.h"

static void show_user(stralloc *out, bool json, struct bytes name, struct bytes value) {
  struct bytes box, quota = value;
  bytes_cut(&quota, 0, &box);
  if (!json) {
    sa_catf(out, "%.*s  quota=%.*s  %.*s\n", (int)name.n, name.s, (int)quota.n, quota.s, (int)box.n, box.s);
    return;
  }
  uint64_t bytes = 0;
  bytes_u64(quota, &bytes);
  json_item(out);
  json_open(out, '{');
  json_member(out, "address", name);
  json_member(out, "mailbox", box);
  json_member_number(out, "quota", (int64_t)bytes);
  json_close(out, '}');
}

static void show_alias(stralloc *out, bool json, const char *at, struct bytes name, struct bytes targets) {
  stralloc whole = {0};
  struct bytes target;
  sa_catf(&whole, "%s%.*s", at, (int)name.n, name.s);
  if (json) {
    json_item(out);
    json_open(out, '{');
    json_member(out, "address", bytes_sa(&whole));
    json_key(out, "targets");
    json_open(out, '[');
  } else
    sa_catf(out, "%.*s:", (int)whole.len, whole.s);
  while (bytes_cut(&targets, 0, &target) && target.n)
    if (json) {
      json_item(out);
      json_string(out, target);
    } else
      sa_catf(out, " %.*s", (int)target.n, target.s);
  sa_cats(out, json ? "]}" : "\n");
  stralloc_free(&whole);
}

static void show_kind(stralloc *out, bool json, const struct conf *c, char kind) {
  struct cdb cdb = c->cdb;
  uint32 at;
  for (int more = cdb_firstkey(&cdb, &at); more == 1; more = cdb_nextkey(&cdb, &at)) {
    struct bytes name = bytes_of(cdb.map + cdb_keypos(&cdb), cdb_keylen(&cdb)), value = bytes_of(cdb.map + cdb_datapos(&cdb), cdb_datalen(&cdb));
    if (name.n < 2 || name.s[0] != kind)
      continue;
    name = bytes_of(name.s + 2, name.n - 2);
    if (kind == 'u')
      show_user(out, json, name, value);
    else
      show_alias(out, json, kind == 'c' ? "@" : "", name, value);
  }
}

void user_list(stralloc *out, const struct conf *c, bool json) {
  sa_cats(out, json ? "{\"users\":[" : "");
  show_kind(out, json, c, 'u');
  sa_cats(out, json ? "],\"aliases\":[" : "");
  show_kind(out, json, c, 'a');
  show_kind(out, json, c, 'c');
  sa_cats(out, json ? "]}\n" : "");
}
