#include "addr/addr.h"

#include "addr/ip.h"
#include "base/sa.h"

static bool fail(enum message_id *why, enum message_id id) {
  *why = id;
  return false;
}

static bool is_alnum(char c) { return (c >= '0' && c <= '9') || (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z'); }

/* atext of RFC 5322 3.2.3 and the dot: dots may stand anywhere. */
static bool is_local(char c) { return is_alnum(c) || (c && strchr(".!#$%&'*+-/=?^_`{|}~", c)); }

static bool in_range(unsigned char c, unsigned low, unsigned high) { return c >= low && c <= high; }

/* Length of the UTF-8 character beyond ASCII at the start of T (RFC 3629; no overlong form, no surrogate), 0 if none.
 * C1 controls (U+0080 to U+009F) are none: they are control bytes. */
static size_t utf8_length(struct bytes t) {
  const unsigned char *s = (const unsigned char *)t.s;
  size_t n = in_range(s[0], 0xc2, 0xdf) ? 2 : in_range(s[0], 0xe0, 0xef) ? 3 : in_range(s[0], 0xf0, 0xf4) ? 4 : 0;
  if (!n || n > t.n)
    return 0;
  unsigned low = s[0] == 0xe0 || s[0] == 0xc2 ? 0xa0 : s[0] == 0xf0 ? 0x90 : 0x80;
  unsigned high = s[0] == 0xed ? 0x9f : s[0] == 0xf4 ? 0x8f : 0xbf;
  if (!in_range(s[1], low, high))
    return 0;
  for (size_t i = 2; i < n; i++)
    if (!in_range(s[i], 0x80, 0xbf))
      return 0;
  return n;
}

/* Why the byte at the start of T cannot stand where it does; ELSE_ID where it is an ordinary, wrong character. */
static enum message_id why_not(struct bytes t, enum message_id else_id) {
  unsigned char c = (unsigned char)t.s[0];
  return c < ' ' || c == 0x7f ? SM539W_address_control : c >= 0x80 ? SM541W_address_not_utf8 : else_id;
}

static void skip(struct bytes *t, size_t n) { *t = bytes_of(t->s + n, t->n - n); }

/* A quoted string at the start of *T, quotes included, is taken off (RFC 5321 4.1.2, RFC 6531 3.3). */
static bool take_quoted(struct bytes *t, bool *utf8, enum message_id *why) {
  for (skip(t, 1); t->n && t->s[0] != '"';) {
    if (t->s[0] == '\\' && t->n > 1)
      skip(t, 1);
    size_t wide = in_range((unsigned char)t->s[0], ' ', 0x7e) ? 1 : utf8_length(*t);
    if (!wide)
      return fail(why, why_not(*t, SM535W_address_quotes));
    *utf8 |= (t->s[0] & 0x80) != 0;
    skip(t, wide);
  }
  if (!t->n)
    return fail(why, SM535W_address_quotes);
  skip(t, 1);
  return true;
}

static bool take_unquoted(struct bytes *t, bool *utf8, enum message_id *why) {
  while (t->n && t->s[0] != '@' && t->s[0] != '>') {
    size_t wide = is_local(t->s[0]) ? 1 : (t->s[0] & 0x80) ? utf8_length(*t) : 0;
    if (!wide)
      return fail(why, why_not(*t, SM534W_address_local));
    *utf8 |= wide > 1;
    skip(t, wide);
  }
  return true;
}

static bool take_local(struct addr *a, struct bytes *t, enum message_id *why) {
  const char *start = t->s;
  bool ok = t->n && t->s[0] == '"' ? take_quoted(t, &a->utf8, why) : take_unquoted(t, &a->utf8, why);
  a->local = bytes_of(start, (size_t)(t->s - start));
  if (ok && !a->local.n)
    return fail(why, SM534W_address_local);
  return ok;
}

/* What "IPv6:" promises must be IPv6, what lacks it must be IPv4. */
static bool literal_valid(struct bytes text) {
  struct ip ip;
  bool v6 = bytes_istarts(text, bytes_str("IPv6:"));
  if (v6)
    skip(&text, 5);
  return (memchr(text.s, ':', text.n) != NULL) == v6 && ip_parse(&ip, text);
}

static bool take_literal(struct addr *a, struct bytes *t, enum message_id *why) {
  const char *end = memchr(t->s, ']', t->n);
  if (!end)
    return fail(why, SM537W_address_literal);
  a->literal = true;
  a->domain = bytes_of(t->s + 1, (size_t)(end - t->s) - 1);
  skip(t, a->domain.n + 2);
  return a->domain.n && literal_valid(a->domain) ? true : fail(why, SM537W_address_literal);
}

static bool take_domain(struct addr *a, struct bytes *t, enum message_id *why) {
  if (t->n && t->s[0] == '[')
    return take_literal(a, t, why);
  size_t n = 0;
  for (; n < t->n && !strchr(">,: ", t->s[n] ? t->s[n] : 'x'); n++)
    a->utf8 |= (t->s[n] & 0x80) != 0;
  a->domain = bytes_of(t->s, n);
  for (size_t i = 0; i < n; i++)
    if (in_range((unsigned char)t->s[i], 0, 0x1f) || t->s[i] == 0x7f)
      return fail(why, SM539W_address_control);
  skip(t, n);
  if (!n)
    return fail(why, SM533W_address_no_domain);
  return addr_domain_valid(a->domain) ? true : fail(why, SM536W_address_domain);
}

/* LOCAL@DOMAIN or "postmaster" at the start of *T is taken off. */
static bool take_mailbox(struct addr *a, struct bytes *t, enum message_id *why) {
  const char *start = t->s;
  if (!take_local(a, t, why))
    return false;
  if (t->n && t->s[0] == '@') {
    skip(t, 1);
    if (!take_domain(a, t, why))
      return false;
  } else if (!bytes_ieq(a->local, bytes_str("postmaster")))
    return fail(why, SM533W_address_no_domain);
  a->whole = bytes_of(start, (size_t)(t->s - start));
  if (a->whole.n > ADDR_MAX - 2 || a->domain.n > ADDR_DOMAIN_MAX)
    return fail(why, SM538W_address_too_long);
  return true;
}

/* "@x,@y:" at the start of *T is taken off and forgotten (RFC 5321 appendix C). */
static bool drop_route(struct bytes *t, enum message_id *why) {
  while (t->n && t->s[0] == '@') {
    struct addr host = {0};
    skip(t, 1);
    if (!take_domain(&host, t, why))
      return false;
    if (!t->n || (t->s[0] != ',' && t->s[0] != ':'))
      return fail(why, SM540W_address_route);
    bool last = t->s[0] == ':';
    skip(t, 1);
    if (last)
      return true;
  }
  return fail(why, SM540W_address_route);
}

bool addr_parse_path(struct addr *a, struct bytes t, struct bytes *rest, enum message_id *why) {
  *a = (struct addr){.whole = {"", 0}, .local = {"", 0}, .domain = {"", 0}};
  if (!t.n || t.s[0] != '<')
    return fail(why, SM531W_address_no_brackets);
  skip(&t, 1);
  if (t.n && t.s[0] == '@' && !drop_route(&t, why))
    return false;
  if ((!t.n || t.s[0] != '>' || t.s[-1] != '<') && !take_mailbox(a, &t, why))
    return false;
  if (!t.n || t.s[0] != '>')
    return fail(why, t.n ? why_not(t, SM542W_address_not_closed) : SM542W_address_not_closed);
  *rest = bytes_of(t.s + 1, t.n - 1);
  return true;
}

bool addr_parse(struct addr *a, struct bytes t, enum message_id *why) {
  *a = (struct addr){.whole = {"", 0}, .local = {"", 0}, .domain = {"", 0}};
  if (!t.n)
    return fail(why, SM532W_address_empty);
  if (!take_mailbox(a, &t, why))
    return false;
  return t.n ? fail(why, why_not(t, SM536W_address_domain)) : true;
}

static bool label_valid(struct bytes label) {
  bool wide = false;
  if (!label.n)
    return false;
  for (struct bytes t = label; t.n;) {
    size_t n = is_alnum(t.s[0]) || t.s[0] == '-' || t.s[0] == '_' ? 1 : (t.s[0] & 0x80) ? utf8_length(t) : 0;
    if (!n)
      return false;
    wide |= n > 1;
    skip(&t, n);
  }
  return wide || label.n <= 63;
}

bool addr_domain_valid(struct bytes domain) {
  struct bytes label, rest = domain;
  if (!domain.n || domain.n > ADDR_DOMAIN_MAX)
    return false;
  while (bytes_cut(&rest, '.', &label))
    if (!label_valid(label))
      return false;
  return true;
}

static void cat_lower(stralloc *out, struct bytes b) {
  for (size_t i = 0; i < b.n; i++)
    sa_catc(out, ascii_lower(b.s[i]));
}

/* A quoted local part: unquoted where its content needs no quotes, else with quotes and the fewest backslashes. */
static void cat_unquoted(stralloc *out, struct bytes quoted) {
  size_t start = out->len;
  bool plain = quoted.n > 2;
  sa_catc(out, '"');
  for (size_t i = 1; i + 1 < quoted.n; i++) {
    i += quoted.s[i] == '\\' && i + 2 < quoted.n;
    char c = ascii_lower(quoted.s[i]);
    plain = plain && (is_local(c) || (c & 0x80));
    if (c == '"' || c == '\\')
      sa_catc(out, '\\');
    sa_catc(out, c);
  }
  if (plain) {
    memmove(out->s + start, out->s + start + 1, out->len - start - 1);
    out->len--;
  } else
    sa_catc(out, '"');
}

void addr_key(stralloc *out, const struct addr *a) {
  if (a->local.n && a->local.s[0] == '"')
    cat_unquoted(out, a->local);
  else
    cat_lower(out, a->local);
  if (!a->domain.n)
    return;
  sa_cats(out, a->literal ? "@[" : "@");
  cat_lower(out, a->domain);
  if (a->literal)
    sa_catc(out, ']');
}
