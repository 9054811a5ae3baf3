/* conf-check: checks the definition files.
 *
 *   conf-check [--home HOME] [--lang en|ja]             checks only
 *   conf-check --reload [--home HOME] [--lang en|ja]    checks, compiles, puts in force ("wiz98 reload")
 *   conf-check --migrate [--dry-run] [--home HOME] …    brings files of an older version to this one
 *   conf-check --rollback [--home HOME] …               takes the last migration back
 *   conf-check --print-sample                           a conf/settings in which every setting is explained
 *
 * Every fault is a line FILE:LINE: sentence (ID) on standard output, followed by its remedy.  Exit codes: 0 no errors,
 * 100 errors (a set that was in force stays in force), 111 it could not be done. */
#include "control/home.h"
#include "control/migration.h"
#include "control/publish.h"
#include "sys/language.h"
#include "sys/report.h"

#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <unistd.h>

static void print_sample(void) {
  puts("# Settings of this server: NAME = VALUE.  A line that begins with # says what counts where nothing is set.\n"
       "# このサーバの設定。「名前 = 値」と書く。# で始まる行は、指定しないときの値を示す。\n"
       "# Sizes: 500k, 100m, 2g.  Durations: 30s, 10m, 2h, 5d.  After a change: wiz98 reload");
  for (int i = 0; i < SETTING_COUNT; i++) {
    const struct conf_setting *s = &conf_settings[i];
    printf("\n# %s\n# %s\n", s->text[LANG_EN], s->text[LANG_JA]);
    struct bytes choice = bytes_str(s->type), words;
    if (bytes_cut(&choice, '(', &words) && choice.s)
      printf("# %.*s\n", (int)choice.n - 1, choice.s);
    printf("#%s =%s%s\n", s->name, *s->value ? " " : "", s->value);
  }
}

static void print_text(stralloc *text) {
  if (text->len)
    fwrite(text->s, 1, text->len, stdout);
  fflush(stdout);
  stralloc_free(text);
}

static void print_faults(const struct conf_faults *faults) {
  stralloc text = {0};
  for (size_t i = 0; i < faults->count; i++)
    conf_fault_text(&text, &faults->fault[i], language_of_environment());
  print_text(&text);
}

/* A server that runs: its error log is told, too.  The pipe has a reader, or opening it fails. */
static void tell_log(const struct conf_faults *faults, enum message_id id) {
  int log = open("run/log.pipe", O_WRONLY | O_NONBLOCK | O_CLOEXEC), terminal = dup(2);
  if (log >= 0 && terminal >= 0) {
    report_telling *people = report_teller;
    report_teller = NULL;
    dup2(log, 2);
    for (size_t i = 0; i < faults->count; i++)
      report(faults->fault[i].id, "file=%s line=%u", faults->fault[i].path, faults->fault[i].line);
    report(id, "errors=%zu warnings=%zu", faults->errors, faults->count - faults->errors);
    dup2(terminal, 2);
    report_teller = people;
  }
  if (log >= 0)
    close(log);
  if (terminal >= 0)
    close(terminal);
}

static int check(void) {
  struct publish p;
  publish_read(&p);
  bool good = publish_check(&p);
  print_faults(&p.faults);
  report(good ? CF307I_set_good : CF308E_set_bad, "errors=%zu warnings=%zu", p.faults.errors, p.faults.count - p.faults.errors);
  publish_free(&p);
  return good ? EXIT_DONE : EXIT_PERMANENT;
}

static int reload(void) {
  struct publish p;
  publish_read(&p);
  bool good = publish_check(&p);
  print_faults(&p.faults);
  if (good && !publish_put(&p))
    return EXIT_TEMPORARY;
  enum message_id refused = access("run/conf/conf.cdb", F_OK) ? CF304E_set_refused_first : CF302E_set_refused;
  enum message_id id = good ? CF303I_set_in_force : refused;
  report(id, "errors=%zu warnings=%zu", p.faults.errors, p.faults.count - p.faults.errors);
  tell_log(&p.faults, id);
  publish_free(&p);
  return good ? EXIT_DONE : EXIT_PERMANENT;
}

/* --- from version to version --- */

static int migrate(bool dry) {
  struct migration_plan p;
  stralloc text = {0};
  bool good = migration_plan(&p), new = good && p.m.from < CONF_SET_VERSION;
  int code = good ? EXIT_DONE : EXIT_PERMANENT;
  migrate_text(&text, &p.m, language_of_environment());
  print_text(&text);
  print_faults(&p.after.faults);
  if (new && !dry && !migration_do(&p))
    code = EXIT_TEMPORARY;
  else if (new && !dry)
    report(CF421I_migrated, "from=%u to=%d backup=conf/backup/%u", p.m.from, CONF_SET_VERSION, p.m.from);
  else if (new)
    report(CF420I_would_migrate, "from=%u to=%d", p.m.from, CONF_SET_VERSION);
  else if (good)
    report(CF422I_nothing_to_migrate, "version=%d", CONF_SET_VERSION);
  else
    report(CF425E_migration_refused, "errors=%zu", p.after.faults.errors);
  migration_plan_free(&p);
  return code;
}

static int rollback(void) {
  unsigned version = migration_undo();
  if (version)
    report(CF426I_rolled_back, "version=%u undone=%s", version, "conf/backup/undone");
  return version ? EXIT_DONE : EXIT_TEMPORARY;
}

static noreturn void usage(void) {
  die(EXIT_PERMANENT, SY103E_usage, "usage=%s", "conf-check [--reload | --migrate [--dry-run] | --rollback | --print-sample] [--home HOME] [--lang en|ja]");
}

int main(int argc, char **argv) {
  static const struct option options[] = {{"home", 1, NULL, 'h'}, {"lang", 1, NULL, 'l'}, {"reload", 0, NULL, 'r'}, {"migrate", 0, NULL, 'm'},
                                          {"dry-run", 0, NULL, 'd'}, {"rollback", 0, NULL, 'b'}, {"print-sample", 0, NULL, 'p'}, {NULL, 0, NULL, 0}};
  const char *home = NULL;
  int verb = 0;      /* the letter of the option that says what to do */
  bool dry = false;
  enum language lang;
  report_init("conf-check");
  report_to_people();
  for (int c; (c = getopt_long(argc, argv, "", options, NULL)) >= 0;)
    switch (c) {
    case 'h': home = optarg; break;
    case 'd': dry = true; break;
    case 'l':
      if (!language_choose(optarg, &lang))
        usage();
      break;
    case '?': usage();
    default:
      if (verb)
        usage();
      verb = c;
    }
  if (optind != argc || (dry && verb != 'm'))
    usage();
  if (verb == 'p') {
    print_sample();
    return fflush(stdout) ? EXIT_TEMPORARY : EXIT_DONE;
  }
  home_enter(home);
  if (verb && !dry && !publish_lock())
    return EXIT_TEMPORARY;
  return verb == 'r' ? reload() : verb == 'm' ? migrate(dry) : verb == 'b' ? rollback() : check();
}
