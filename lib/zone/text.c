#include "zone/zone.h"

enum { SHOWN = 6 };

static void put_hosts(stralloc *out, const struct zone_view *v) {
  for (unsigned i = 0; i < v->hosts && i < SHOWN; i++) {
    sa_cats(out, i ? ", " : "");
    if (v->result == DNS_FOUND)
      sa_catf(out, "%u ", v->host[i].preference);
    sa_cats(out, v->host[i].name);
  }
}

static void put_ips(stralloc *out, const struct zone_view *v) {
  char ip[IP_TEXT];
  for (unsigned i = 0; i < v->ips && i < SHOWN; i++) {
    ip_format(ip, &v->ip[i]);
    sa_catf(out, "%s[%s]", i ? ", " : " ", ip);
  }
  if (!v->ips)
    sa_cats(out, " [-]");
}

void zone_view_text(stralloc *out, const struct zone_view *v) {
  if (v->result == DNS_FOUND && !v->hosts)
    sa_cats(out, "0 .");                       /* null MX */
  else if (v->result != DNS_FOUND && v->result != DNS_NODATA)
    sa_cats(out, dns_result_name(v->result));
  else {
    put_hosts(out, v);
    put_ips(out, v);
  }
}

void zone_names_text(stralloc *out, const struct zone_names *n) {
  for (unsigned i = 0; i < n->count; i++)
    sa_catf(out, "%s%s", i ? ", " : "", n->name[i]);
}

static void put_delegation(stralloc *out, const struct zone_report *r, enum language lang) {
  static const char *const before[] = {"; the zone above delegates ", "、"}, *const to[] = {" to ", " の委任先(上位ゾーン): "}, *const own[] = {", the zone itself names ", "、ゾーン自身の宣言: "};
  sa_catf(out, "%s%s%s", before[lang], r->apex, to[lang]);
  zone_names_text(out, &r->delegation);
  sa_cats(out, own[lang]);
  zone_names_text(out, &r->own);
}

/* For how long the resolver will go on saying so. */
static void put_left(stralloc *out, uint32_t ttl, enum language lang) {
  static const char *const before[] = {" (for ", "(あと "}, *const behind[] = {" s more)", " 秒)"};
  if (ttl != UINT32_MAX)
    sa_catf(out, "%s%u%s", before[lang], ttl, behind[lang]);
}

void zone_text(stralloc *out, const struct zone_report *r, enum language lang) {
  static const char *const resolver[] = {"the resolver says ", "リゾルバの回答: "}, *const zone[] = {"; the zone's own server ", "、ゾーン自身のサーバ "};
  static const char *const says[] = {" says ", " の回答: "}, *const silent[] = {"; the zone's own servers do not answer", "、ゾーン自身のサーバは応答なし"};
  sa_cats(out, resolver[lang]);
  zone_view_text(out, &r->resolver);
  put_left(out, r->resolver.ttl, lang);
  if (!*r->server) {
    sa_cats(out, silent[lang]);
    return;
  }
  sa_catf(out, "%s%s%s", zone[lang], r->server, says[lang]);
  zone_view_text(out, &r->zone);
  if (zone_delegation_differs(r))
    put_delegation(out, r, lang);
}
