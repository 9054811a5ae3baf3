/* core: what the two engines share: the line reader, the table of commands, how a reply is said. */
#ifndef POP3_CORE_H
#define POP3_CORE_H

#include "pop3/pop3.h"

struct pop3_verb {
  const char *name;
  bool secret;                                        /* the log shows the name alone */
  void (*run)(void *engine, struct bytes argument);   /* says, asks or begins a list; NULL: not known here */
};

size_t pop3_core_feed(struct pop3_core *c, struct bytes in);
void pop3_core_say(struct pop3_core *c, const char *text);           /* "+OK TEXT" */
void pop3_core_refuse(struct pop3_core *c, int id);
/* One step of what is common: 1 with *ev, 0, -1; or 2: POP3_ASK or POP3_LISTING, which are the engine's own. */
int pop3_core_next(struct pop3_core *c, const struct pop3_verb *verbs, void *engine, struct pop3_event *ev);
void pop3_core_answered(struct pop3_core *c);                        /* the question's line is done with */
void pop3_core_free(struct pop3_core *c);
void pop3_capabilities(struct pop3_core *c, const struct pop3_offer *login);   /* NULL: behind the login */
void pop3_wipe(char *s, size_t n);                                   /* overwrites; the compiler keeps it */

#endif
