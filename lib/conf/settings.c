#include <stdio.h>
#include <string.h>

#include "addr/addr.h"
#include "addr/ip.h"
#include "conf/parse.h"

const struct conf_setting conf_settings[SETTING_COUNT] = {
#define SETTING(name, type, value, since, en, ja) {#name, #type, value, since, {en, ja}},
#include "conf/settings.def"
#undef SETTING
};

/* --- one function a type: VALUE appended to OUT as it is compiled, or false and a fault --- */

static bool refuse(struct compile *c, enum message_id id, struct bytes value, const char *expected) {
  struct conf_fault *f = parse_fault(c, id, value);
  if (expected)
    conf_fault_hint(f, CF193I_hint_expected, "%s", expected);
  return false;
}

/* What is accepted by its form, and would keep mail out all the same. */
static const struct {
  enum setting setting;
  uint64_t least, most;
} limits[] = {
  {SET_message_size_max, 64 << 10, INT64_MAX}, {SET_delay_notice, 0, INT64_MAX}, {SET_transcript_lifetime, 0, INT64_MAX}, {SET_quota_default, 0, INT64_MAX},
  {SET_free_space_min, 0, INT64_MAX}, {SET_connections_max, 1, 10000}, {SET_connections_per_address, 1, 10000},
  {SET_local_concurrency, 1, 1000}, {SET_remote_concurrency, 1, 1000}, {SET_destination_concurrency, 1, 1000},
  {SET_recipients_max, 1, 100000}, {SET_hops_max, 10, 1000},
};

static bool put_number(struct compile *c, enum setting s, struct bytes value, uint64_t n, stralloc *out) {
  uint64_t least = 1, most = INT64_MAX;
  for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
    if (limits[i].setting == s)
      least = limits[i].least, most = limits[i].most;
  if (n < least || n > most) {
    conf_fault_hint(parse_fault(c, CF129E_number_out_of_range, value), CF193I_hint_expected, "%llu-%llu", (unsigned long long)least, (unsigned long long)most);
    return false;
  }
  sa_catu(out, n);
  return true;
}

static bool put_port(struct compile *c, enum setting s, struct bytes value, stralloc *out) {
  uint64_t n;
  (void)s;
  if (!bytes_u64(value, &n) || n > 65535)
    return refuse(c, CF127E_port_invalid, value, "0-65535");
  sa_catu(out, n);
  return true;
}

static bool put_plain(struct compile *c, enum setting s, struct bytes value, stralloc *out) {
  uint64_t n;
  return bytes_u64(value, &n) ? put_number(c, s, value, n, out) : refuse(c, CF123E_number_invalid, value, conf_settings[s].value);
}

static bool put_size(struct compile *c, enum setting s, struct bytes value, stralloc *out) {
  uint64_t n;
  return conf_size(value, &n) ? put_number(c, s, value, n, out) : refuse(c, CF124E_size_invalid, value, conf_settings[s].value);
}

static bool put_duration(struct compile *c, enum setting s, struct bytes value, stralloc *out) {
  uint64_t n;
  return conf_duration(value, &n) ? put_number(c, s, value, n, out) : refuse(c, CF125E_duration_invalid, value, conf_settings[s].value);
}

static bool put_switch(struct compile *c, enum setting s, struct bytes value, stralloc *out) {
  (void)s;
  if (!bytes_ieq(value, bytes_str("on")) && !bytes_ieq(value, bytes_str("off")))
    return refuse(c, CF126E_switch_invalid, value, "on | off");
  conf_lower(out, value);
  return true;
}

/* The type is "CHOICE(a|b|c)". */
static bool put_choice(struct compile *c, enum setting s, struct bytes value, stralloc *out) {
  struct bytes list = bytes_str(conf_settings[s].type + strlen("CHOICE(")), rest, one;
  char expected[128];
  list.n--;
  for (rest = list; bytes_cut(&rest, '|', &one);)
    if (bytes_ieq(one, value)) {
      sa_catb(out, one.s, one.n);
      return true;
    }
  snprintf(expected, sizeof expected, "%.*s", (int)list.n, list.s);
  return refuse(c, CF128E_choice_invalid, value, expected);
}

/* One address of each family is asked for; what is beside it or no address is never looked at. */
static void check_public(struct compile *c, struct bytes word, bool seen[2]) {
  struct ip ip;
  bool address = ip_parse(&ip, word);
  if (!address || seen[ip.v6])
    parse_fault(c, CF119W_public_without_effect, word);
  else
    seen[ip.v6] = true;
}

static bool put_networks(struct compile *c, enum setting s, struct bytes value, stralloc *out) {
  struct bytes word;
  struct ip_prefix p;
  bool good = true, seen[2] = {false};
  for (bool first = true; parse_word(&value, &word); first = false) {
    if (!ip_prefix_parse(&p, word))
      good = refuse(c, CF135E_network_invalid, word, "192.168.0.0/16");
    else if (s == SET_public_address)
      check_public(c, word, seen);
    else if (!p.bits)
      parse_fault(c, CF139W_clear_text_anywhere, word);
    sa_cats(out, first ? "" : " ");
    sa_catb(out, word.s, word.n);
  }
  return good;
}

/* --- texts, each with a form of its own --- */

static bool is_separator(struct bytes v) {
  static const char usable[] = "!#$%&'*+-/=?^_`{|}~.";
  for (size_t i = 0; i < v.n; i++)
    if (!v.s[i] || !strchr(usable, v.s[i]))
      return false;
  return v.n <= 8;
}

static bool is_listen(struct bytes v) {
  struct ip ip;
  return bytes_eq(v, bytes_str("0")) || ip_parse(&ip, v);
}

static bool is_ip_of(struct bytes v, bool v6) {
  struct ip ip;
  return !v.n || (ip_parse(&ip, v) && ip.v6 == v6);
}
static bool is_ipv4(struct bytes v) { return is_ip_of(v, false); }
static bool is_ipv6(struct bytes v) { return is_ip_of(v, true); }

static bool is_hostname(struct bytes v) {
  struct ip ip;
  return !v.n || (addr_domain_valid(v) && memchr(v.s, '.', v.n) && !ip_parse(&ip, v));
}

static bool is_program(struct bytes v) { return !v.n || (v.s[0] == '/' && !memchr(v.s, ' ', v.n) && !memchr(v.s, '\t', v.n)); }

static const struct {
  enum setting setting;
  bool (*valid)(struct bytes v);
  enum message_id id;
} texts[] = {
  {SET_hostname, is_hostname, CF130E_hostname_invalid},
  {SET_listen, is_listen, CF131E_listen_invalid},
  {SET_plus_separator, is_separator, CF132E_separator_invalid},
  {SET_checkpassword, is_program, CF133E_checkpassword_invalid},
  {SET_remote_source_ipv4, is_ipv4, CF118E_source_invalid},
  {SET_remote_source_ipv6, is_ipv6, CF118E_source_invalid},
};

static bool put_text(struct compile *c, enum setting s, struct bytes value, stralloc *out) {
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
    if (texts[i].setting == s && !texts[i].valid(value))
      return refuse(c, texts[i].id, value, NULL);
  if (s == SET_postmaster)
    return parse_target(c, out, value, CF134E_postmaster_invalid);
  sa_catb(out, value.s, value.n);
  return true;
}

static const struct {
  const char *type;
  bool (*put)(struct compile *c, enum setting s, struct bytes value, stralloc *out);
} types[] = {
  {"TEXT", put_text}, {"NUMBER", put_plain}, {"SIZE", put_size}, {"DURATION", put_duration}, {"SWITCH", put_switch},
  {"PORT", put_port}, {"NETWORKS", put_networks}, {"CHOICE", put_choice},
};

bool setting_value(struct compile *c, enum setting s, struct bytes value, stralloc *out) {
  size_t i = 0;
  while (strncmp(types[i].type, conf_settings[s].type, strlen(types[i].type)))
    i++;
  return types[i].put(c, s, value, out);
}

/* --- the file --- */

static bool find(struct compile *c, struct bytes name, enum setting *s) {
  const char *names[SETTING_COUNT];
  for (int i = 0; i < SETTING_COUNT; i++) {
    names[i] = conf_settings[i].name;
    if (bytes_ieq(name, bytes_str(names[i]))) {
      *s = (enum setting)i;
      return true;
    }
  }
  const struct conf_step *step = conf_step_of(CONF_SETTINGS, name);
  if (step) {
    conf_fault_hint(parse_fault(c, CF115E_former_name, name), CF193I_hint_expected, "%s%s%s", step->now[0], step->now[1] ? ", " : "", step->now[1] ? step->now[1] : "");
    return false;
  }
  const char *nearest = conf_nearest(name, names, SETTING_COUNT);
  struct conf_fault *f = parse_fault(c, CF121E_setting_unknown, name);
  if (nearest)
    conf_fault_hint(f, CF191I_hint_nearest, "%s", nearest);
  return false;
}

void handle_setting(struct compile *c, struct bytes line) {
  struct bytes value = line, name;
  enum setting s;
  bytes_cut(&value, '=', &name);
  if (!value.s) {
    parse_fault(c, CF120E_setting_without_value, line);
    return;
  }
  value = bytes_trim(value);
  if (!find(c, bytes_trim(name), &s))
    return;
  parse_entry(c, bytes_str(conf_settings[s].name));
  c->setting_line[s] = c->line;
  c->setting[s].len = 0;
  if (value.n && (value.s[0] == '"' || value.s[0] == '\''))
    parse_fault(c, CF138E_value_quoted, value);
  else
    setting_value(c, s, value, &c->setting[s]);
}

/* --- what depends on more than one setting --- */

static void check_ports(struct compile *c) {
  static const enum setting ports[] = {SET_smtp_port, SET_submission_port, SET_smtps_port, SET_pop3_port, SET_pop3s_port};
  const size_t count = sizeof ports / sizeof *ports;
  for (size_t i = 0; i < count; i++)
    for (size_t k = 0; k < i; k++) {
      stralloc *a = &c->setting[ports[i]], *b = &c->setting[ports[k]];
      unsigned later = c->setting_line[ports[i]] > c->setting_line[ports[k]] ? c->setting_line[ports[i]] : c->setting_line[ports[k]];
      if (!bytes_eq(bytes_sa(a), bytes_sa(b)) || bytes_eq(bytes_sa(a), bytes_str("0")) || !a->len)
        continue;
      c->line = later;
      conf_fault_hint(parse_fault(c, CF136E_port_taken_twice, bytes_sa(a)), CF194I_hint_both, "%s, %s", conf_settings[ports[k]].name, conf_settings[ports[i]].name);
    }
}

static void check_pop(struct compile *c) {
  c->line = c->setting_line[SET_pop_before_smtp];
  if (bytes_eq(bytes_sa(&c->setting[SET_smtp_auth]), bytes_str("on")) && bytes_eq(bytes_sa(&c->setting[SET_pop_before_smtp]), bytes_str("on")))
    parse_fault(c, CF137W_pop_beside_auth, bytes_of("", 0));
}

static void put_clear_networks(struct compile *c) {
  struct bytes rest = bytes_sa(&c->setting[SET_clear_text_networks]), word;
  struct conf_pair *p = conf_pair_add(&c->set->conf, CONF_SETTINGS, c->setting_line[SET_clear_text_networks], "n:", bytes_of("", 0));
  while (parse_word(&rest, &word)) {
    sa_catb(&p->value, word.s, word.n);
    sa_0(&p->value);
  }
}

static void put_default(struct compile *c, enum setting s) {
  if (c->setting_line[s])
    return;
  setting_value(c, s, bytes_str(conf_settings[s].value), &c->setting[s]);
}

void finish_settings(struct compile *c) {
  c->line = 0;
  for (int s = 0; s < SETTING_COUNT; s++)
    put_default(c, (enum setting)s);
  if (!c->setting[SET_hostname].len && c->first_domain.len)
    sa_catf(&c->setting[SET_hostname], "mail.%.*s", (int)c->first_domain.len, c->first_domain.s);
  for (int s = 0; s < SETTING_COUNT; s++) {
    struct conf_pair *p = conf_pair_add(&c->set->conf, CONF_SETTINGS, c->setting_line[s], "s:", bytes_str(conf_settings[s].name));
    sa_cat(&p->value, &c->setting[s]);
  }
  put_clear_networks(c);
  check_ports(c);
  check_pop(c);
  c->line = 0;
}
