/* parse: the lines of a definition file, and what the checks of all files share.  Inside lib/conf only. */
#ifndef CONF_PARSE_H
#define CONF_PARSE_H

#include "conf/compile.h"

struct entry {               /* who wrote what where, to find what is given twice */
  stralloc name;
  unsigned line;
};

struct compile {
  struct conf_set *set;
  struct conf_faults *faults;
  enum conf_file file;       /* being read, and */
  unsigned line;             /* where */
  struct entry *entry;       /* of this file */
  size_t entries;
  stralloc first_domain;
  stralloc permits;          /* value of r: */
  stralloc tokens;           /* value of x: */
  stralloc causes;           /* value of y: */
  bool bad_word;            /* of this line: reported */
  stralloc setting[SETTING_COUNT];
  unsigned setting_line[SETTING_COUNT];   /* 0: not given */
};

typedef void line_handler(struct compile *c, struct bytes line);   /* without comment and blanks around it; never empty */

void parse_lines(struct compile *c, struct bytes text, line_handler *handle);
void parse_entry(struct compile *c, struct bytes name);            /* notes NAME as an entry of this line */
void parse_duplicates(struct compile *c);                          /* reports them, forgets the entries */
struct conf_fault *parse_fault(struct compile *c, enum message_id id, struct bytes what);
bool parse_word(struct bytes *rest, struct bytes *word);           /* next word of REST; blanks separate; false: none left */

/* A word that may stand in "…": without them, into WORD; it may be empty.  False: none left, or a fault was reported. */
bool parse_quoted(struct compile *c, struct bytes *rest, stralloc *word);
/* "KEY: rest" where KEY may hold colons of its own; false: no such form, or one of them is empty. */
bool parse_key(struct bytes *rest, struct bytes *key);
/* HOST, HOST:PORT, [IP], [IP]:PORT, in the form of conf.h; false: none of them. */
bool parse_host_port(stralloc *value, struct bytes text);

void handle_setting(struct compile *c, struct bytes line);
void handle_domain(struct compile *c, struct bytes line);
void handle_user(struct compile *c, struct bytes line);
void handle_alias(struct compile *c, struct bytes line);
void handle_permit(struct compile *c, struct bytes line);
void handle_route(struct compile *c, struct bytes line);
void handle_policy(struct compile *c, struct bytes line);
void handle_reply_cause(struct compile *c, struct bytes line);
void handle_token(struct compile *c, struct bytes line);
void handle_credentials(struct compile *c, struct bytes line);

void finish_settings(struct compile *c);                           /* after domains: the defaults that depend on them */
void finish_domains(struct compile *c);
void finish_permits(struct compile *c);
void finish_reply_causes(struct compile *c);
void finish_tokens(struct compile *c);
void finish_credentials(struct compile *c);                        /* after routes, tls_policy, tokens */

/* TEXT, completed with the first domain where it is a bare name, as key; false (reported as ID) where it is no address. */
bool parse_address(struct compile *c, stralloc *key, struct bytes text, enum message_id id);
/* The same for where mail goes: WHOLE is the address as written, completed. */
bool parse_target(struct compile *c, stralloc *whole, struct bytes text, enum message_id id);

/* One setting's VALUE in the form in which it is compiled, appended to OUT; false: a fault was reported. */
bool setting_value(struct compile *c, enum setting s, struct bytes value, stralloc *out);
size_t conf_quoted_end(struct bytes line, size_t at);             /* behind the quoted word at AT: its closing '"' passed over */
void conf_lower(stralloc *out, struct bytes text);
bool conf_version_fits(struct conf_faults *faults, const struct conf_input *in);   /* false: why not is reported */

#endif
