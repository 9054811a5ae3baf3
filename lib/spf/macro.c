/* RFC 7208 7: "%{ir}.%{v}._spf.%{d2}". */
#include "spf/private.h"

enum { PARTS_MAX = 128 };

static void put_reversible_ip(stralloc *out, const struct ip *ip) {
  static const char hex[] = "0123456789abcdef";
  for (int i = 0; i < (ip->v6 ? 16 : 4); i++)
    if (ip->v6)
      sa_catf(out, "%s%c.%c", i ? "." : "", hex[ip->a[i] >> 4], hex[ip->a[i] & 15]);
    else
      sa_catf(out, "%s%u", i ? "." : "", ip->a[i]);
}

static bool put_letter(stralloc *out, const struct spf_check *c, char letter, struct bytes domain) {
  struct bytes v = {"", 0};
  switch (ascii_lower(letter)) {
  case 's': v = c->sender; break;
  case 'l': v = c->local; break;
  case 'o': v = c->sender_domain; break;
  case 'd': v = domain; break;
  case 'h': v = c->helo; break;
  case 'p': v = bytes_str("unknown"); break;   /* 7.3: "should not be used"; costs a lookup of others */
  case 'v': v = bytes_str(c->ip->v6 ? "ip6" : "in-addr"); break;
  case 'i': put_reversible_ip(out, c->ip); return true;
  default: return false;
  }
  sa_catb(out, v.s, v.n);
  return true;
}

/* The last KEEP parts (0: all), in reverse order where REVERSE, joined by dots. */
static void put_parts(stralloc *out, struct bytes value, const char *delimiters, bool reverse, unsigned keep) {
  struct bytes part[PARTS_MAX];
  unsigned n = 0, k = 0;
  for (size_t start = 0, i = 0; i <= value.n && n < PARTS_MAX; i++)
    if (i == value.n || (value.s[i] && strchr(delimiters, value.s[i]))) {
      part[n++] = bytes_of(value.s + start, i - start);
      start = i + 1;
    }
  unsigned first = keep && keep < n ? n - keep : 0;
  struct bytes turned[PARTS_MAX];
  for (unsigned i = 0; i < n; i++)
    turned[i] = part[reverse ? n - 1 - i : i];
  for (unsigned i = first; i < n; i++, k++) {
    if (k)
      sa_catc(out, '.');
    sa_catb(out, turned[i].s, turned[i].n);
  }
}

/* What stands in "%{…}". */
static bool put_macro(stralloc *out, const struct spf_check *c, struct bytes m, struct bytes domain) {
  stralloc value = {0};
  char delimiters[8] = ".";
  unsigned keep = 0;
  size_t i = 1, d = 0;
  if (!m.n || !put_letter(&value, c, m.s[0], domain)) {
    stralloc_free(&value);
    return false;
  }
  bool digits = i < m.n && m.s[i] >= '0' && m.s[i] <= '9';
  for (; i < m.n && m.s[i] >= '0' && m.s[i] <= '9' && keep < 1000; i++)
    keep = keep * 10 + (unsigned)(m.s[i] - '0');
  bool reverse = i < m.n && ascii_lower(m.s[i]) == 'r';
  i += reverse;
  for (; i < m.n && d < sizeof delimiters - 1 && m.s[i] && strchr(".-+,/_=", m.s[i]); i++)
    delimiters[d++] = m.s[i], delimiters[d] = 0;
  bool good = i == m.n && !(digits && !keep);
  if (good)
    put_parts(out, bytes_sa(&value), delimiters, reverse, keep);
  stralloc_free(&value);
  return good;
}

/* 7.3: of a name that is too long the first labels go. */
static void shorten(stralloc *name) {
  while (name->len > SPF_NAME_MAX) {
    char *dot = memchr(name->s, '.', name->len);
    size_t n = dot ? (size_t)(dot + 1 - name->s) : name->len;
    memmove(name->s, name->s + n, name->len - n);
    name->len -= n;
  }
}

static bool put_escape(stralloc *out, char c) {
  const char *text = c == '%' ? "%" : c == '_' ? " " : c == '-' ? "%20" : NULL;
  if (text)
    sa_cats(out, text);
  return text;
}

bool spf_expand(stralloc *out, const struct spf_check *c, struct bytes spec, struct bytes domain) {
  out->len = 0;
  for (size_t i = 0; i < spec.n; i++) {
    if (spec.s[i] != '%') {
      sa_catc(out, spec.s[i]);
      continue;
    }
    const char *end = i + 1 < spec.n && spec.s[i + 1] == '{' ? memchr(spec.s + i, '}', spec.n - i) : NULL;
    if (end ? !put_macro(out, c, bytes_of(spec.s + i + 2, (size_t)(end - spec.s) - i - 2), domain) : i + 1 == spec.n || !put_escape(out, spec.s[i + 1]))
      return false;
    i = end ? (size_t)(end - spec.s) : i + 1;
  }
  while (out->len && out->s[out->len - 1] == '.')
    out->len--;
  shorten(out);
  return out->len > 0;
}
