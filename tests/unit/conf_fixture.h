/* A compiled generation in memory, from lines "KEY=VALUE" in which '|' stands for \0.  Settings that no line names have
 * their default as the table writes it ("10m" is no number: name what the test depends on). */
#ifndef CONF_FIXTURE_H
#define CONF_FIXTURE_H

#include <cdb_make.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "conf/conf.h"

static inline void fixture_add(struct cdb_make *m, const char *key, size_t key_n, const char *value) {
  stralloc v = {0};
  stralloc_copys(&v, value);
  for (size_t i = 0; i < v.len; i++)
    if (v.s[i] == '|')
      v.s[i] = 0;
  cdb_make_add(m, (const unsigned char *)key, key_n, (const unsigned char *)v.s, v.len);
  stralloc_free(&v);
}

/* libowfat's cdb_make keeps what it allocated. */
static inline void fixture_free(struct cdb_make *m) {
  for (struct cdb_hplist *next, *l = m->head; l; l = next) {
    next = l->next;
    free(l);
  }
  free(m->split);
}

static inline void fixture_conf(struct conf *c, const char *const *lines) {
  static const struct { const char *key, *value; } defaults[] = {
#define SETTING(name, type, value, since, en, ja) {"s:" #name, value},
#include "conf/settings.def"
#undef SETTING
  };
  static struct cdb_make m;
  m = (struct cdb_make){0};
  int fd = memfd_create("conf", MFD_CLOEXEC);
  cdb_make_start(&m, fd);
  for (const char *const *l = lines; *l; l++)   /* the first of equal keys counts: before the defaults */
    fixture_add(&m, *l, (size_t)(strchr(*l, '=') - *l), strchr(*l, '=') + 1);
  for (size_t i = 0; i < sizeof defaults / sizeof *defaults; i++)
    fixture_add(&m, defaults[i].key, strlen(defaults[i].key), defaults[i].value);
  if (cdb_make_finish(&m) || conf_open(c, fd))
    abort();
  fixture_free(&m);
}

#endif
