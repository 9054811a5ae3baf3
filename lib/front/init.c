#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "addr/addr.h"
#include "conf/compile.h"
#include "front/front.h"
#include "front/tree.h"
#include "front/words.h"
#include "sys/fd.h"
#include "sys/report.h"

/* A new home.  conf-check and user-edit, which know the definition files, write and check them. */

enum { PASSWORD_MAX = 1000 };

static const char *const port_names[5] = {"smtp_port", "submission_port", "smtps_port", "pop3_port", "pop3s_port"};
static const char *const root_ports[5] = {"25", "587", "465", "110", "995"};
static const char *const user_ports[5] = {"2025", "2587", "2465", "2110", "2995"};

static bool is_empty(const char *path) {
  DIR *d = opendir(path);
  bool empty = true;
  for (struct dirent *e; d && (e = readdir(d));)
    if (strcmp(e->d_name, ".") && strcmp(e->d_name, ".."))
      empty = false;
  if (d)
    closedir(d);
  return empty;
}

static bool enter(const char *home) {
  if (mkdir(home, 0700) && errno != EEXIST) {
    report_errno(SY102E_file_failed, "action=mkdir path=%s", home);
    return false;
  }
  if (!is_empty(home)) {
    report(WZ107E_home_not_empty, "path=%s", home);
    return false;
  }
  if (chdir(home)) {
    report_errno(SY102E_file_failed, "action=chdir path=%s", home);
    return false;
  }
  front_tell_home();
  return true;
}

static bool write_file(const char *path, const stralloc *text) {
  if (!fd_replace(path, text->s, text->len, 0600))
    return true;
  report_errno(SY102E_file_failed, "action=write path=%s", path);
  return false;
}

/* --- definition files --- */

static bool write_settings(const struct front_init *o) {
  static const char *const argv[] = {"conf-check", "--print-sample", NULL};
  int fd = open("conf/settings", O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600);
  if (fd < 0 || front_run(argv, NULL, fd)) {
    report_errno(SY102E_file_failed, "action=write path=%s", "conf/settings");
    return false;
  }
  stralloc text = {0};
  sa_cats(&text, "\n# Chosen at \"wiz98 init\".\n");
  if (o->listen)
    sa_catf(&text, "listen = %s\n", o->listen);
  for (int i = 0; i < 5; i++)
    sa_catf(&text, "%s = %s\n", port_names[i], o->port[i] ? o->port[i] : geteuid() ? user_ports[i] : root_ports[i]);
  sa_catf(&text, "smtp_auth = %s\n", o->auth ? "on" : "off");
  bool done = !fd_write_all(fd, text.s, text.len) && !fsync(fd);
  close(fd);
  stralloc_free(&text);
  return done;
}

static bool write_domains(const struct front_init *o) {
  stralloc text = {0};
  sa_cats(&text, "# The domains whose mail this server keeps, one a line; the first completes names without @.\n");
  sa_catf(&text, "%s\n", o->domain);
  bool done = write_file("conf/domains", &text);
  stralloc_free(&text);
  return done;
}

static bool is_postmaster(const struct front_user *u) {
  return !strncasecmp(u->address, "postmaster", 10) && (!u->address[10] || u->address[10] == '@');
}

/* The other files: postmaster must have a mailbox (RFC 5321 4.5.1), which user-edit gives to the first user. */
static bool write_others(void) {
  static const struct { const char *path, *text; } files[] = {
    {"conf/version", CONF_SET_VERSION_TEXT "\n"},
    {"conf/users", "# ADDRESS: HASH [quota=SIZE]  Who has a mailbox here; user-edit adds, changes, removes.\n"},
    {"conf/aliases", "# ADDRESS: TARGET...  Mail for the address goes to the targets.  @DOMAIN: all others of a domain.\n"},
    {"conf/address_permits_relay", "# ADDRESS or ADDRESS/BITS [any-sender]  Clients that may send mail to other servers without a password.\n"},
    {"conf/routes", "# DOMAIN: HOST[:PORT]  Where mail for a domain is sent, instead of where the DNS says; *: everything.\n"},
    {"conf/tls_policy", "# DOMAIN or HOST:PORT of a route: none | may | encrypt | verify [NAME] [smtps]  How mail to others is encrypted.\n"},
    {"conf/reply_causes", "# CLASS: [host=HOST] [code=NNN] WORDS...  What a reply of another server means, where the built-in rules are wrong.\n"},
    {"conf/credentials", "# HOST[:PORT]: USER PASSWORD  How to log in to the hosts in conf/routes.  USER xoauth2 NAME: by a token of conf/tokens.\n"},
    {"conf/tokens", "# NAME: /COMMAND ARGUMENT...  The command that gets an access token (OAuth2) for conf/credentials.\n"},
  };
  stralloc text = {0};
  bool done = true;
  for (size_t i = 0; i < sizeof files / sizeof *files && done; i++) {
    sa_copys(&text, files[i].text);
    done = write_file(files[i].path, &text);
  }
  stralloc_free(&text);
  return done;
}

/* --- users --- */

static const char *at_domain(stralloc *whole, const char *address, const char *domain) {
  sa_copys(whole, address);
  if (!strchr(address, '@'))
    sa_catf(whole, "@%s", domain);
  return sa_cstr(whole);
}

static bool read_password(char *password, size_t room, const char *address) {
  if (isatty(0))
    fprintf(stderr, front_word(FRONT_PASSWORD), address);
  if (!fgets(password, (int)room, stdin)) {
    report(WZ109E_password_missing, "user=%s", address);
    return false;
  }
  password[strcspn(password, "\r\n")] = 0;
  return true;
}

static bool add_user(const struct front_user *u, const char *password, const char *domain) {
  stralloc address = {0}, line = {0};
  const char *const argv[] = {"user-edit", "add", at_domain(&address, u->address, domain), NULL};
  sa_catf(&line, "%s\n", password);
  bool done = !front_run(argv, sa_cstr(&line), -1);
  explicit_bzero(line.s, line.len);
  stralloc_free(&line);
  stralloc_free(&address);
  return done;
}

typedef char password_line[PASSWORD_MAX + 2];

/* In the order of the arguments, whatever the order of adding. */
static bool read_passwords(const struct front_init *o, password_line *password) {
  for (size_t i = 0; i < o->users; i++)
    if (!o->user[i].password && !read_password(password[i], PASSWORD_MAX, o->user[i].address))
      return false;
    else if (o->user[i].password)
      snprintf(password[i], sizeof password[i], "%s", o->user[i].password);   /* too long a one user-edit refuses */
  return true;
}

/* A user postmaster is added first: else the first user would be made postmaster. */
static bool add_users(const struct front_init *o) {
  password_line *password = calloc(o->users + 1, sizeof *password);
  if (!password)
    out_of_memory();
  bool done = read_passwords(o, password);
  for (int others = 0; others < 2; others++)
    for (size_t i = 0; i < o->users && done; i++)
      if (is_postmaster(&o->user[i]) != others)
        done = add_user(&o->user[i], password[i], o->domain);
  explicit_bzero(password, o->users * sizeof *password);
  free(password);
  return done;
}

static bool put_in_force(void) {
  static const char *const argv[] = {"conf-check", "--reload", NULL};
  return !front_run(argv, NULL, -1);
}

/* So that TLS works from the start; conf_hostname says which name it is.  Without it all else works. */
static void make_certificate(const struct front_init *o) {
  stralloc name = {0};
  sa_catf(&name, "mail.%s", o->domain);
  const char *const argv[] = {"tls-serve", "--self-signed", sa_cstr(&name), NULL};
  front_run(argv, NULL, -1);
  stralloc_free(&name);
}

static int tell(const char *home, const struct front_init *o) {
  printf(front_word(FRONT_READY), home, o->domain, o->users);
  printf(front_word(o->users ? FRONT_NEXT_START : FRONT_NEXT_USER), home);
  return fflush(stdout) ? EXIT_TEMPORARY : EXIT_DONE;
}

int front_init(const struct front_init *o) {
  if (!addr_domain_valid(bytes_str(o->domain))) {
    report(WZ108E_domain_invalid, "domain=%s", o->domain);
    return EXIT_PERMANENT;
  }
  if (!enter(o->home))
    return EXIT_PERMANENT;
  if (tree_directories(true) && write_settings(o) && write_domains(o) && write_others() && add_users(o) && (!o->users || (put_in_force() && tree_services()))) {
    make_certificate(o);
    return tell(o->home, o);
  }
  report(WZ110E_init_unfinished, "path=%s", o->home);
  return EXIT_TEMPORARY;
}
