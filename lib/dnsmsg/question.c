#include "base/sa.h"
#include "dnsmsg/dnsmsg.h"

enum { NAME_MAX_TEXT = 253, LABEL_MAX = 63, EDNS_OPT = 41, CLASS_IN = 1, RECURSION_DESIRED = 0x0100 };

static void put_u16(stralloc *out, unsigned v) {
  sa_catc(out, (char)(v >> 8));
  sa_catc(out, (char)(v & 0xff));
}

static bool put_name(stralloc *out, struct bytes name) {
  struct bytes label;
  if (name.n && name.s[name.n - 1] == '.')
    name.n--;
  if (!name.n || name.n > NAME_MAX_TEXT)
    return false;
  while (bytes_cut(&name, '.', &label)) {
    if (!label.n || label.n > LABEL_MAX)
      return false;
    sa_catc(out, (char)label.n);
    sa_catb(out, label.s, label.n);
  }
  sa_catc(out, 0);
  return true;
}

static void put_opt(stralloc *out) {
  sa_catc(out, 0);
  put_u16(out, EDNS_OPT);
  put_u16(out, DNS_UDP_MAX);
  sa_catb(out, "\0\0\0\0\0\0", 6);   /* extended code, version, flags; no options */
}

bool dnsmsg_question(stralloc *out, uint16_t id, struct bytes name, enum dns_type type, bool edns) {
  stralloc ascii = {0};
  size_t start = out->len;
  put_u16(out, id);
  put_u16(out, RECURSION_DESIRED);
  put_u16(out, 1);
  sa_catb(out, "\0\0\0\0", 4);
  put_u16(out, edns);
  bool ok = dnsmsg_ascii_domain(&ascii, name) && put_name(out, bytes_sa(&ascii));
  stralloc_free(&ascii);
  if (!ok) {
    out->len = start;
    return false;
  }
  put_u16(out, type);
  put_u16(out, CLASS_IN);
  if (edns)
    put_opt(out);
  return true;
}

void dnsmsg_no_recursion(stralloc *question) {
  question->s[2] &= (char)~(RECURSION_DESIRED >> 8);
}

void dnsmsg_reverse_name(stralloc *out, const struct ip *ip) {
  static const char hex[] = "0123456789abcdef";
  for (int i = ip->v6 ? 15 : 3; i >= 0; i--)
    if (ip->v6)
      sa_catf(out, "%c.%c.", hex[ip->a[i] & 15], hex[ip->a[i] >> 4]);
    else
      sa_catf(out, "%u.", ip->a[i]);
  sa_cats(out, ip->v6 ? "ip6.arpa" : "in-addr.arpa");
}
