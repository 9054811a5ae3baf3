#include "spf/private.h"

static const struct {
  const char *name;
  enum spf_mechanism mechanism;
  bool needs_spec, may_spec, may_bits;
} mechanisms[] = {
  {"all", SPF_ALL, false, false, false}, {"include", SPF_INCLUDE, true, true, false}, {"a", SPF_A, false, true, true},
  {"mx", SPF_MX, false, true, true},     {"ptr", SPF_PTR, false, true, false},        {"ip4", SPF_IP4, true, true, true},
  {"ip6", SPF_IP6, true, true, true},    {"exists", SPF_EXISTS, true, true, false},
};

static bool is_name_byte(char c) { return (c >= '0' && c <= '9') || (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z') || c == '-' || c == '_' || c == '.'; }

static size_t name_length(struct bytes text) {
  size_t n = 0;
  while (n < text.n && is_name_byte(text.s[n]))
    n++;
  return n;
}

static bool take_qualifier(struct spf_term *t, struct bytes *text) {
  static const char signs[] = "+-~?";
  static const enum spf_result results[] = {SPF_PASS, SPF_FAIL, SPF_SOFTFAIL, SPF_NEUTRAL};
  const char *sign = text->n && *text->s ? strchr(signs, *text->s) : NULL;
  t->qualifier = sign ? results[sign - signs] : SPF_PASS;
  if (sign)
    *text = bytes_of(text->s + 1, text->n - 1);
  return sign;
}

static bool read_bits(struct bytes digits, unsigned most, unsigned *bits) {
  uint64_t n;
  if (!bytes_u64(digits, &n) || n > most || digits.n > 3 || (digits.n > 1 && digits.s[0] == '0'))
    return false;
  *bits = (unsigned)n;
  return true;
}

/* "…/24//64", "…/24", "…//64" for names; one length for addresses. */
static bool take_bits(struct spf_term *t, struct bytes *rest) {
  bool is_ip6 = t->mechanism == SPF_IP6, is_ip4 = t->mechanism == SPF_IP4;
  const char *slash = rest->n ? memchr(rest->s, '/', rest->n) : NULL;
  if (!slash)
    return true;
  struct bytes bits = bytes_of(slash + 1, rest->n - (size_t)(slash + 1 - rest->s));
  *rest = bytes_of(rest->s, (size_t)(slash - rest->s));
  if (is_ip4 || is_ip6)
    return read_bits(bits, is_ip6 ? 128 : 32, is_ip6 ? &t->bits6 : &t->bits4);
  const char *two = bits.n ? memmem(bits.s, bits.n, "//", 2) : NULL;
  if (bits.n && bits.s[0] == '/')
    return read_bits(bytes_of(bits.s + 1, bits.n - 1), 128, &t->bits6);
  if (!two)
    return read_bits(bits, 32, &t->bits4);
  return read_bits(bytes_of(bits.s, (size_t)(two - bits.s)), 32, &t->bits4) &&
         read_bits(bytes_of(two + 2, bits.n - (size_t)(two + 2 - bits.s)), 128, &t->bits6);
}

static bool address_fits(const struct spf_term *t) {
  struct ip ip;
  return (t->mechanism != SPF_IP4 && t->mechanism != SPF_IP6) || (ip_parse(&ip, t->spec) && (memchr(t->spec.s, ':', t->spec.n) != NULL) == (t->mechanism == SPF_IP6));
}

static bool read_mechanism(struct spf_term *t, struct bytes name, struct bytes rest) {
  for (size_t i = 0; i < sizeof mechanisms / sizeof *mechanisms; i++) {
    if (!bytes_ieq(name, bytes_str(mechanisms[i].name)))
      continue;
    t->mechanism = mechanisms[i].mechanism;
    bool colon = rest.n && rest.s[0] == ':';
    if (colon)
      rest = bytes_of(rest.s + 1, rest.n - 1);
    if (mechanisms[i].may_bits && !take_bits(t, &rest))
      return false;
    t->spec = rest;
    return colon ? mechanisms[i].may_spec && rest.n && address_fits(t) : !rest.n && !mechanisms[i].needs_spec;
  }
  return false;
}

bool spf_term_read(struct spf_term *t, struct bytes text) {
  *t = (struct spf_term){.bits4 = 32, .bits6 = 128, .text = text, .spec = {"", 0}};
  bool qualified = take_qualifier(t, &text);
  size_t n = name_length(text);
  struct bytes name = bytes_of(text.s, n), rest = bytes_of(text.s + n, text.n - n);
  if (!rest.n || rest.s[0] != '=')
    return read_mechanism(t, name, rest);
  t->mechanism = bytes_ieq(name, bytes_str("redirect")) ? SPF_REDIRECT : SPF_MODIFIER;
  t->spec = bytes_of(rest.s + 1, rest.n - 1);
  return !qualified && n && (t->mechanism != SPF_REDIRECT || t->spec.n);
}
