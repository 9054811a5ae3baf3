/* compile: definition files in, faults and a set of keys and values (conf.h) out.  Pure: the texts are handed in.
 *
 * A file is UTF-8, a line at most CONF_LINE_MAX bytes; a mark of byte order at the start and CR before LF are passed
 * over.  '#' at the start of a line or behind a blank begins a comment.  Names and domains are compared in lower case.
 *
 *   version                 the number of the form of the set, CONF_SET_VERSION; nothing there: 1
 *   settings                NAME = VALUE
 *   domains                 DOMAIN [language=both|ja|en], the first one completes names without @
 *   users                   ADDR: HASH [quota=SIZE]
 *   aliases                 ADDR: TARGET…, @DOMAIN: TARGET… (catch-all)
 *   address_permits_relay   PREFIX [any-sender]
 *   routes                  DOMAIN: HOST[:PORT]; *: for all others, .DOMAIN: for subdomains; [IP]:PORT for literals
 *   tls_policy              KEY: none|may|encrypt|verify [NAME] [smtps]; KEY: DOMAIN, .DOMAIN, HOST:PORT of a route, *
 *   reply_causes            CLASS: [host=HOST|.DOMAIN] [code=NNN|N.N.N] WORDS…   (classify/classify.h; * between words: others)
 *   tokens                  NAME: /COMMAND ARGUMENT…
 *   credentials             HOST[:PORT]: USER PASSWORD, or HOST[:PORT]: USER xoauth2 NAME
 *
 * version and the last four may be missing (homes of an earlier version have none).  In tokens and credentials a word may stand in
 * "…": blanks and # are then its own, \" and \\ stand for " and \.
 *
 * What depends on where addresses lead is checked on the compiled set, by local_check (local/check.h). */
#ifndef CONF_COMPILE_H
#define CONF_COMPILE_H

#include "conf/conf.h"
#include "conf/fault.h"

enum conf_file { CONF_VERSION, CONF_SETTINGS, CONF_DOMAINS, CONF_USERS, CONF_ALIASES, CONF_PERMITS, CONF_ROUTES,
  CONF_TLS_POLICY, CONF_REPLY_CAUSES, CONF_TOKENS, CONF_CREDENTIALS, CONF_FILES,
  CONF_OPTIONAL = CONF_TLS_POLICY   /* from here on files may be missing: then they are empty */
};
#define CONF_SET_VERSION_TEXT "2"
enum { CONF_SET_VERSION = 2, CONF_LINE_MAX = 4096, CONF_FILE_MAX = 64 << 20 };

extern const char *const conf_paths[CONF_FILES];   /* "conf/version", … */

struct conf_input {
  stralloc text[CONF_FILES];
  bool absent[CONF_FILES];     /* missing or unreadable: reported by who reads; not looked at here */
};

struct conf_pair {
  stralloc key, value;
  enum conf_file file;
  unsigned line;               /* 0: no line of its own (a default) */
};

struct conf_pairs {
  struct conf_pair *pair;
  size_t count;
};

struct conf_set {
  struct conf_pairs conf, auth, remote, token;
};

/* SET and FAULTS are added to.  The set may be used where FAULTS has no errors.  False: the files are of another version
 * than CONF_SET_VERSION; that is the one fault, and nothing was compiled. */
bool conf_compile(struct conf_set *set, struct conf_faults *faults, const struct conf_input *in);
void conf_set_free(struct conf_set *set);
void conf_input_free(struct conf_input *in);
struct conf_pair *conf_pair_add(struct conf_pairs *p, enum conf_file file, unsigned line, const char *kind, struct bytes name);

/* The table of settings, with all its columns. */
struct conf_setting {
  const char *name, *type, *value;
  unsigned since;
  const char *text[2];         /* by enum language */
};
extern const struct conf_setting conf_settings[SETTING_COUNT];

/* What changed in the definition files from one version to the next: what lib/migrate does, and what the former names are.
 * A row a change.  A name never changes its meaning (what means something else gets another name), so a step that is
 * done twice does what it does once. */
enum conf_change {
  CONF_RENAMED,                /* NAME is now[0] */
  CONF_SPLIT_BY_FAMILY,        /* its IPv4 address is now[0], its IPv6 address now[1] */
  CONF_NEW_DEFAULT,            /* without an entry now[0] counted, now[1] counts */
};
struct conf_step {
  unsigned from;               /* the version that it leaves, for FROM + 1 */
  enum conf_file file;
  enum conf_change change;
  const char *name, *now[2];
  enum message_id why;         /* CF40xI: what changed, and why */
};
extern const struct conf_step conf_steps[];    /* by FROM */
extern const size_t conf_steps_count;
const struct conf_step *conf_step_of(enum conf_file file, struct bytes name);   /* that made NAME a former one; NULL: none */

/* The version that the text of conf/version names; 1 where it names none; 0 where it is unusable (*line: where). */
unsigned conf_version(struct bytes text, unsigned *line);
size_t conf_comment(struct bytes line, bool quotes);          /* where the comment of LINE begins; its length where it has none */

bool conf_size(struct bytes text, uint64_t *bytes);           /* "100m"; k m g, either case; fits into int64_t */
bool conf_duration(struct bytes text, uint64_t *seconds);     /* "5d"; s m h d */

#endif
