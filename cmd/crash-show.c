/* crash-show: the records of crashes (Q9).
 *
 *   crash-show list [--home HOME] [--json] [--lang en|ja]
 *   crash-show show [--home HOME] [--lang en|ja] [ID|last]     with file and line; by default all
 *   crash-show bundle [--home HOME] [--yes | --list] [--output FILE] [--lang en|ja]     one archive for the maker, by report-make
 *   crash-show clear [--home HOME]
 *
 * Exit codes: 0, also where nothing has crashed; 100 wrong arguments, no such record; 111 it could not be done. */
#include "control/home.h"
#include "crashes/crashes.h"
#include "front/front.h"
#include "sys/language.h"
#include "sys/report.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

static struct options {
  const char *home;
  bool json;
  enum language lang;
} given;

static stralloc out;

static noreturn void usage(void) { die(EXIT_PERMANENT, SY103E_usage, "usage=%s", "crash-show list|show|bundle|clear [--home HOME] [--json] [--lang en|ja] [ID|last]"); }

static void read_options(int argc, char **argv) {
  static const struct option options[] = {{"home", 1, NULL, 'h'}, {"json", 0, NULL, 'j'}, {"lang", 1, NULL, 'l'}, {NULL, 0, NULL, 0}};
  given.lang = language_of_environment();
  for (int c; (c = getopt_long(argc, argv, "", options, NULL)) >= 0;)
    switch (c) {
    case 'h': given.home = optarg; break;
    case 'j': given.json = true; break;
    case 'l':
      if (!language_choose(optarg, &given.lang))
        usage();
      break;
    default: usage();
    }
}

static int flush(int code) {
  fwrite(out.s, 1, out.len, stdout);
  return fflush(stdout) ? EXIT_TEMPORARY : code;
}

static void say_none(void) {
  static const char *const none[] = {"No crash is recorded.\n", "異常終了の記録はありません。\n"};
  if (!given.json)
    sa_cats(&out, none[given.lang]);
}

static int list(void) {
  struct crashes all;
  crashes_read(&all);
  for (size_t i = 0; i < all.count; i++)
    given.json ? crashes_put_json(&out, &all.crash[i], given.lang) : crashes_put_line(&out, &all.crash[i]);
  if (!all.count)
    say_none();
  crashes_free(&all);
  return flush(EXIT_DONE);
}

static int show(const char *id) {
  struct crashes all;
  crashes_read(&all);
  const struct crash *one = id ? crashes_find(&all, id) : NULL;
  if (id && !one)
    die(EXIT_PERMANENT, CR102E_no_such_record, "id=%s", id);
  for (size_t i = 0; i < all.count; i++)
    if (!one || one == &all.crash[i])
      crashes_put(&out, &all.crash[i], given.lang);
  if (!all.count)
    say_none();
  crashes_free(&all);
  return flush(EXIT_DONE);
}

static int clear(void) {
  static const char *const done[] = {"The records of crashes are removed.\n", "異常終了の記録を消しました。\n"};
  if (crashes_clear() < 0)
    return EXIT_TEMPORARY;
  sa_cats(&out, done[given.lang]);
  return flush(EXIT_DONE);
}

/* The rest of the arguments is report-make's. */
static noreturn void bundle(int argc, char **argv) {
  char **all = calloc((size_t)argc + 1, sizeof *all);
  if (!all)
    out_of_memory();
  static char option[] = "--crashes";
  all[1] = option;
  for (int i = 2; i < argc; i++)
    all[i] = argv[i];
  front_become("report-make", all);
}

int main(int argc, char **argv) {
  report_init("crash-show");
  report_to_people();
  const char *verb = argc > 1 ? argv[1] : "";
  if (!strcmp(verb, "bundle"))
    bundle(argc, argv);
  read_options(argc - (argc > 1), argv + (argc > 1));
  char **rest = argv + (argc > 1) + optind;
  home_enter(given.home);
  if (!strcmp(verb, "show") && (!rest[0] || !rest[1]))
    return show(rest[0]);
  if (*rest)
    usage();
  if (!strcmp(verb, "list"))
    return list();
  if (!strcmp(verb, "clear"))
    return clear();
  usage();
}
