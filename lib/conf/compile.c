#include "conf/compile.h"

#include <stdlib.h>

#include "conf/parse.h"

/* --- pairs --- */

struct conf_pair *conf_pair_add(struct conf_pairs *p, enum conf_file file, unsigned line, const char *kind, struct bytes name) {
  if (!(p->count & (p->count - 1))) {   /* 0, 1, 2, 4, 8…: full */
    p->pair = realloc(p->pair, (p->count ? 2 * p->count : 1) * sizeof *p->pair);
    if (!p->pair)
      out_of_memory();
  }
  struct conf_pair *new = &p->pair[p->count++];
  *new = (struct conf_pair){.file = file, .line = line};
  sa_copys(&new->key, kind);
  sa_catb(&new->key, name.s, name.n);
  sa_cats(&new->value, "");
  return new;
}

static void pairs_free(struct conf_pairs *p) {
  for (size_t i = 0; i < p->count; i++) {
    stralloc_free(&p->pair[i].key);
    stralloc_free(&p->pair[i].value);
  }
  free(p->pair);
}

void conf_set_free(struct conf_set *set) {
  pairs_free(&set->conf);
  pairs_free(&set->auth);
  pairs_free(&set->remote);
  pairs_free(&set->token);
  *set = (struct conf_set){0};
}

void conf_input_free(struct conf_input *in) {
  for (int i = 0; i < CONF_FILES; i++)
    stralloc_free(&in->text[i]);
  *in = (struct conf_input){0};
}

/* --- the whole --- */

static const struct {
  enum conf_file file;
  line_handler *handle;
  void (*finish)(struct compile *c);
} order[] = {   /* domains before the files in which bare names are completed */
  {CONF_DOMAINS, handle_domain, finish_domains},
  {CONF_SETTINGS, handle_setting, finish_settings},
  {CONF_USERS, handle_user, NULL},
  {CONF_ALIASES, handle_alias, NULL},
  {CONF_PERMITS, handle_permit, finish_permits},
  {CONF_ROUTES, handle_route, NULL},
  {CONF_TLS_POLICY, handle_policy, NULL},
  {CONF_REPLY_CAUSES, handle_reply_cause, finish_reply_causes},
  {CONF_TOKENS, handle_token, finish_tokens},
  {CONF_CREDENTIALS, handle_credentials, finish_credentials},
};

static void compile_file(struct compile *c, const struct conf_input *in, size_t i) {
  c->file = order[i].file;
  if (!in->absent[c->file])
    parse_lines(c, bytes_sa(&in->text[c->file]), order[i].handle);
  bool has_defaults = c->file == CONF_SETTINGS || c->file == CONF_PERMITS;   /* the rest is checked without it as well */
  if (order[i].finish && (has_defaults || !in->absent[c->file]))
    order[i].finish(c);
  parse_duplicates(c);
}

bool conf_compile(struct conf_set *set, struct conf_faults *faults, const struct conf_input *in) {
  struct compile c = {.set = set, .faults = faults};
  if (!conf_version_fits(faults, in))
    return false;
  for (int i = 0; i < SETTING_COUNT; i++)
    sa_cats(&c.setting[i], "");
  for (size_t i = 0; i < sizeof order / sizeof *order; i++)
    compile_file(&c, in, i);
  for (int i = 0; i < SETTING_COUNT; i++)
    stralloc_free(&c.setting[i]);
  stralloc_free(&c.permits);
  stralloc_free(&c.tokens);
  stralloc_free(&c.causes);
  stralloc_free(&c.first_domain);
  free(c.entry);
  return true;
}
