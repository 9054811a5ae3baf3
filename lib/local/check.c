#include "local/check.h"

#include <stdlib.h>

#include "addr/addr.h"
#include "local/local.h"

enum { CYCLE_STEPS_MAX = 20000 };

struct check {
  const struct conf *conf;
  const struct conf_set *set;
  struct conf_faults *faults;
  const char **names;        /* our users and aliases, then our domains: for what is nearest */
  size_t people, count;
  bool circle;               /* one was reported */
};

static struct bytes name_of(const struct conf_pair *p) { return bytes_of(p->key.s + 2, p->key.len - 2); }

static struct bytes domain_of(struct bytes name) {
  size_t i = name.n;
  while (i && name.s[i - 1] != '@')
    i--;
  return bytes_of(name.s + i, name.n - i);
}

static struct conf_fault *fault(struct check *k, const struct conf_pair *p, enum message_id id, struct bytes what) {
  return conf_fault_add(k->faults, conf_paths[p->file], p->line, id, what);
}

/* --- what is nearest --- */

static void add_names(struct check *k, const char *kinds) {
  for (size_t i = 0; i < k->set->conf.count; i++) {
    struct conf_pair *p = &k->set->conf.pair[i];
    if (strchr(kinds, p->key.s[0]) && p->key.len > 2)
      k->names[k->count++] = sa_cstr(&p->key) + 2;
  }
}

static void collect_names(struct check *k) {
  k->names = calloc(k->set->conf.count + 1, sizeof *k->names);
  if (!k->names)
    out_of_memory();
  add_names(k, "ua");
  k->people = k->count;
  add_names(k, "d");
}

static void hint_nearest(struct conf_fault *f, struct bytes word, const char **names, size_t count) {
  const char *nearest = conf_nearest(word, names, count);
  if (nearest)
    conf_fault_hint(f, CF191I_hint_nearest, "%s", nearest);
}

/* --- users, aliases: in a domain of ours? --- */

static bool check_domain(struct check *k, const struct conf_pair *p, enum message_id id) {
  struct bytes name = name_of(p), domain = domain_of(name);
  if (local_domain_is_ours(k->conf, domain))
    return true;
  hint_nearest(fault(k, p, id, name), domain, k->names + k->people, k->count - k->people);
  return false;
}

/* --- where aliases lead --- */

static bool key_of(stralloc *key, struct bytes text) {
  struct addr a;
  enum message_id why;
  key->len = 0;
  if (!addr_parse(&a, text, &why))
    return false;
  addr_key(key, &a);
  return true;
}

/* The alias KEY leads back to START: PATH becomes " -> a -> b -> START". */
static bool leads_back(struct check *k, struct bytes start, struct bytes key, stralloc *path, unsigned depth, unsigned *steps) {
  struct bytes targets, target;
  size_t before = path->len;
  bool found = false;
  if (depth > LOCAL_DEPTH_MAX || !conf_get(k->conf, 'a', key, &targets))
    return false;
  while (!found && bytes_cut(&targets, 0, &target) && target.n && ++*steps < CYCLE_STEPS_MAX) {
    stralloc next = {0};
    if (key_of(&next, target) && !bytes_eq(bytes_sa(&next), key)) {
      sa_cats(path, " -> ");
      sa_cat(path, &next);
      found = bytes_eq(bytes_sa(&next), start) || leads_back(k, start, bytes_sa(&next), path, depth + 1, steps);
      if (!found)
        path->len = before;
    }
    stralloc_free(&next);
  }
  return found;
}

static void report_circle(struct check *k, const struct conf_pair *p) {
  stralloc path = {0};
  unsigned steps = 0;
  sa_cats(&path, "");
  if (leads_back(k, name_of(p), name_of(p), &path, 0, &steps)) {
    conf_fault_hint(fault(k, p, CF166E_alias_in_circle, name_of(p)), CF196I_hint_path, "%.*s%.*s", (int)name_of(p).n, name_of(p).s, (int)path.len, path.s);
    k->circle = true;
  }
  stralloc_free(&path);
}

static enum local_result lead(struct check *k, struct bytes addr) {
  struct local_targets list = {0};
  enum local_result result = local_resolve(k->conf, addr, &list);
  local_targets_free(&list);
  return result;
}

/* An alias that names itself means the user of that name. */
static bool target_is_nowhere(struct check *k, const struct conf_pair *p, struct bytes target) {
  stralloc key = {0};
  struct bytes user;
  bool itself = p->key.s[0] == 'a' && key_of(&key, target) && bytes_eq(bytes_sa(&key), name_of(p));
  bool nowhere = itself ? !conf_get(k->conf, 'u', name_of(p), &user) : lead(k, target) == LOCAL_UNKNOWN;
  stralloc_free(&key);
  return nowhere;
}

static void check_targets(struct check *k, const struct conf_pair *p) {
  struct bytes rest = bytes_sa(&p->value), target;
  while (bytes_cut(&rest, 0, &target) && target.n) {
    if (target_is_nowhere(k, p, target))
      hint_nearest(fault(k, p, CF165E_target_unknown, target), target, k->names, k->people);
    if (p->key.s[0] == 'c' && lead(k, target) == LOCAL_LOOP) {
      conf_fault_hint(fault(k, p, CF166E_alias_in_circle, name_of(p)), CF196I_hint_path, "@%.*s -> %.*s", (int)name_of(p).n, name_of(p).s, (int)target.n, target.s);
      k->circle = true;
    }
  }
}

static void check_alias(struct check *k, const struct conf_pair *p) {
  if (!check_domain(k, p, CF162E_alias_outside))
    return;
  check_targets(k, p);
  enum local_result result = p->key.s[0] == 'a' ? lead(k, name_of(p)) : LOCAL_OURS;
  if (result == LOCAL_LOOP)
    report_circle(k, p);
  if (result == LOCAL_TOO_MANY)
    fault(k, p, CF168E_alias_too_wide, name_of(p));
}

/* Aliases that only lead into a circle are not worth a word: it was reported where it is. */
static void check_depth(struct check *k) {
  for (size_t i = 0; i < k->set->conf.count && !k->circle; i++) {
    const struct conf_pair *p = &k->set->conf.pair[i];
    if (p->key.s[0] == 'a' && lead(k, name_of(p)) == LOCAL_LOOP)
      fault(k, p, CF167E_alias_too_deep, name_of(p));
  }
}

/* --- postmaster --- */

static const struct conf_pair *pair_of(const struct check *k, const char *key) {
  for (size_t i = 0; i < k->set->conf.count; i++)
    if (bytes_eq(bytes_sa(&k->set->conf.pair[i].key), bytes_str(key)))
      return &k->set->conf.pair[i];
  return NULL;
}

static bool any_local(const struct local_targets *list) {
  for (size_t i = 0; i < list->count; i++)
    if (list->t[i].local)
      return true;
  return false;
}

static void check_postmaster(struct check *k) {
  struct local_targets list = {0};
  struct bytes first = {"", 0};
  conf_get(k->conf, 'd', bytes_of("", 0), &first);
  enum local_result result = first.n ? local_resolve(k->conf, bytes_str("postmaster"), &list) : LOCAL_LOOP;
  if (result == LOCAL_UNKNOWN)
    conf_fault_add(k->faults, conf_paths[CONF_USERS], 0, CF169E_postmaster_missing, bytes_of("", 0));
  if (result == LOCAL_OURS && !any_local(&list))
    conf_fault_add(k->faults, conf_paths[CONF_ALIASES], 0, CF171E_postmaster_elsewhere, bytes_sa(&list.t[0].addr));
  local_targets_free(&list);
}

static void check_notices(struct check *k) {
  const struct conf_pair *p = pair_of(k, "s:postmaster");
  if (p && p->line && p->value.len && lead(k, bytes_sa(&p->value)) == LOCAL_UNKNOWN)
    hint_nearest(fault(k, p, CF170E_notices_nowhere, bytes_sa(&p->value)), bytes_sa(&p->value), k->names, k->people);
}

/* --- all --- */

static void check_pair(struct check *k, const struct conf_pair *p) {
  char kind = p->key.s[0];
  if (kind == 'u')
    check_domain(k, p, CF152E_user_outside);
  if (kind == 'a' || kind == 'c')
    check_alias(k, p);
  if (kind == 't' && local_domain_is_ours(k->conf, name_of(p)))
    fault(k, p, CF189W_route_for_ours, name_of(p));
}

void local_check(const struct conf *c, const struct conf_set *set, struct conf_faults *faults) {
  struct check k = {.conf = c, .set = set, .faults = faults};
  collect_names(&k);
  for (size_t i = 0; i < set->conf.count; i++)
    check_pair(&k, &set->conf.pair[i]);
  check_depth(&k);
  check_postmaster(&k);
  check_notices(&k);
  free(k.names);
}
