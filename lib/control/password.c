#include "control/password.h"

#include <crypt.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/sa.h"
#include "sys/random.h"
#include "sys/report.h"

enum { PASSWORD_MAX = CRYPT_MAX_PASSPHRASE_SIZE };   /* with the \0 */

static volatile sig_atomic_t signalled;
static void note_signal(int number) { signalled = number; }

/* Byte by byte: what follows the line is not ours.  False: no line, or too long a one. */
static bool read_line(char line[PASSWORD_MAX]) {
  size_t n = 0;
  ssize_t k;
  char c = 0;
  while ((k = read(0, &c, 1)) == 1 && c != '\n')
    if (n < PASSWORD_MAX)
      line[n++] = c;
  if (k < 0 || (!k && !n) || n >= PASSWORD_MAX)
    return false;
  if (n && line[n - 1] == '\r')
    n--;
  line[n] = 0;
  return n && !memchr(line, 0, n);
}

static bool ask(char line[PASSWORD_MAX], const char *user, const char *again) {
  dprintf(2, "Password for %s%s: ", user, again);
  bool done = read_line(line);
  dprintf(2, "\n");
  return done;
}

/* A signal ends the program as it would have, with the echo switched on again. */
static bool ask_twice(char line[PASSWORD_MAX], const char *user) {
  static const int ending[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
  struct termios before, silent;
  struct sigaction note = {.sa_handler = note_signal};
  char second[PASSWORD_MAX];
  if (tcgetattr(0, &before))
    return false;
  for (size_t i = 0; i < sizeof ending / sizeof *ending; i++)
    sigaction(ending[i], &note, NULL);
  silent = before;
  silent.c_lflag &= ~(tcflag_t)ECHO;
  tcsetattr(0, TCSAFLUSH, &silent);
  bool got = ask(line, user, "") && ask(second, user, " (again)");
  tcsetattr(0, TCSAFLUSH, &before);
  if (signalled) {
    signal(signalled, SIG_DFL);
    raise(signalled);
  }
  bool same = got && !strcmp(line, second);
  explicit_bzero(second, sizeof second);
  if (got && !same)
    report(US107E_password_differs, "user=%s", user);
  if (!got)
    report(US108E_password_unusable, "user=%s", user);
  return same;
}

static bool make_hash(stralloc *hash, const char *password) {
  static struct crypt_data data;
  char salt[CRYPT_GENSALT_OUTPUT_SIZE];
  const char *made = crypt_gensalt_rn("$y$", 0, NULL, 0, salt, sizeof salt) ? crypt_r(password, salt, &data) : NULL;
  bool good = made && *made != '*';
  if (good)
    sa_cats(hash, made);
  else
    report_errno(US111E_hash_not_made, "action=crypt");
  explicit_bzero(&data, sizeof data);
  return good;
}

bool password_random(stralloc *hash, stralloc *line) {
  uint8_t random[16];
  char digits[33];
  random_bytes(random, sizeof random);
  for (size_t i = 0; i < sizeof random; i++)
    snprintf(digits + 2 * i, 3, "%02x", random[i]);
  bool good = make_hash(hash, digits);
  sa_catf(line, "%s\n", digits);
  explicit_bzero(digits, sizeof digits);
  return good;
}

bool password_hash(stralloc *hash, const char *user) {
  char line[PASSWORD_MAX];
  bool terminal = isatty(0), good = terminal ? ask_twice(line, user) : read_line(line);
  if (!good && !terminal)
    report(US108E_password_unusable, "user=%s", user);
  good = good && make_hash(hash, line);
  explicit_bzero(line, sizeof line);
  return good;
}
