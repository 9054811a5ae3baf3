/* reputation IP EHLO DOMAIN: lib/reputation with the real resolver, a finding a line: "ID evidence". */
#include <stdio.h>

#include "dns/dns.h"
#include "reputation/reputation.h"
#include "sys/report.h"

static void lookup(void *arg, struct dns_answer *a, struct bytes name, enum dns_type type) {
  (void)arg;
  dns_lookup(a, name, type);
}

int main(int argc, char **argv) {
  static const struct resolver dns = {lookup, NULL};
  struct reputation r = {0};
  struct ip ip;
  report_init("reputation");
  if (argc != 4 || !ip_parse(&ip, bytes_str(argv[1])))
    return EXIT_PERMANENT;
  reputation_judge(&r, &ip, bytes_str(argv[2]), bytes_str(argv[3]), &dns);
  for (size_t i = 0; i < r.count; i++)
    printf("%s %.*s\n", message_of(r.finding[i].id)->id, (int)r.finding[i].evidence.len, r.finding[i].evidence.s);
  reputation_free(&r);
  return EXIT_DONE;
}
