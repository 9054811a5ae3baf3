/* conf: reading a compiled generation (conf.cdb, auth.cdb, remote.cdb, token.cdb).  Made by conf/compile.h from definition files.
 *
 * Keys of conf.cdb: a kind, ':', a name; domains and local parts are in lower case.
 *   s:NAME      value of a setting, as text; every setting is there, defaults included
 *   d:DOMAIN    a domain of ours; value "1" for the first one, else ""
 *   d:          the first domain (completes names without @)
 *   l:DOMAIN    the language of notices to its senders, "both", "ja", "en"; missing: the setting notice_language
 *   u:ADDR      a user; value "MAILBOX\0QUOTA" (mailbox: path below the home, mail/DOMAIN/USER; quota: bytes, 0 none)
 *   a:ADDR      an alias or forward; value: its targets, each followed by \0
 *   c:DOMAIN    catch-all; value: its targets, each followed by \0
 *   t:DOMAIN    a route; value "HOST:PORT" or "HOST" ([IP]:PORT for literals); t:* is the smart host; t:.DOMAIN subdomains
 *   r:          address_permits_relay; value: lines "PREFIX\0FLAGS\0", FLAGS "" or "any-sender", in the file's order
 *   n:          networks from which passwords are taken in the clear; value: prefixes, each followed by \0
 *   e:KEY       tls_policy; value "LEVEL\0NAME\0FLAG\0", NAME may be "", FLAG "" or "smtps"; KEY: DOMAIN, .DOMAIN, *, or
 *               HOST, HOST:PORT of a route (as t: has it)
 *   y:          reply_causes; value: rows "CLASS\0HOST\0CODE\0WORDS\0" in the file's order; HOST, CODE, WORDS may be ""
 *   k:HOST      there are credentials for HOST or HOST:PORT; value ""
 * auth.cdb: p:ADDR → crypt(3) hash.
 * remote.cdb: c:HOST → "password\0USER\0PASSWORD\0" or "token\0USER\0NAME\0".
 * token.cdb: x:NAME → the words of the command, each followed by \0; x: → all names, each followed by \0. */
#ifndef CONF_H
#define CONF_H

#include <stdbool.h>
#include <stdint.h>
#include <cdb.h>

#include "base/bytes.h"

enum setting {
#define SETTING(name, type, value, since, en, ja) SET_##name,
#include "conf/settings.def"
#undef SETTING
  SETTING_COUNT
};

struct conf {
  struct cdb cdb;
  long number[SETTING_COUNT];       /* filled by conf_open: numbers, sizes (bytes), durations (seconds), on/off (1/0) */
};

enum { CONF_OF_OTHER_VERSION = -2 };               /* it lacks settings that this program knows */
int conf_open(struct conf *c, int fd);             /* conf.cdb; FD is kept (the file is mapped); 0, CONF_OF_OTHER_VERSION, or -1 where it is damaged */
int conf_open_secret(struct conf *c, int fd);      /* auth.cdb, remote.cdb, token.cdb: the same, for a file without settings */
void conf_close(struct conf *c);
/* This server's name: the setting hostname, or "mail." and the first domain; it may point into SCRATCH. */
struct bytes conf_hostname(const struct conf *c, stralloc *scratch);
/* Where mail to the postmaster goes, as people write it; it may point into SCRATCH. */
struct bytes conf_postmaster(const struct conf *c, stralloc *scratch);
/* For whom reads at ADDRESS: his domain's own "both", "ja" or "en", else the setting notice_language. */
struct bytes conf_notice_language(const struct conf *c, struct bytes address);
/* VALUE points into the mapped file and is good until conf_close. */
bool conf_get(const struct conf *c, char kind, struct bytes name, struct bytes *value);
/* Calls EACH for every key of KIND, in the order of the definition files. */
void conf_each(const struct conf *c, char kind, void (*each)(void *data, struct bytes name, struct bytes value), void *data);
struct bytes conf_text(const struct conf *c, enum setting s);
long conf_number(const struct conf *c, enum setting s);    /* type number, size, duration, on/off, port */

#endif
