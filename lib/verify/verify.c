#include "verify/verify.h"

#include <crypt.h>

#include "base/sa.h"
#include "control/generation.h"
#include "login/login.h"
#include "sys/report.h"

/* Where there is no user yet: the costs that new hashes have. */
static const char nobody[] = "$y$j9T$F5Jx5fExrKuPp53xLKQ..1$X3DX6M94c7o.9agCG9G317fhZg9SqC.5i5rd.RhAtQ7";

static bool is_hash(struct bytes h) { return h.n > 1 && h.n < CRYPT_OUTPUT_SIZE && h.s[0] != '!' && h.s[0] != '*'; }

/* The first usable hash: one like those of most users. */
static struct bytes any_hash(struct conf *auth) {
  struct cdb cdb = auth->cdb;
  uint32 at;
  for (int more = cdb_firstkey(&cdb, &at); more == 1; more = cdb_nextkey(&cdb, &at)) {
    struct bytes h = bytes_of(cdb.map + cdb_datapos(&cdb), cdb_datalen(&cdb));
    if (is_hash(h))
      return h;
  }
  return bytes_str(nobody);
}

/* In a time that does not depend on where they differ; both are padded with zeros. */
static bool same(const char a[CRYPT_OUTPUT_SIZE], const char b[CRYPT_OUTPUT_SIZE]) {
  unsigned char differ = 0;
  for (size_t i = 0; i < CRYPT_OUTPUT_SIZE; i++)
    differ |= (unsigned char)(a[i] ^ b[i]);
  return !differ;
}

static bool matches(const char *pass, struct bytes hash) {
  static struct crypt_data data;
  char want[CRYPT_OUTPUT_SIZE] = "", got[CRYPT_OUTPUT_SIZE] = "";
  memcpy(want, hash.s, hash.n);
  const char *result = crypt_r(pass, want, &data);
  if (result)
    strncpy(got, result, sizeof got - 1);
  explicit_bzero(&data, sizeof data);
  return result && *got != '*' && same(got, want);
}

enum message_id verify_password(stralloc *user, const char *name, const char *pass) {
  struct conf *auth = generation_secret("auth.cdb"), *conf = generation_conf();
  struct bytes hash;
  if (!auth || !conf)
    return AU203E_check_failed;
  bool known = login_user(user, conf, bytes_str(name)) && conf_get(auth, 'p', bytes_sa(user), &hash);
  bool usable = known && is_hash(hash);
  bool right = matches(pass, usable ? hash : any_hash(auth)) && usable;
  if (!right)
    report(!known ? AU003I_unknown_user : usable ? AU004I_wrong_password : AU005I_user_locked, "user=%s", name);
  return right ? AU001I_login : AU201W_login_refused;
}

void verify_prepare(void) {
  generation_secret("auth.cdb");
  generation_conf();
}
