#include "conf/compile.h"

/* NUMBER with one letter behind it; UNITS[i] stands for FACTORS[i]. */
static bool scaled(struct bytes text, const char *units, const uint64_t *factors, uint64_t *value) {
  uint64_t factor = 1;
  const char *unit = text.n ? strchr(units, ascii_lower(text.s[text.n - 1])) : NULL;
  if (unit && *unit) {
    factor = factors[unit - units];
    text.n--;
  }
  if (!bytes_u64(text, value) || *value > INT64_MAX / factor)
    return false;
  *value *= factor;
  return true;
}

bool conf_size(struct bytes text, uint64_t *bytes) {
  static const uint64_t factors[] = {1 << 10, 1 << 20, 1 << 30};
  return scaled(text, "kmg", factors, bytes);
}

bool conf_duration(struct bytes text, uint64_t *seconds) {
  static const uint64_t factors[] = {1, 60, 3600, 86400};
  return scaled(text, "smhd", factors, seconds);
}
