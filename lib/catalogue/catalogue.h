/* catalogue: every message the product can say, by its ID.  Made from conf/catalogue/ by scripts/catalogue: one file a
 * module, one entry an ID (doc/messages.en.md is made from the same source).
 *
 * An ID is two letters (the module), three digits and E (error), W (warning) or I (information): RL201E.  In code it is
 * the constant RL201E_relay_refused: ID, underscore, name of the entry. */
#ifndef CATALOGUE_H
#define CATALOGUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stralloc.h>

#include "catalogue/ids.h"   /* enum message_id, MESSAGE_COUNT, the room that the longest texts need; generated */

enum language { LANG_EN, LANG_JA };

/* No pointers: a program that is started for each conversation would have to relocate them, and copy their pages. */
struct message {
  char id[8];             /* "RL201E" */
  unsigned char level;    /* 0 to 99: written if level <= OUTPUT_LEVEL */
  unsigned short reply;   /* SMTP reply code, 1 for POP3 "-ERR", 0 where it is no reply */
  char status[MESSAGE_STATUS];    /* "5.7.1"; "AUTH" or "IN-USE" and the like for POP3; "" where there is none */
  char text[MESSAGE_TEXT];        /* one English line: also the text of the reply */
};

struct explanation {      /* both languages, indexed by enum language; never NULL */
  const char *text[2], *cause[2], *remedy[2];
  const char *sender[2];  /* what a bounce tells the sender: what they can do; "" where no bounce names it */
  bool ask_operator;      /* … which only the operator can mend */
  const char *see;        /* "RL201E relay-check(1)", or "" */
};

const struct message *message_of(enum message_id id);
const struct explanation *explanation_of(enum message_id id);   /* in an object of its own: few programs link it */
void explanation_write(stralloc *out, enum message_id id, enum language lang);   /* appends the lines of cause and remedy */
bool message_find(const char *s, size_t n, enum message_id *id);  /* "RL201E", either case */

/* Whether reply and level belong to a failure that the peer caused or suffered: 4xx, 5xx, -ERR. */
bool message_is_refusal(enum message_id id);

#endif
