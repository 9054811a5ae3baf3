/* listing: a message of the spool as queue-list shows it, for people and for programs. */
#ifndef LISTING_H
#define LISTING_H

#include "catalogue/catalogue.h"
#include "conf/conf.h"
#include "queue/dest.h"
#include "queue/queue.h"
#include "route/route.h"
#include "spool/names.h"

/* --- what is known of destinations that do not answer (run/dest/) --- */
struct destination {
  stralloc name;
  struct queue_dest known;
};
struct destinations {
  struct destination *d;      /* by name */
  size_t count, room;
};
void destinations_read(struct destinations *l);    /* none where run/dest cannot be read */
void destinations_free(struct destinations *l);
const struct queue_dest *destinations_find(const struct destinations *l, const char *name);   /* NULL: nothing bad is known */

/* --- why a recipient waits: its own last failure, or its destination, whichever lasts longer --- */
struct waiting {
  bool pending;               /* neither delivered nor given up */
  bool by_destination;        /* the destination does not answer */
  int64_t next;               /* 0: at once */
  unsigned attempts;
  struct bytes cause, reply;  /* "": never tried */
  char destination[ROUTE_DESTINATION_MAX];   /* "local" for a mailbox of ours */
};

struct listing {
  const struct conf *conf;    /* NULL: no generation is in force; destinations are then domains */
  struct destinations destinations;
  int64_t now;
  enum language lang;         /* of the text */
};

void listing_waiting(struct waiting *w, const struct listing *l, const struct queue_rcpt *r);
void listing_text(stralloc *out, const struct listing *l, const struct queue_message *m, bool incoming);   /* a paragraph */
void listing_json(stralloc *out, const struct listing *l, const struct queue_message *m, bool incoming);   /* one object, one line */

struct listing_totals {
  size_t messages, held, damaged;
  uint64_t bytes;
};
/* The message of the file N, in one of both forms, or that it is damaged; nothing where it has left meanwhile.  Ends the process
 * where it cannot be opened. */
void listing_show(stralloc *out, struct listing_totals *t, const struct listing *l, const struct spool_name *n, bool json);
void listing_totals(stralloc *out, const struct listing_totals *t, size_t set_aside, enum language lang);   /* one line */

/* The transcript of message ID, which may have left: every attempt as text, or as one object a line.  0, or -1 with errno (ENOENT: none
 * is kept). */
int listing_attempts(stralloc *out, const struct listing *l, const char *id, bool json);
/* The ID of the message with which a destination that rests, and for which N waits, was tried last; NULL: there is none. */
const char *listing_tried_with(const struct listing *l, const struct spool_name *n);
const char *listing_state(enum rcpt_state s);                              /* the word of the JSON form */
bool listing_cause(struct bytes name, enum message_id *id);                /* the entry that explains the class */

#endif
