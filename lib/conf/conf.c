#include "conf/conf.h"

#include <unistd.h>

#include "base/sa.h"

static const char *const names[SETTING_COUNT] = {
#define SETTING(name, type, value, since, en, ja) #name,
#include "conf/settings.def"
#undef SETTING
};

bool conf_get(const struct conf *c, char kind, struct bytes name, struct bytes *value) {
  char key[300] = {kind, ':'};
  if (name.n > sizeof key - 2)
    return false;
  memcpy(key + 2, name.s, name.n);
  struct cdb cdb = c->cdb;   /* cdb_find keeps its place in the struct: a copy keeps ours unchanged */
  if (cdb_find(&cdb, (const unsigned char *)key, name.n + 2) != 1)
    return false;
  if (cdb_datapos(&cdb) > cdb.size || cdb_datalen(&cdb) > cdb.size - cdb_datapos(&cdb))   /* a damaged file */
    return false;
  *value = bytes_of(cdb.map + cdb_datapos(&cdb), cdb_datalen(&cdb));
  return true;
}

void conf_each(const struct conf *c, char kind, void (*each)(void *data, struct bytes name, struct bytes value), void *data) {
  struct cdb cdb = c->cdb;
  uint32 at;
  for (int more = cdb_firstkey(&cdb, &at); more == 1; more = cdb_nextkey(&cdb, &at)) {
    struct bytes key = bytes_of(cdb.map + cdb_keypos(&cdb), cdb_keylen(&cdb)), value = bytes_of(cdb.map + cdb_datapos(&cdb), cdb_datalen(&cdb));
    if (key.n >= 2 && key.s[0] == kind && key.s[1] == ':')
      each(data, bytes_of(key.s + 2, key.n - 2), value);
  }
}

struct bytes conf_text(const struct conf *c, enum setting s) {
  struct bytes value = {"", 0};
  conf_get(c, 's', bytes_str(names[s]), &value);
  return value;
}

long conf_number(const struct conf *c, enum setting s) { return c->number[s]; }

int conf_open_secret(struct conf *c, int fd) {
  *c = (struct conf){0};
  cdb_init(&c->cdb, fd);
  return c->cdb.map ? 0 : -1;
}

struct bytes conf_hostname(const struct conf *c, stralloc *scratch) {
  struct bytes host = conf_text(c, SET_hostname), domain;
  if (host.n || !conf_get(c, 'd', bytes_of("", 0), &domain))
    return host;
  sa_copys(scratch, "mail.");
  sa_catb(scratch, domain.s, domain.n);
  return bytes_sa(scratch);
}

struct bytes conf_postmaster(const struct conf *c, stralloc *scratch) {
  struct bytes p = conf_text(c, SET_postmaster), domain;
  if (memchr(p.s, '@', p.n) || !conf_get(c, 'd', bytes_of("", 0), &domain))
    return p;
  sa_copyb(scratch, p.s, p.n);
  sa_catc(scratch, '@');
  sa_catb(scratch, domain.s, domain.n);
  return bytes_sa(scratch);
}

struct bytes conf_notice_language(const struct conf *c, struct bytes address) {
  stralloc domain = {0};
  struct bytes word = conf_text(c, SET_notice_language);
  for (size_t i = 0; i < address.n; i++) {
    if (address.s[i] == '@')
      domain.len = 0;
    else
      sa_catc(&domain, ascii_lower(address.s[i]));
  }
  conf_get(c, 'l', bytes_sa(&domain), &word);
  stralloc_free(&domain);
  return word;
}

int conf_open(struct conf *c, int fd) {
  struct bytes value;
  if (conf_open_secret(c, fd))
    return -1;
  for (int i = 0; i < SETTING_COUNT; i++) {
    uint64_t n;
    if (!conf_get(c, 's', bytes_str(names[i]), &value))
      return conf_get(c, 's', bytes_str("hostname"), &value) ? CONF_OF_OTHER_VERSION : -1;
    if (bytes_u64(value, &n) && n <= INT64_MAX)
      c->number[i] = (long)n;
    else if (bytes_eq(value, bytes_str("on")))
      c->number[i] = 1;
  }
  return 0;
}

void conf_close(struct conf *c) {
  int fd = (int)c->cdb.fd;
  cdb_free(&c->cdb);
  if (fd >= 0)
    close(fd);
}
