/* What a Maildir file name says. */
#include "base/sa.h"
#include "maildir/read.h"

struct bytes maildir_name_base(struct bytes name) {
  struct bytes base = {"", 0};
  bytes_cut(&name, ':', &base);
  return base;
}

uint64_t maildir_name_time(struct bytes base) {
  uint64_t t = 0;
  struct bytes digits = base;
  for (digits.n = 0; digits.n < base.n && digits.n < 18 && base.s[digits.n] >= '0' && base.s[digits.n] <= '9'; digits.n++)
    ;
  bytes_u64(digits, &t);
  return t;
}

bool maildir_name_size(struct bytes base, uint64_t *size) {
  struct bytes field;
  bool found = false, exact = false;
  bytes_cut(&base, ',', &field);
  while (bytes_cut(&base, ',', &field)) {
    uint64_t n;
    if (field.n < 3 || field.s[1] != '=' || !bytes_u64(bytes_of(field.s + 2, field.n - 2), &n))
      continue;
    if (field.s[0] == 'W' || (field.s[0] == 'S' && !exact)) {
      *size = n;
      found = true;
      exact = exact || field.s[0] == 'W';
    }
  }
  return found;
}

/* "06qk….0", "06qk….b0.0": the ID may have a part behind a dot itself, the number has digits only. */
struct bytes maildir_name_qid(struct bytes base) {
  struct bytes part, rest = base, id;
  if (!bytes_cut(&rest, '.', &part) || rest.n < 2 || rest.s[0] != 'q')
    return bytes_of("", 0);
  rest = bytes_of(rest.s + 1, rest.n - 1);
  id = bytes_of(rest.s, 0);
  for (int i = 0; i < 3 && bytes_cut(&rest, '.', &part); i++) {
    uint64_t number;
    if (i && bytes_u64(part, &number))
      return id;
    id.n = (size_t)(part.s + part.n - id.s);
  }
  return bytes_of("", 0);
}

bool maildir_name_is_uid(struct bytes base) {
  for (size_t i = 0; i < base.n; i++)
    if (base.s[i] < 0x21 || base.s[i] > 0x7e)
      return false;
  return base.n && base.n <= MAILDIR_UID_MAX;
}

/* FNV-1a, twice with different starts: 128 bits, the same for ever. */
static uint64_t hash(struct bytes b, uint64_t h) {
  for (size_t i = 0; i < b.n; i++)
    h = (h ^ (unsigned char)b.s[i]) * 0x100000001b3u;
  return h;
}

void maildir_name_uid(stralloc *out, struct bytes base) {
  if (maildir_name_is_uid(base))
    sa_catb(out, base.s, base.n);
  else
    sa_catf(out, "h%016llx%016llx", (unsigned long long)hash(base, 0xcbf29ce484222325u),
            (unsigned long long)hash(base, 0x6c62272e07bb0142u));
}
