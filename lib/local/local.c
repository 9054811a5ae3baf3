#include "local/local.h"

#include <stdlib.h>

#include "addr/addr.h"

enum { STEPS_MAX = 8000 };   /* where aliases share targets the list stays short: the work must, too */

struct walk {
  const struct conf *conf;
  struct local_targets *list;
  struct bytes original;      /* as the caller gave it */
  unsigned steps;
};

/* --- looking up --- */

static bool get(const struct walk *w, char kind, struct bytes name, struct bytes *value) { return conf_get(w->conf, kind, name, value); }

bool local_domain_is_ours(const struct conf *c, struct bytes domain) {
  stralloc key = {0};
  struct bytes value;
  for (size_t i = 0; i < domain.n; i++)
    sa_catc(&key, ascii_lower(domain.s[i]));
  bool ours = domain.n && conf_get(c, 'd', bytes_sa(&key), &value);
  stralloc_free(&key);
  return ours;
}

static struct bytes first_domain(const struct conf *c) {
  struct bytes value = {"", 0};
  conf_get(c, 'd', bytes_of("", 0), &value);
  return value;
}

/* The @ between local part and domain of a key (a quoted local part may hold others). */
static size_t at_of(struct bytes key) {
  size_t i = key.n;
  while (i && key.s[i - 1] != '@')
    i--;
  return i ? i - 1 : key.n;
}

static struct bytes local_part(struct bytes key) { return bytes_of(key.s, at_of(key)); }
static struct bytes domain_part(struct bytes key) {
  size_t at = at_of(key);
  return at < key.n ? bytes_of(key.s + at + 1, key.n - at - 1) : bytes_of("", 0);
}

/* ADDR as key in OUT, completed with the first domain; false where it is no address. */
static bool make_key(const struct conf *c, stralloc *out, struct bytes addr) {
  stralloc text = {0};
  struct addr a;
  enum message_id why;
  struct bytes domain = first_domain(c);
  sa_copyb(&text, addr.s, addr.n);
  if (addr.n && !memchr(addr.s, '@', addr.n)) {
    sa_catc(&text, '@');
    sa_catb(&text, domain.s, domain.n);
  }
  out->len = 0;
  bool ok = addr_parse(&a, bytes_sa(&text), &why) && !a.literal;
  if (ok)
    addr_key(out, &a);
  stralloc_free(&text);
  return ok;
}

/* --- the list --- */

static void target_free(struct local_target *t) {
  stralloc_free(&t->addr);
  stralloc_free(&t->box);
  stralloc_free(&t->original);
}

static void shorten(struct local_targets *list, size_t count) {
  while (list->count > count)
    target_free(&list->t[--list->count]);
}

void local_targets_free(struct local_targets *list) {
  shorten(list, 0);
  free(list->t);
  *list = (struct local_targets){0};
}

static bool is_there(const struct local_targets *list, bool local, struct bytes addr) {
  for (size_t i = 0; i < list->count; i++)
    if (list->t[i].local == local && bytes_eq(bytes_sa(&list->t[i].addr), addr))
      return true;
  return false;
}

/* A new target, or NULL where it is in the list already (*result LOCAL_OURS) or the list is full. */
static struct local_target *add(struct walk *w, bool local, struct bytes addr, enum local_result *result) {
  struct local_targets *list = w->list;
  *result = LOCAL_OURS;
  if (is_there(list, local, addr))
    return NULL;
  if (list->count >= LOCAL_TARGETS_MAX) {
    *result = LOCAL_TOO_MANY;
    return NULL;
  }
  if ((list->count & (list->count - 1)) == 0) {   /* 0, 1, 2, 4, 8…: full */
    size_t room = list->count ? 2 * list->count : 1;
    list->t = realloc(list->t, room * sizeof *list->t);
    if (!list->t)
      out_of_memory();
  }
  struct local_target *t = &list->t[list->count++];
  *t = (struct local_target){.local = local};
  sa_copyb(&t->addr, addr.s, addr.n);
  sa_cats(&t->box, "");
  sa_cats(&t->original, "");
  if (!bytes_ieq(addr, w->original))
    sa_copyb(&t->original, w->original.s, w->original.n);
  return t;
}

static enum local_result add_user(struct walk *w, struct bytes key, struct bytes value) {
  enum local_result result;
  struct bytes box;
  struct local_target *t = add(w, true, key, &result);
  if (!t)
    return result;
  bytes_cut(&value, 0, &box);
  sa_copyb(&t->box, box.s, box.n);
  bytes_u64(value, &t->quota);
  return LOCAL_OURS;
}

static enum local_result add_forward(struct walk *w, struct bytes addr) {
  enum local_result result;
  add(w, false, addr, &result);
  return result;
}

/* --- the walk --- */

static enum local_result resolve(struct walk *w, struct bytes addr, struct bytes from, unsigned depth);

/* All of TARGETS; those that are nowhere are passed over as long as one is somewhere. */
static enum local_result expand(struct walk *w, struct bytes key, struct bytes targets, unsigned depth) {
  enum local_result all = LOCAL_UNKNOWN;
  struct bytes target;
  if (depth >= LOCAL_DEPTH_MAX)
    return LOCAL_LOOP;
  while (bytes_cut(&targets, 0, &target) && target.n) {
    if (++w->steps > STEPS_MAX)
      return LOCAL_TOO_MANY;
    enum local_result one = resolve(w, target, key, depth + 1);
    if (one == LOCAL_FOREIGN)
      one = add_forward(w, target);
    if (one == LOCAL_TOO_MANY || one == LOCAL_LOOP)
      return one;
    if (one == LOCAL_OURS)
      all = LOCAL_OURS;
  }
  return all;
}

/* Alias or user of that very name.  An alias that names itself among its targets means the user of that name there. */
static enum local_result resolve_exact(struct walk *w, struct bytes key, struct bytes from, unsigned depth) {
  struct bytes value;
  if (!bytes_eq(key, from) && get(w, 'a', key, &value))
    return expand(w, key, value, depth);
  return get(w, 'u', key, &value) ? add_user(w, key, value) : LOCAL_UNKNOWN;
}

static enum local_result resolve_extension(struct walk *w, struct bytes key, struct bytes from, unsigned depth) {
  struct bytes separator = conf_text(w->conf, SET_plus_separator), user = local_part(key), domain = domain_part(key);
  enum local_result result = LOCAL_UNKNOWN;
  stralloc shorter = {0};
  const char *at = separator.n && user.n > 1 && user.s[0] != '"' ? memmem(user.s + 1, user.n - 1, separator.s, separator.n) : NULL;
  if (at) {
    sa_copyb(&shorter, user.s, (size_t)(at - user.s));
    sa_catc(&shorter, '@');
    sa_catb(&shorter, domain.s, domain.n);
    result = resolve_exact(w, bytes_sa(&shorter), from, depth);
  }
  stralloc_free(&shorter);
  return result;
}

static enum local_result resolve_postmaster(struct walk *w, struct bytes key, struct bytes from, unsigned depth) {
  struct bytes domain = first_domain(w->conf);
  stralloc master = {0};
  if (!bytes_eq(local_part(key), bytes_str("postmaster")))
    return LOCAL_UNKNOWN;
  sa_cats(&master, "postmaster@");
  sa_catb(&master, domain.s, domain.n);
  enum local_result result = resolve_exact(w, bytes_sa(&master), from, depth);
  stralloc_free(&master);
  return result;
}

static enum local_result resolve_catch_all(struct walk *w, struct bytes key, struct bytes from, unsigned depth) {
  struct bytes targets;
  return get(w, 'c', domain_part(key), &targets) && !bytes_eq(key, from) ? expand(w, key, targets, depth) : LOCAL_UNKNOWN;
}

/* FROM is the alias that led to ADDR, "" at the start. */
static enum local_result resolve(struct walk *w, struct bytes addr, struct bytes from, unsigned depth) {
  stralloc key = {0};
  enum local_result result = LOCAL_FOREIGN;
  if (make_key(w->conf, &key, addr) && local_domain_is_ours(w->conf, domain_part(bytes_sa(&key)))) {
    static enum local_result (*const ways[])(struct walk *, struct bytes, struct bytes, unsigned) = {
      resolve_exact, resolve_extension, resolve_postmaster, resolve_catch_all,
    };
    result = LOCAL_UNKNOWN;
    for (size_t i = 0; i < sizeof ways / sizeof *ways && result == LOCAL_UNKNOWN; i++)
      result = ways[i](w, bytes_sa(&key), from, depth);
  }
  stralloc_free(&key);
  return result;
}

enum local_result local_resolve(const struct conf *c, struct bytes addr, struct local_targets *list) {
  struct walk w = {.conf = c, .list = list, .original = addr};
  size_t before = list->count;
  enum local_result result = resolve(&w, addr, bytes_of("", 0), 0);
  if (result != LOCAL_OURS)
    shorten(list, before);
  return result;
}

bool local_is_ours(const struct conf *c, struct bytes addr) {
  struct local_targets list = {0};
  bool ours = local_resolve(c, addr, &list) == LOCAL_OURS;
  local_targets_free(&list);
  return ours;
}
