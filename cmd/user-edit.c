/* user-edit: changes users and aliases, and puts the change in force before it returns.
 *
 *   user-edit add ADDRESS [--quota SIZE] [--hash HASH]     passwords are read from standard input, at a terminal twice
 *   user-edit passwd ADDRESS [--hash HASH]
 *   user-edit remove ADDRESS                               the mailbox is kept
 *   user-edit alias ADDRESS TARGET…                        ADDRESS may be @DOMAIN: all others of a domain
 *   user-edit unalias ADDRESS
 *   user-edit selftest                                     the account of mail-doctor's self-test, with a new password
 *   user-edit list [--json]                                what is in force
 *
 * [--home HOME] goes with each.  A change that would make the definition files faulty is refused and leaves them
 * untouched.  Exit codes: 0 done, 100 refused, 111 try again. */
#include "control/generation.h"
#include "control/home.h"
#include "control/mailbox.h"
#include "control/owner.h"
#include "control/password.h"
#include "control/publish.h"
#include "local/selftest.h"
#include "sys/fd.h"
#include "sys/language.h"
#include "sys/report.h"
#include "user/edit.h"
#include "user/hash.h"
#include "user/list.h"

#include <getopt.h>
#include <stdio.h>
#include <unistd.h>

static struct { const char *home, *quota, *hash; bool json; } given;

static struct publish set;
static stralloc domain, key;          /* the first domain; whom the command is about */
static stralloc before[CONF_FILES];   /* the texts as they were read */

/* --- the set and its change --- */

static noreturn void refuse(void) {
  stralloc text = {0};
  for (size_t i = 0; i < set.faults.count; i++)
    conf_fault_text(&text, &set.faults.fault[i], language_of_environment());
  report_write(text.s, text.len);
  die(EXIT_PERMANENT, US101E_change_refused, "errors=%zu", set.faults.errors);
}

static void remember(void) {
  sa_copy(&before[CONF_USERS], &set.in.text[CONF_USERS]);
  sa_copy(&before[CONF_ALIASES], &set.in.text[CONF_ALIASES]);
}

static void read_set(void) {
  if (!publish_lock())
    report_exit(EXIT_TEMPORARY);
  publish_read(&set);
  publish_check(&set);
  if (!set.understood)
    refuse();
  sa_copys(&domain, "");
  for (size_t i = 0; i < set.set.conf.count; i++)
    if (bytes_eq(bytes_sa(&set.set.conf.pair[i].key), bytes_str("d:")))
      sa_copy(&domain, &set.set.conf.pair[i].value);
  remember();
}

static void read_key(const char *address, bool catch_all) {
  if ((address[0] == '@' && !catch_all) || !user_edit_key(&key, bytes_str(address), bytes_sa(&domain)))
    die(EXIT_PERMANENT, US102E_address_unusable, "address=%s", address);
  sa_cstr(&key);
}

static bool find(enum conf_file file, struct bytes *value) { return user_edit_get(bytes_sa(&set.in.text[file]), bytes_sa(&key), bytes_sa(&domain), value); }

static bool write_changed(enum conf_file file, const stralloc *text, const stralloc *other) {
  if (bytes_eq(bytes_sa(text), bytes_sa(other)) || !fd_replace(conf_paths[file], text->s, text->len, 0600))
    return true;
  report_errno(US113E_file_not_changed, "path=%s", conf_paths[file]);
  return false;
}

/* The files first, then the generation; where that cannot be, the files as they were. */
static void commit(void) {
  if (!publish_check(&set))
    refuse();
  if (write_changed(CONF_USERS, &set.in.text[CONF_USERS], &before[CONF_USERS])
      && write_changed(CONF_ALIASES, &set.in.text[CONF_ALIASES], &before[CONF_ALIASES]) && publish_put(&set)) {
    remember();
    return;
  }
  write_changed(CONF_USERS, &before[CONF_USERS], &set.in.text[CONF_USERS]);
  write_changed(CONF_ALIASES, &before[CONF_ALIASES], &set.in.text[CONF_ALIASES]);
  report_exit(EXIT_TEMPORARY);
}

/* --- users --- */

static void take_hash(stralloc *value) {
  if (given.hash && user_hash_form(bytes_str(given.hash)) == USER_HASH_NONE)
    die(EXIT_PERMANENT, US109E_hash_unusable, "user=%s", key.s);
  if (given.hash)
    sa_copys(value, given.hash);
  else if (!password_hash(value, key.s))
    report_exit(EXIT_PERMANENT);
}

static void take_quota(stralloc *value) {
  uint64_t size;
  if (given.quota && !conf_size(bytes_str(given.quota), &size))
    die(EXIT_PERMANENT, US110E_quota_unusable, "quota=%s", given.quota);
  if (given.quota)
    sa_catf(value, " quota=%s", given.quota);
}

/* The first user of a new server is its postmaster until somebody else is named. */
static bool become_postmaster(void) {
  publish_check(&set);
  if (!conf_faults_have(&set.faults, CF169E_postmaster_missing))
    return false;
  user_edit_set(&set.in.text[CONF_ALIASES], bytes_str("postmaster"), bytes_sa(&domain), bytes_sa(&key));
  return true;
}

static bool has_users(void) {
  for (size_t i = 0; i < set.set.conf.count; i++)
    if (set.set.conf.pair[i].key.s[0] == 'u')
      return true;
  return false;
}

static const char *mailbox_of(void) {
  for (size_t i = 0; i < set.set.conf.count; i++) {
    struct conf_pair *p = &set.set.conf.pair[i];
    if (p->key.len == key.len + 2 && !memcmp(p->key.s, "u:", 2) && !memcmp(p->key.s + 2, key.s, key.len))
      return p->value.s;   /* up to its \0 */
  }
  return "";
}

/* Nobody knows its password but who reads the file; a mailbox that nobody empties stays small. */
static void make_selftest(char **arg) {
  stralloc value = {0}, word = {0};
  (void)arg;
  key.len = 0;
  read_key(SELFTEST_NAME, false);
  if (!password_random(&value, &word))
    report_exit(EXIT_TEMPORARY);
  sa_cats(&value, " quota=" SELFTEST_QUOTA);
  user_edit_set(&set.in.text[CONF_USERS], bytes_sa(&key), bytes_sa(&domain), bytes_sa(&value));
  if (publish_check(&set) && !mailbox_make(mailbox_of()))
    report_exit(EXIT_TEMPORARY);
  commit();
  if (fd_replace(SELFTEST_PASSWORD, word.s, word.len, 0600) || !owner_apply(SELFTEST_PASSWORD))
    die_errno(EXIT_TEMPORARY, SY102E_file_failed, "action=write path=%s", SELFTEST_PASSWORD);
  report(US307I_selftest_made, "user=%s path=%s", key.s, SELFTEST_PASSWORD);
  explicit_bzero(word.s, word.len);
  stralloc_free(&word);
  stralloc_free(&value);
}

static void add_user(char **arg) {
  struct bytes old;
  stralloc value = {0};
  read_key(arg[0], false);
  if (find(CONF_USERS, &old))
    die(EXIT_PERMANENT, US103E_user_exists, "user=%s", key.s);
  if (find(CONF_ALIASES, &old) && !user_edit_names(old, bytes_sa(&key), bytes_sa(&domain)))
    die(EXIT_PERMANENT, US104E_alias_exists, "alias=%s", key.s);
  take_hash(&value);
  take_quota(&value);
  bool new = !has_users();
  user_edit_set(&set.in.text[CONF_USERS], bytes_sa(&key), bytes_sa(&domain), bytes_sa(&value));
  bool first = become_postmaster();
  if (publish_check(&set) && !mailbox_make(mailbox_of()))
    report_exit(EXIT_TEMPORARY);
  commit();
  report(US301I_user_added, "user=%s mailbox=%s", key.s, mailbox_of());
  if (first)
    report(US304I_postmaster_set, "user=%s", key.s);
  if (new)
    make_selftest(NULL);
  stralloc_free(&value);
}

static void set_password(char **arg) {
  struct bytes old;
  stralloc value = {0};
  read_key(arg[0], false);
  if (!find(CONF_USERS, &old))
    die(EXIT_PERMANENT, US105E_user_unknown, "user=%s", key.s);
  take_hash(&value);
  while (old.n && *old.s != ' ' && *old.s != '\t')   /* the old hash; what stands behind it is kept */
    old = bytes_of(old.s + 1, old.n - 1);
  if (given.quota)
    take_quota(&value);
  else
    sa_catb(&value, old.s, old.n);
  user_edit_set(&set.in.text[CONF_USERS], bytes_sa(&key), bytes_sa(&domain), bytes_sa(&value));
  commit();
  report(US302I_password_set, "user=%s", key.s);
  stralloc_free(&value);
}

static void remove_user(char **arg) {
  stralloc box = {0};
  read_key(arg[0], false);
  sa_cats(&box, mailbox_of());
  if (!user_edit_remove(&set.in.text[CONF_USERS], bytes_sa(&key), bytes_sa(&domain)))
    die(EXIT_PERMANENT, US105E_user_unknown, "user=%s", key.s);
  commit();
  report(US303I_user_removed, "user=%s mailbox=%s", key.s, sa_cstr(&box));
  stralloc_free(&box);
}

/* --- aliases --- */

static void set_alias(char **arg) {
  stralloc value = {0}, target = {0};
  read_key(arg[0], true);
  for (char **t = arg + 1; *t; t++) {
    target.len = 0;
    if (**t == '@' || !user_edit_key(&target, bytes_str(*t), bytes_sa(&domain)))
      die(EXIT_PERMANENT, US102E_address_unusable, "address=%s", *t);
    sa_cats(&value, value.len ? " " : "");
    sa_cats(&value, *t);
  }
  user_edit_set(&set.in.text[CONF_ALIASES], bytes_sa(&key), bytes_sa(&domain), bytes_sa(&value));
  commit();
  report(US305I_alias_set, "alias=%s targets=%s", key.s, sa_cstr(&value));
  stralloc_free(&value);
  stralloc_free(&target);
}

static void remove_alias(char **arg) {
  read_key(arg[0], true);
  if (!user_edit_remove(&set.in.text[CONF_ALIASES], bytes_sa(&key), bytes_sa(&domain)))
    die(EXIT_PERMANENT, US106E_alias_unknown, "alias=%s", key.s);
  commit();
  report(US306I_alias_removed, "alias=%s", key.s);
}

static int list(void) {
  stralloc out = {0};
  struct conf *c = generation_conf();
  if (!c)
    report_exit(EXIT_TEMPORARY);
  user_list(&out, c, given.json);
  fwrite(out.s, 1, out.len, stdout);
  stralloc_free(&out);
  return fflush(stdout) ? EXIT_TEMPORARY : EXIT_DONE;
}

/* --- main --- */

static const struct {
  const char *verb;
  int least, most;
  void (*obey)(char **arg);
} verbs[] = {{"add", 1, 1, add_user}, {"passwd", 1, 1, set_password}, {"remove", 1, 1, remove_user}, {"alias", 2, 1000, set_alias}, {"unalias", 1, 1, remove_alias}, {"selftest", 0, 0, make_selftest}};

static noreturn void usage(void) {
  die(EXIT_PERMANENT, SY103E_usage, "usage=%s", "user-edit [--home HOME] add ADDRESS [--quota SIZE] [--hash HASH] | passwd ADDRESS | remove ADDRESS | alias ADDRESS TARGET... | unalias ADDRESS | selftest | list [--json]");
}

static int obey(const char *verb, int count, char **arg) {
  for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
    if (!strcmp(verbs[i].verb, verb) && count >= verbs[i].least && count <= verbs[i].most) {
      read_set();
      verbs[i].obey(arg);
      return EXIT_DONE;
    }
  if (!strcmp(verb, "list") && !count)
    return list();
  usage();
}

int main(int argc, char **argv) {
  static const struct option options[] = {{"home", 1, NULL, 'H'}, {"quota", 1, NULL, 'q'}, {"hash", 1, NULL, 'h'}, {"json", 0, NULL, 'j'}, {NULL, 0, NULL, 0}};
  report_init("user-edit");
  report_to_people();
  for (int c; (c = getopt_long(argc, argv, "", options, NULL)) >= 0;)
    switch (c) {
    case 'H': given.home = optarg; break;
    case 'q': given.quota = optarg; break;
    case 'h': given.hash = optarg; break;
    case 'j': given.json = true; break;
    default: usage();
    }
  if (optind == argc)
    usage();
  home_enter(given.home);
  return obey(argv[optind], argc - optind - 1, argv + optind + 1);
}
