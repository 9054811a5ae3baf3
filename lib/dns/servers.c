#include "dns/servers.h"

#include <stdlib.h>

#include "base/sa.h"
#include "sys/fd.h"
#include "sys/report.h"

enum { PORT = 53, RESOLV_CONF_MAX = 64 * 1024 };

static bool parse_port(struct bytes text, uint16_t *port) {
  uint64_t n;
  if (!bytes_u64(text, &n) || !n || n > 65535)
    return false;
  *port = (uint16_t)n;
  return true;
}

/* "IP", "IPv4:PORT", "[IP]:PORT" */
static bool parse_server(struct dns_server *s, struct bytes text) {
  struct bytes host;
  s->port = PORT;
  if (ip_parse(&s->ip, text))
    return true;
  bool bracket = text.n && text.s[0] == '[';
  if (bracket)
    text = bytes_of(text.s + 1, text.n - 1);
  if (!bytes_cut(&text, bracket ? ']' : ':', &host) || !text.s || !ip_parse(&s->ip, host))
    return false;
  if (bracket && (!text.n || text.s[0] != ':'))
    return !text.n;
  return parse_port(bracket ? bytes_of(text.s + 1, text.n - 1) : text, &s->port);
}

static unsigned from_environment(struct dns_server list[DNS_SERVERS_MAX]) {
  const char *value = getenv("DNSCACHEIP");
  struct bytes rest = bytes_str(value ? value : ""), word;
  unsigned n = 0;
  while (n < DNS_SERVERS_MAX && bytes_cut(&rest, ' ', &word)) {
    if (word.n && parse_server(&list[n], word))
      n++;
    else if (word.n)
      report(DN201W_resolver_unreadable, "value=%.*s", (int)word.n, word.s);
  }
  return n;
}

static unsigned from_file(struct dns_server list[DNS_SERVERS_MAX]) {
  stralloc text = {0};
  struct bytes line, word;
  unsigned n = 0;
  if (!fd_slurp("/etc/resolv.conf", RESOLV_CONF_MAX, &text)) {
    struct bytes rest = bytes_sa(&text);
    while (n < DNS_SERVERS_MAX && bytes_cut(&rest, '\n', &line))
      if (bytes_cut(&line, ' ', &word) && bytes_eq(bytes_trim(word), bytes_str("nameserver")) && line.s && parse_server(&list[n], bytes_trim(line)))
        n++;
  }
  stralloc_free(&text);
  return n;
}

unsigned dns_servers(struct dns_server list[DNS_SERVERS_MAX]) {
  unsigned n = from_environment(list);
  if (!n)
    n = from_file(list);
  if (n)
    return n;
  list[0] = (struct dns_server){.ip = {.a = {127, 0, 0, 1}}, .port = PORT};
  return 1;
}
