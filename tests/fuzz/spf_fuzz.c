/* Any record, any sender: SPF is evaluated within its limits, and a fault has its words.  Each TXT question is answered with a line of the
 * input, every other name with an address. */
#include <stdlib.h>

#include "spf/spf.h"

struct answers {
  struct bytes rest;
  unsigned asked;
};

static void lookup(void *arg, struct dns_answer *a, struct bytes name, enum dns_type type) {
  struct answers *s = arg;
  struct bytes line = {"", 0};
  s->asked++;
  if (name.n > 253)
    abort();
  a->result = DNS_FOUND;
  if (type == DNS_TXT) {
    bytes_cut(&s->rest, '\n', &line);
    sa_cats(&a->text, "v=spf1 ");
    sa_catb(&a->text, line.n ? line.s : "", line.n);
    sa_0(&a->text);
  }
  a->record = calloc(1, sizeof *a->record);
  a->count = 1;
  a->record->ip.v6 = type == DNS_AAAA;
  if (type == DNS_MX || type == DNS_PTR)
    memcpy(a->record->name, "mx.test", 8);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
  static const struct ip ips[] = {{.a = {192, 0, 2, 7}}, {.v6 = true, .a = {0x20, 1, 0xd, 0xb8}}};
  for (int i = 0; i < 2; i++) {
    struct answers s = {.rest = bytes_of((const char *)data, n)};
    const struct resolver dns = {lookup, &s};
    struct bytes sender;
    struct spf_outcome o;
    if (!bytes_cut(&s.rest, '\n', &sender))
      return 0;
    spf_check(&o, &ips[i], sender, bytes_str("mail.example.test"), &dns);
    if (s.asked > 1 + SPF_LOOKUPS_MAX * (SPF_HOSTS_MAX + 2) || (o.fault != NULL) != (o.result == SPF_TEMPERROR || o.result == SPF_PERMERROR))
      abort();
    spf_outcome_free(&o);
  }
  return 0;
}
