/* Any bytes as a DNS packet and as a domain. */
#include <stdint.h>

#include "base/sa.h"
#include "dnsmsg/dnsmsg.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const enum dns_type types[] = {DNS_A, DNS_MX, DNS_AAAA, DNS_NS, DNS_PTR, DNS_TXT};
  struct bytes packet = bytes_of((const char *)data, size);
  stralloc question = {0};
  for (int i = 0; i < 6; i++) {
    struct dns_answer a;
    dnsmsg_read(&a, packet, types[i]);
    dnsmsg_free(&a);
  }
  struct dns_referral referral;
  dnsmsg_referral(&referral, packet);
  dnsmsg_question(&question, 1, packet, DNS_A, true);
  dnsmsg_answers(packet, packet);
  stralloc_free(&question);
  return 0;
}
