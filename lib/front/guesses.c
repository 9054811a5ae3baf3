/* wiz98 guesses: who has sent too many wrong passwords, and how that is taken back. */
#include <stdio.h>
#include <string.h>

#include "addr/ip.h"
#include "control/count.h"
#include "front/front.h"
#include "front/words.h"
#include "guess/guess.h"
#include "log/log.h"
#include "sys/clock.h"
#include "sys/report.h"

static void show_address(const char *name, struct bytes text, int64_t until, void *data) {
  int64_t now = clock_unix(), refused = guess_refused_for(until, now);
  bool v6 = !strchr(name, '.') && strlen(name) == 16;
  char shown[32];
  (void)text;
  ++*(unsigned *)data;
  if (v6)
    snprintf(shown, sizeof shown, "%.4s:%.4s:%.4s:%.4s::/64", name, name + 4, name + 8, name + 12);
  printf(front_word(FRONT_GUESSES_OF), v6 ? shown : name);
  printf(front_word(FRONT_COUNT), guess_count(until, now));
  if (refused)
    printf(front_word(FRONT_REFUSED), (long long)(refused + 59) / 60);
  putchar('\n');
}

/* What somebody has sent as a name is shown like a value of the log: no control byte reaches the terminal. */
static void show_account(const char *name, struct bytes text, int64_t until, void *data) {
  struct log_line shown = {0};
  (void)name;
  ++*(unsigned *)data;
  log_field(&shown, "account", text);
  printf("%.*s: ", (int)shown.n - 1, shown.s + 1);
  printf(front_word(FRONT_COUNT), guess_count(until, clock_unix()));
  putchar('\n');
}

static int list(void) {
  unsigned shown = 0;
  puts(front_word(FRONT_GUESSES));
  bool good = count_each(COUNT_ADDRESS, show_address, &shown) && count_each(COUNT_ACCOUNT, show_account, &shown);
  if (!shown)
    puts(front_word(FRONT_NO_GUESSES));
  return good && !fflush(stdout) ? EXIT_DONE : EXIT_TEMPORARY;
}

static int clear(const char *what) {
  char name[COUNT_NAME];
  struct ip ip;
  if (!strcmp(what, "all")) {
    printf(front_word(FRONT_CLEARED), count_clear_all());
    return EXIT_DONE;
  }
  bool address = ip_parse(&ip, bytes_str(what));
  if (address)
    ip_slot(name, &ip);
  else
    count_account_name(name, bytes_str(what));
  enum count_kind kind = address ? COUNT_ADDRESS : COUNT_ACCOUNT;
  if (!count_read(kind, name)) {
    report(WZ111W_nothing_counted, "of=%s", what);
    return EXIT_PERMANENT;
  }
  return count_write(kind, name, 0, bytes_of(NULL, 0)) ? EXIT_DONE : EXIT_TEMPORARY;
}

int front_guesses(int argc, char **argv) {
  if (!argc || (argc == 1 && !strcmp(argv[0], "list")))
    return list();
  if (argc == 2 && !strcmp(argv[0], "clear"))
    return clear(argv[1]);
  die(EXIT_PERMANENT, SY103E_usage, "usage=%s", "wiz98 guesses [list | clear IP|ADDRESS|all]");
}
