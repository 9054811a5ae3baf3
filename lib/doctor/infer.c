#include "doctor/doctor.h"

enum share { NONE, ALL_WELL, SOME_FAIL, ALL_FAIL, SHARES };   /* of the addresses asked; NONE: there are none */

/* The manual's A2-2: a row for our own addresses, a column for those of others. */
static const enum doctor_pattern patterns[SHARES][SHARES] = {
  /* others:       none            all well           some fail       all fail */
  [NONE]      = {DOCTOR_TOO_FEW, DOCTOR_NO_FAILURE, DOCTOR_CERTAIN, DOCTOR_ALL_ABROAD},
  [ALL_WELL]  = {DOCTOR_TOO_FEW, DOCTOR_NO_FAILURE, DOCTOR_CERTAIN, DOCTOR_ALL_BUT_OWN},
  [SOME_FAIL] = {DOCTOR_TOO_FEW, DOCTOR_TOO_FEW,    DOCTOR_CERTAIN, DOCTOR_ALL_BUT_OWN},
  [ALL_FAIL]  = {DOCTOR_TOO_FEW, DOCTOR_ONLY_OWN,   DOCTOR_CERTAIN, DOCTOR_ALL},
};

static bool fails(const struct doctor_finding *f) { return f->state >= DOCTOR_DELAYED; }

static struct bytes domain_of(const struct doctor_finding *f) {
  struct bytes a = f->via.n ? f->via : f->addr;
  size_t at = a.n;
  while (at && a.s[at - 1] != '@')
    at--;
  return bytes_of(a.s + at, a.n - at);
}

static enum share share_of(const struct doctor_finding *f, size_t count, bool own) {
  size_t asked = 0, failed = 0;
  for (size_t i = 0; i < count; i++)
    if (f[i].own == own) {
      asked++;
      failed += fails(&f[i]);
    }
  return !asked ? NONE : !failed ? ALL_WELL : failed < asked ? SOME_FAIL : ALL_FAIL;
}

/* One domain of others proves nothing about the rest of the world. */
static bool is_one_domain(const struct doctor_finding *f, size_t count) {
  const struct doctor_finding *first = NULL;
  for (size_t i = 0; i < count; i++) {
    if (f[i].own)
      continue;
    if (first && !bytes_ieq(domain_of(first), domain_of(&f[i])))
      return false;
    first = first ? first : &f[i];
  }
  return true;
}

enum doctor_pattern doctor_infer(const struct doctor_finding *f, size_t count) {
  enum share own = share_of(f, count, true), others = share_of(f, count, false);
  if (count < 2)
    return DOCTOR_TOO_FEW;
  if (others >= SOME_FAIL && own != ALL_FAIL && is_one_domain(f, count))
    return DOCTOR_TOO_FEW;
  return patterns[own][others];
}

enum message_id doctor_pattern_message(enum doctor_pattern p) {
  static const enum message_id ids[] = {
    [DOCTOR_TOO_FEW] = DR102I_too_few, [DOCTOR_NO_FAILURE] = DR101I_no_failure, [DOCTOR_ALL] = DR201W_all_fail, [DOCTOR_ALL_ABROAD] = DR202W_all_abroad_fail,
    [DOCTOR_ALL_BUT_OWN] = DR203W_all_but_own_fail, [DOCTOR_ONLY_OWN] = DR204W_only_own_fail, [DOCTOR_CERTAIN] = DR205W_certain_fail};
  return ids[p];
}

const char *doctor_pattern_name(enum doctor_pattern p) {
  static const char *const names[] = {"too_few", "no_failure", "all", "all_abroad", "all_but_own", "only_own", "certain"};
  return names[p];
}
