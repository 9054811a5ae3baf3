/* tls_policy: how mail for a domain, or for the host of a route, is encrypted. */
#include "addr/addr.h"
#include "addr/ip.h"
#include "conf/parse.h"

static const char *const levels[] = {"none", "may", "encrypt", "verify"};
enum { ENCRYPT = 2, VERIFY = 3, LEVELS };

static bool policy_key(struct compile *c, stralloc *key, struct bytes text) {
  bool below = text.s[0] == '.' && addr_domain_valid(bytes_of(text.s + 1, text.n - 1));
  if (below || bytes_eq(text, bytes_str("*")))
    conf_lower(key, text);
  else if (!parse_host_port(key, text)) {
    parse_fault(c, CF202E_policy_key_invalid, text);
    return false;
  }
  return true;
}

/* Index of levels[]; LEVELS: reported. */
static int policy_level(struct compile *c, struct bytes word) {
  for (int i = 0; i < LEVELS; i++)
    if (bytes_ieq(word, bytes_str(levels[i])))
      return i;
  const char *nearest = conf_nearest(word, levels, LEVELS);
  struct conf_fault *f = parse_fault(c, CF203E_policy_level_unknown, word);
  conf_fault_hint(f, nearest ? CF191I_hint_nearest : CF193I_hint_expected, "%s", nearest ? nearest : "none | may | encrypt | verify");
  return LEVELS;
}

static bool is_name(struct bytes word) {
  struct ip ip;
  if (word.n > 1 && word.s[0] == '.')
    word = bytes_of(word.s + 1, word.n - 1);
  return ip_parse(&ip, word) || addr_domain_valid(word);
}

static bool policy_name(struct compile *c, int level, struct bytes word, stralloc *name) {
  enum message_id why = MESSAGE_COUNT;
  if (name->len)
    why = CF201E_policy_form;
  else if (!is_name(word))
    why = CF204E_policy_name_invalid;
  else if (level != VERIFY)
    why = CF205E_policy_name_unused;
  if (why == MESSAGE_COUNT)
    conf_lower(name, word);
  else
    parse_fault(c, why, word);
  return why == MESSAGE_COUNT;
}

/* "LEVEL [NAME] [smtps]" */
static bool policy_value(struct compile *c, struct bytes rest, stralloc *value) {
  struct bytes word;
  stralloc name = {0};
  bool good = true, smtps = false;
  parse_word(&rest, &word);
  int level = policy_level(c, word);
  if (level == LEVELS)
    return false;
  while (good && parse_word(&rest, &word)) {
    if (bytes_ieq(word, bytes_str("smtps")))
      smtps = true;
    else
      good = policy_name(c, level, word, &name);
  }
  if (good && smtps && level < ENCRYPT) {
    parse_fault(c, CF206E_policy_smtps_clear, bytes_str(levels[level]));
    good = false;
  }
  sa_cats(value, levels[level]);
  sa_0(value);
  sa_cat(value, &name);
  sa_0(value);
  sa_cats(value, smtps ? "smtps" : "");
  sa_0(value);
  stralloc_free(&name);
  return good;
}

void handle_policy(struct compile *c, struct bytes line) {
  struct bytes rest = line, text;
  stralloc key = {0}, value = {0};
  if (!parse_key(&rest, &text))
    parse_fault(c, CF201E_policy_form, line);
  else if (policy_key(c, &key, text) & policy_value(c, rest, &value)) {
    parse_entry(c, bytes_sa(&key));
    struct conf_pair *p = conf_pair_add(&c->set->conf, CONF_TLS_POLICY, c->line, "e:", bytes_sa(&key));
    sa_cat(&p->value, &value);
  }
  stralloc_free(&key);
  stralloc_free(&value);
}
