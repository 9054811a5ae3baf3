#include "base/sa.h"
#include "dnsmsg/dnsmsg.h"

/* RFC 3492 5 */
enum { BASE = 36, TMIN = 1, TMAX = 26, SKEW = 38, DAMP = 700, INITIAL_BIAS = 72, INITIAL_N = 128, LABEL_MAX = 63 };

struct points {
  uint32_t c[LABEL_MAX];
  unsigned count;
};

/* One character of strict UTF-8 at the start of *T; 0 where there is none. */
static uint32_t take_character(struct bytes *t) {
  const unsigned char *s = (const unsigned char *)t->s;
  static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
  size_t n = s[0] < 0x80 ? 1 : s[0] >= 0xc2 && s[0] <= 0xdf ? 2 : (s[0] & 0xf0) == 0xe0 ? 3 : s[0] >= 0xf0 && s[0] <= 0xf4 ? 4 : 0;
  if (!n || n > t->n)
    return 0;
  uint32_t c = n == 1 ? s[0] : s[0] & (0xffu >> (n + 1));
  for (size_t i = 1; i < n; i++) {
    if ((s[i] & 0xc0) != 0x80)
      return 0;
    c = c << 6 | (s[i] & 0x3f);
  }
  if (c < least[n] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
    return 0;
  *t = bytes_of(t->s + n, t->n - n);
  return c;
}

static bool read_points(struct points *p, struct bytes label) {
  for (p->count = 0; label.n; p->count++) {
    uint32_t c = take_character(&label);
    if (!c || p->count == LABEL_MAX)
      return false;
    p->c[p->count] = c < 0x80 ? (uint32_t)ascii_lower((char)c) : c;
  }
  return true;
}

static uint32_t adapt(uint32_t delta, uint32_t points, bool first) {
  uint32_t k = 0;
  delta = first ? delta / DAMP : delta / 2;
  for (delta += delta / points; delta > ((BASE - TMIN) * TMAX) / 2; k += BASE)
    delta /= BASE - TMIN;
  return k + (BASE - TMIN + 1) * delta / (delta + SKEW);
}

static void put_number(stralloc *out, uint32_t q, uint32_t bias) {
  static const char digits[] = "abcdefghijklmnopqrstuvwxyz0123456789";
  for (uint32_t k = BASE;; k += BASE) {
    uint32_t t = k <= bias ? TMIN : k >= bias + TMAX ? TMAX : k - bias;
    if (q < t)
      break;
    sa_catc(out, digits[t + (q - t) % (BASE - t)]);
    q = (q - t) / (BASE - t);
  }
  sa_catc(out, digits[q]);
}

static uint32_t least_from(const struct points *p, uint32_t n) {
  uint32_t m = UINT32_MAX;
  for (unsigned i = 0; i < p->count; i++)
    if (p->c[i] >= n && p->c[i] < m)
      m = p->c[i];
  return m;
}

/* RFC 3492 6.3; at most 63 characters up to 0x10ffff: delta cannot overflow (63 * 0x10ffff < 2^27). */
static void put_punycode(stralloc *out, const struct points *p) {
  uint32_t n = INITIAL_N, delta = 0, bias = INITIAL_BIAS, basic = 0;
  for (unsigned i = 0; i < p->count; i++)
    if (p->c[i] < 0x80)
      sa_catc(out, (char)p->c[i]), basic++;
  uint32_t done = basic;
  if (basic)
    sa_catc(out, '-');
  for (; done < p->count; n++, delta++) {
    uint32_t m = least_from(p, n);
    delta += (m - n) * (done + 1);
    n = m;
    for (unsigned i = 0; i < p->count; i++) {
      delta += p->c[i] < n;
      if (p->c[i] != n)
        continue;
      put_number(out, delta, bias);
      bias = adapt(delta, done + 1, done == basic);
      delta = 0;
      done++;
    }
  }
}

static bool is_ascii(struct bytes b) {
  for (size_t i = 0; i < b.n; i++)
    if ((unsigned char)b.s[i] >= 0x80)
      return false;
  return true;
}

static bool put_label(stralloc *out, struct bytes label) {
  struct points p;
  if (is_ascii(label)) {
    sa_catb(out, label.s, label.n);
    return true;
  }
  if (!read_points(&p, label))
    return false;
  size_t start = out->len;
  sa_cats(out, "xn--");
  put_punycode(out, &p);
  return out->len - start <= LABEL_MAX;
}

bool dnsmsg_ascii_domain(stralloc *out, struct bytes domain) {
  struct bytes label;
  bool first = true;
  out->len = 0;
  if (domain.n > 4 * DNS_NAME_TEXT)
    return false;
  while (bytes_cut(&domain, '.', &label)) {
    if (!first)
      sa_catc(out, '.');
    first = false;
    if (!put_label(out, label))
      return false;
  }
  return out->len < DNS_NAME_TEXT;
}
