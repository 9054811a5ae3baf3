/* ip: what is taken reads back the same from its own text; a prefix holds its own address. */
#include "addr/ip.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
  struct bytes text = bytes_of((const char *)data, n);
  struct ip ip, again;
  struct ip_prefix prefix;
  char formatted[IP_TEXT], slot[IP_SLOT];
  if (ip_parse(&ip, text)) {
    ip_format(formatted, &ip);
    ip_slot(slot, &ip);
    if (!ip_parse(&again, bytes_str(formatted)) || memcmp(&ip, &again, sizeof ip) || strchr(slot, '/'))
      __builtin_trap();
  }
  if (ip_prefix_parse(&prefix, text) && !ip_in(&prefix.ip, &prefix))
    __builtin_trap();
  return 0;
}
