/* The files that are lists: domains, address_permits_relay, routes. */
#include <stdio.h>

#include "addr/addr.h"
#include "addr/ip.h"
#include "conf/parse.h"

static bool is_address(struct bytes text) {
  struct ip ip;
  if (text.n && text.s[0] == '[')
    return true;
  return ip_parse(&ip, text);
}

/* --- domains --- */

/* language=WORD, the language of what senders of this domain are told; VALUE stays empty where it is not said. */
static bool domain_options(struct compile *c, struct bytes rest, stralloc *value) {
  static const char *const languages[] = {"both", "ja", "en"};
  static const char option[] = "language=";
  struct bytes word;
  while (parse_word(&rest, &word)) {
    struct bytes said = bytes_istarts(word, bytes_str(option)) ? bytes_of(word.s + sizeof option - 1, word.n - (sizeof option - 1)) : bytes_of("", 0);
    bool good = false;
    for (size_t i = 0; i < sizeof languages / sizeof *languages; i++)
      good |= bytes_eq(said, bytes_str(languages[i]));
    if (!good || value->len) {
      conf_fault_hint(parse_fault(c, CF143E_domain_option, word), CF193I_hint_expected, "language=both | language=ja | language=en");
      return false;
    }
    sa_catb(value, said.s, said.n);
  }
  return true;
}

static void add_domain(struct compile *c, struct bytes name, const stralloc *language) {
  parse_entry(c, name);
  struct conf_pair *p = conf_pair_add(&c->set->conf, CONF_DOMAINS, c->line, "d:", name);
  if (!c->first_domain.len) {
    sa_cats(&p->value, "1");
    sa_catb(&c->first_domain, name.s, name.n);
  }
  if (language->len)
    sa_cat(&conf_pair_add(&c->set->conf, CONF_DOMAINS, c->line, "l:", name)->value, language);
}

void handle_domain(struct compile *c, struct bytes line) {
  struct bytes name;
  stralloc key = {0}, language = {0};
  parse_word(&line, &name);
  if (is_address(name))
    parse_fault(c, CF142E_domain_is_address, name);
  else if (!addr_domain_valid(name))
    parse_fault(c, CF141E_domain_invalid, name);
  else if (domain_options(c, line, &language)) {
    conf_lower(&key, name);
    add_domain(c, bytes_sa(&key), &language);
  }
  stralloc_free(&key);
  stralloc_free(&language);
}

void finish_domains(struct compile *c) {
  if (!c->first_domain.len) {
    parse_fault(c, CF140E_domains_empty, bytes_of("", 0));
    return;
  }
  struct conf_pair *p = conf_pair_add(&c->set->conf, CONF_DOMAINS, 0, "d:", bytes_of("", 0));
  sa_cat(&p->value, &c->first_domain);
}

/* --- address_permits_relay --- */

enum { WIDEST_V4 = 8, WIDEST_V6 = 16 };

static void clear_host_bits(struct ip_prefix *p) {
  for (unsigned i = p->bits; i < (p->ip.v6 ? 128u : 32u); i++)
    p->ip.a[i / 8] &= (uint8_t)~(0x80 >> i % 8);
}

/* TEXT is a prefix but for its host bits: P is the prefix that must have been meant. */
static bool has_host_bits(struct bytes text, struct ip_prefix *p) {
  struct bytes rest = text, address;
  uint64_t bits;
  bytes_cut(&rest, '/', &address);
  if (!rest.s || !ip_parse(&p->ip, address) || !bytes_u64(rest, &bits) || bits > (p->ip.v6 ? 128 : 32))
    return false;
  p->bits = (unsigned)bits;
  clear_host_bits(p);
  return true;
}

static bool read_prefix(struct compile *c, struct ip_prefix *p, struct bytes text) {
  char ip[IP_TEXT];
  if (ip_prefix_parse(p, text)) {
    if (p->bits >= (p->ip.v6 ? WIDEST_V6 : WIDEST_V4))
      return true;
    parse_fault(c, CF182E_prefix_too_wide, text);
  } else if (has_host_bits(text, p)) {
    ip_format(ip, &p->ip);
    conf_fault_hint(parse_fault(c, CF181E_prefix_host_bits, text), CF191I_hint_nearest, "%s/%u", ip, p->bits);
  } else
    parse_fault(c, CF180E_prefix_invalid, text);
  return false;
}

static bool read_flags(struct compile *c, struct bytes rest, bool *any_sender) {
  static const char *const flags[] = {"any-sender"};
  struct bytes word;
  while (parse_word(&rest, &word)) {
    if (bytes_ieq(word, bytes_str(flags[0]))) {
      *any_sender = true;
      continue;
    }
    const char *nearest = conf_nearest(word, flags, 1);
    conf_fault_hint(parse_fault(c, CF183E_permit_flag_unknown, word), nearest ? CF191I_hint_nearest : CF193I_hint_expected, "%s", flags[0]);
    return false;
  }
  return true;
}

void handle_permit(struct compile *c, struct bytes line) {
  struct bytes text;
  struct ip_prefix p;
  bool any_sender = false;
  char name[IP_TEXT + 4], ip[IP_TEXT];
  parse_word(&line, &text);
  bool good = read_prefix(c, &p, text);
  if (!read_flags(c, line, &any_sender) || !good)
    return;
  ip_format(ip, &p.ip);
  snprintf(name, sizeof name, "%s/%u", ip, p.bits);
  parse_entry(c, bytes_str(name));
  sa_cats(&c->permits, name);
  sa_0(&c->permits);
  sa_cats(&c->permits, any_sender ? "any-sender" : "");
  sa_0(&c->permits);
}

void finish_permits(struct compile *c) {
  struct conf_pair *p = conf_pair_add(&c->set->conf, CONF_PERMITS, 0, "r:", bytes_of("", 0));
  sa_cat(&p->value, &c->permits);
}

/* --- routes --- */

static bool route_key(struct compile *c, stralloc *key, struct bytes text) {
  struct bytes domain = text;
  if (domain.n && domain.s[0] == '.')
    domain = bytes_of(domain.s + 1, domain.n - 1);
  if (!bytes_eq(text, bytes_str("*")) && (!addr_domain_valid(domain) || is_address(domain))) {
    parse_fault(c, CF186E_route_domain_invalid, text);
    return false;
  }
  conf_lower(key, text);
  return true;
}

/* HOST off the front of *REST, in the form of conf.h. */
static bool take_host(struct bytes *rest, stralloc *value, enum message_id *why) {
  struct ip ip;
  char text[IP_TEXT];
  bool bracket = rest->n && rest->s[0] == '[';
  const char *end = rest->n ? memchr(rest->s, bracket ? ']' : ':', rest->n) : NULL;
  size_t n = end ? (size_t)(end - rest->s) : rest->n;
  struct bytes host = bracket ? bytes_of(rest->s + 1, n - 1) : bytes_of(rest->s, n);
  *why = CF187E_route_host_invalid;
  if (bracket && !end)
    return false;
  if (bracket && bytes_istarts(host, bytes_str("IPv6:")))
    host = bytes_of(host.s + 5, host.n - 5);
  bool literal = ip_parse(&ip, host);
  if (!literal && (bracket || !addr_domain_valid(host)))
    return false;
  if (literal) {
    ip_format(text, &ip);
    sa_catf(value, "[%s]", text);
  } else
    conf_lower(value, host);
  *rest = bytes_of(rest->s + n + bracket, rest->n - n - bracket);
  return true;
}

static bool take_port(struct bytes *rest, stralloc *value, enum message_id *why) {
  uint64_t port;
  *why = CF188E_route_port_invalid;
  if (!rest->n)
    return true;
  if (rest->s[0] != ':' || !bytes_u64(bytes_of(rest->s + 1, rest->n - 1), &port) || !port || port > 65535)
    return false;
  sa_catc(value, ':');
  sa_catu(value, port);
  return true;
}

bool parse_host_port(stralloc *value, struct bytes text) {
  enum message_id why;
  return take_host(&text, value, &why) && take_port(&text, value, &why);
}

static bool route_value(struct compile *c, stralloc *value, struct bytes text) {
  enum message_id why;
  struct bytes rest = text;
  struct ip ip;
  if (memchr(text.s, ':', text.n) && ip_parse(&ip, text)) {
    conf_fault_hint(parse_fault(c, CF190E_route_brackets, text), CF191I_hint_nearest, "[%.*s]", (int)text.n, text.s);
    return false;
  }
  if (take_host(&rest, value, &why) && take_port(&rest, value, &why))
    return true;
  parse_fault(c, why, text);
  return false;
}

void handle_route(struct compile *c, struct bytes line) {
  struct bytes rest = line, name, host;
  stralloc key = {0}, value = {0};
  bytes_cut(&rest, ':', &name);
  if (!rest.s || !parse_word(&rest, &host) || bytes_trim(rest).n)
    parse_fault(c, CF185E_route_form, line);
  else if (route_key(c, &key, bytes_trim(name)) & route_value(c, &value, host)) {
    parse_entry(c, bytes_sa(&key));
    struct conf_pair *p = conf_pair_add(&c->set->conf, CONF_ROUTES, c->line, "t:", bytes_sa(&key));
    sa_cat(&p->value, &value);
  }
  stralloc_free(&key);
  stralloc_free(&value);
}
