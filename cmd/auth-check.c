/* auth-check checks a user's password against our own users: a checkpassword program.
 *
 *   auth-check PROGRAM [ARGUMENT…] 3<INPUT
 *
 * INPUT is "user \0 password \0 timestamp \0", at most 1,024 bytes.  Where the password is right PROGRAM is run with USER
 * in its environment; else the exit code is 1 (refused), 2 (called wrongly) or 111 (could not be checked). */
#include <crypt.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/sa.h"
#include "control/generation.h"
#include "control/home.h"
#include "login/login.h"
#include "sys/report.h"

enum { INPUT_MAX = 1024, CODE_REFUSED = 1, CODE_MISUSE = 2 };

/* Where there is no user yet: the costs that new hashes have. */
static const char nobody[] = "$y$j9T$F5Jx5fExrKuPp53xLKQ..1$X3DX6M94c7o.9agCG9G317fhZg9SqC.5i5rd.RhAtQ7";

static char input[INPUT_MAX + 1];

static size_t read_input(void) {
  size_t n = 0;
  ssize_t k;
  while ((k = read(3, input + n, sizeof input - n)) != 0) {
    if (k < 0 && errno == EINTR)
      continue;
    if (k < 0)
      die_errno(CODE_MISUSE, AU301E_checkpassword_misuse, "action=read");
    n += (size_t)k;
    if (n > INPUT_MAX)
      die(CODE_MISUSE, AU301E_checkpassword_misuse, "bytes=%zu", n);
  }
  close(3);
  return n;
}

static void split_input(size_t n, const char **user, const char **pass) {
  struct bytes rest = bytes_of(input, n), u, p, stamp;
  if (!bytes_cut(&rest, 0, &u) || !bytes_cut(&rest, 0, &p) || !bytes_cut(&rest, 0, &stamp) || !rest.s)
    die(CODE_MISUSE, AU301E_checkpassword_misuse, "bytes=%zu", n);
  *user = u.s;
  *pass = p.s;
}

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

/* Whoever is refused, one hash was computed: the time does not tell whether the user exists. */
static bool password_is_right(const char *name, const char *pass) {
  struct conf *auth = generation_secret("auth.cdb"), *conf = generation_conf();
  stralloc user = {0};
  struct bytes hash;
  if (!auth || !conf)
    report_exit(EXIT_TEMPORARY);
  bool known = login_user(&user, conf, bytes_str(name)) && conf_get(auth, 'p', bytes_sa(&user), &hash);
  bool usable = known && is_hash(hash);
  bool right = matches(pass, usable ? hash : any_hash(auth)) && usable;
  if (!right)
    report(!known ? AU003I_unknown_user : usable ? AU004I_wrong_password : AU005I_user_locked, "user=%s", name);
  if (right)
    setenv("USER", sa_cstr(&user), 1);
  stralloc_free(&user);
  return right;
}

int main(int argc, char **argv) {
  const char *user, *pass, *sid = getenv("WIZ98_SID");
  report_init("auth-check");
  report_session(sid);
  home_enter(NULL);
  if (argc < 2)
    die(CODE_MISUSE, AU301E_checkpassword_misuse, "usage=%s", "auth-check PROGRAM [ARGUMENT...]");
  split_input(read_input(), &user, &pass);
  bool right = password_is_right(user, pass);
  explicit_bzero(input, sizeof input);
  if (!right)
    return CODE_REFUSED;
  if (argc == 2 && !strcmp(argv[1], "true"))   /* what auth-serve asks for: one exec less a login */
    return EXIT_DONE;
  execvp(argv[1], argv + 1);
  die_errno(EXIT_TEMPORARY, AU302E_program_not_run, "path=%s", argv[1]);
}
