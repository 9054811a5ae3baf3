/* The files with addresses: users and aliases. */
#include "addr/addr.h"
#include "conf/parse.h"
#include "user/hash.h"

/* "KEY: rest" */
static bool split(struct compile *c, struct bytes line, struct bytes *key, struct bytes *rest, enum message_id id) {
  *rest = line;
  bytes_cut(rest, ':', key);
  *key = bytes_trim(*key);
  if (rest->s && key->n)
    return true;
  parse_fault(c, id, line);
  return false;
}

/* --- users --- */

/* The name becomes that of a directory. */
static bool is_folder_name(struct bytes key) {
  size_t at = 0;
  while (at < key.n && key.s[at] != '@')
    at++;
  if (!at || key.s[0] == '"' || memchr(key.s, '/', at))
    return false;
  return !bytes_eq(bytes_of(key.s, at), bytes_str(".")) && !bytes_eq(bytes_of(key.s, at), bytes_str(".."));
}

static void read_option(struct compile *c, struct bytes word, uint64_t *quota) {
  static const char *const names[] = {"quota"};
  struct bytes value = word, name;
  bytes_cut(&value, '=', &name);
  if (!bytes_ieq(name, bytes_str(names[0]))) {
    struct conf_fault *f = parse_fault(c, CF155E_user_option_unknown, word);
    conf_fault_hint(f, conf_nearest(name, names, 1) ? CF191I_hint_nearest : CF193I_hint_expected, "quota=SIZE");
    return;
  }
  if (!value.s || !conf_size(value, quota))
    conf_fault_hint(parse_fault(c, CF156E_quota_invalid, word), CF193I_hint_expected, "quota=500m");
}

static void read_hash(struct compile *c, struct bytes hash) {
  enum user_hash form = user_hash_form(hash);
  if (form == USER_HASH_NONE)   /* perhaps the password itself: never shown */
    parse_fault(c, CF154E_hash_invalid, bytes_of("", 0));
  if (form == USER_HASH_WEAK)
    parse_fault(c, CF158W_hash_weak, bytes_of("", 0));
}

static void put_user(struct compile *c, struct bytes key, struct bytes hash, uint64_t quota) {
  const char *at = memchr(key.s, '@', key.n);
  size_t n = (size_t)(at - key.s);
  struct conf_pair *p = conf_pair_add(&c->set->conf, CONF_USERS, c->line, "u:", key);
  sa_cats(&p->value, "mail/");
  sa_catb(&p->value, at + 1, key.n - n - 1);
  sa_catc(&p->value, '/');
  sa_catb(&p->value, key.s, n);
  sa_0(&p->value);
  sa_catu(&p->value, quota);
  p = conf_pair_add(&c->set->auth, CONF_USERS, c->line, "p:", key);
  sa_catb(&p->value, hash.s, hash.n);
}

static void read_user(struct compile *c, struct bytes key, struct bytes rest) {
  struct bytes hash, word;
  uint64_t quota = 0;
  bytes_u64(bytes_sa(&c->setting[SET_quota_default]), &quota);
  if (!parse_word(&rest, &hash)) {
    parse_fault(c, CF153E_hash_missing, key);
    return;
  }
  read_hash(c, hash);
  while (parse_word(&rest, &word))
    read_option(c, word, &quota);
  put_user(c, key, hash, quota);   /* in spite of faults: who leads to this user is not at fault */
}

void handle_user(struct compile *c, struct bytes line) {
  struct bytes name, rest;
  stralloc key = {0};
  if (split(c, line, &name, &rest, CF150E_user_form) && parse_address(c, &key, name, CF151E_user_address_invalid)) {
    parse_entry(c, bytes_sa(&key));
    if (is_folder_name(bytes_sa(&key)))
      read_user(c, bytes_sa(&key), rest);
    else
      parse_fault(c, CF157E_user_name_unusable, name);
  }
  stralloc_free(&key);
}

/* --- aliases --- */

static bool alias_key(struct compile *c, stralloc *key, struct bytes name, const char **kind) {
  *kind = "a:";
  if (name.s[0] != '@')
    return parse_address(c, key, name, CF161E_alias_address_invalid);
  *kind = "c:";
  struct bytes domain = bytes_of(name.s + 1, name.n - 1);
  if (!addr_domain_valid(domain)) {
    parse_fault(c, CF161E_alias_address_invalid, name);
    return false;
  }
  conf_lower(key, domain);
  return true;
}

/* What other mail servers run or write to: completed with the first domain it would be an address. */
static bool is_program_or_file(struct bytes word) {
  if (word.n && word.s[0] == '"')
    word = bytes_of(word.s + 1, word.n - 1);
  return word.n && strchr("|/:", word.s[0]);
}

static bool read_target(struct compile *c, stralloc *target, struct bytes word) {
  if (!is_program_or_file(word))
    return parse_target(c, target, word, CF164E_target_invalid);
  parse_fault(c, CF164E_target_invalid, word);
  return false;
}

static bool read_targets(struct compile *c, struct bytes rest, stralloc *value) {
  stralloc target = {0};
  struct bytes word;
  bool good = true;
  while (parse_word(&rest, &word)) {
    while (word.n && word.s[word.n - 1] == ',')
      word.n--;
    if (!word.n)
      continue;
    good &= read_target(c, &target, word);
    sa_cat(value, &target);
    sa_0(value);
  }
  if (!value->len)
    parse_fault(c, CF163E_alias_without_target, bytes_of("", 0));
  stralloc_free(&target);
  return good && value->len;
}

void handle_alias(struct compile *c, struct bytes line) {
  struct bytes name, rest;
  stralloc key = {0}, value = {0}, entry = {0};
  const char *kind;
  if (split(c, line, &name, &rest, CF160E_alias_form) && (alias_key(c, &key, name, &kind) & read_targets(c, rest, &value))) {
    sa_cats(&entry, kind[0] == 'c' ? "@" : "");
    sa_cat(&entry, &key);
    parse_entry(c, bytes_sa(&entry));
    struct conf_pair *p = conf_pair_add(&c->set->conf, CONF_ALIASES, c->line, kind, bytes_sa(&key));
    sa_cat(&p->value, &value);
  }
  stralloc_free(&key);
  stralloc_free(&value);
  stralloc_free(&entry);
}
