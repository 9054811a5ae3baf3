/* trouble: is the cause ours?  What happened to each delivery goes in; out comes what the operator (postmaster) has to be told,
 * once when it begins and once when it is over.  Pure: queue-run hears (lib/dispatch), bounce-make writes (lib/notice).
 *
 * When a condition begins, so that one dead peer raises no alarm:
 *
 *   port, resolver    three unrelated destinations failed with a connection timeout or no route (port), with SERVFAIL or no
 *                     answer (resolver), and nothing succeeded since the first of them.  Unrelated: other domains and, where
 *                     our words name the address, other networks (/16, /32).  A destination that failed before already,
 *                     while others worked, is known to be dead and does not count.
 *   blocked, login    one refusal is enough: the peer says it.  login: of a smart host (credentials, tokens)
 *   reverse_dns       one refusal for good, or temporary ones of two destinations
 *   disk              free space is below the setting free_space_min
 *   certificate_soon  a certificate of ours ends within TROUBLE_SOON
 *   certificate_bad   one has ended, or its file cannot be used
 *
 * When it is over: port, resolver: connections (answers) for two destinations; blocked, login, reverse_dns: each destination
 * that refused has accepted a message, or has been silent for a month; disk: there is room again, a tenth more than the limit; certificate_soon, certificate_bad: there is no such file any more.  A
 * further file is told as the first was; that one is good again is not told where another has gone bad meanwhile.
 *
 * A condition that begins again within a day of its last notice is not told again (nor its end): no flapping. */
#ifndef TROUBLE_H
#define TROUBLE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/sa.h"

enum trouble_kind { TROUBLE_PORT, TROUBLE_RESOLVER, TROUBLE_REVERSE_DNS, TROUBLE_BLOCKED, TROUBLE_LOGIN, TROUBLE_DISK,
  TROUBLE_CERTIFICATE_SOON, TROUBLE_CERTIFICATE_BAD, TROUBLE_KINDS };
enum { TROUBLE_DAY = 86400, TROUBLE_MONTH = 30 * 86400, TROUBLE_WITNESSES = 8, TROUBLE_TEXT_MAX = 65536, TROUBLE_SOON = 14 * TROUBLE_DAY };

struct trouble_event {            /* an attempt has ended */
  int64_t time;
  struct bytes destination;       /* of the queue: "example.net", "smtp.example.com:587" */
  struct bytes qid, cause, reply; /* cause "" and reply the peer's 250 where it was delivered */
  char state;                     /* 'd', 'f', 't' */
  bool known_dead;                /* the destination as a whole had failed before, and not answered since */
};

struct trouble_witness { stralloc destination, address; };   /* address: "192.0.2.1", "" where no word named it */

struct trouble_condition {
  bool on;
  bool told;                      /* the operator hears of this time: its end is told too */
  bool begin_due, over_due;       /* a notice is to be made */
  int64_t since, over;            /* of this time */
  int64_t last;                   /* when the last notice of a beginning was decided, 0: never */
  int64_t heard;                  /* the last evidence */
  struct trouble_witness witness[TROUBLE_WITNESSES];   /* off: those that fail; on: those that refused */
  unsigned witnesses;
  struct trouble_witness cured[2];                     /* port, resolver: that worked while it is on */
  unsigned cures;
  stralloc destination, qid, cause, reply;             /* the evidence that it began with */
};

struct trouble { struct trouble_condition c[TROUBLE_KINDS]; };

enum trouble_change { TROUBLE_SAME, TROUBLE_BEGINS, TROUBLE_OVER };
/* What changed, by kind. */
void trouble_attempt(struct trouble *t, const struct trouble_event *e, enum trouble_change change[TROUBLE_KINDS]);
enum trouble_change trouble_disk(struct trouble *t, int64_t now, uint64_t free_bytes, uint64_t limit);

/* What tls-serve leaves for queue-run, which has no right on the certificates: a line a file of conf/tls,
 * "path=conf/tls/NAME.pem not_after=1764000000 error=TL304E".  not_after: of the certificate in use of it, 0: there is none;
 * error: why what is in the file now cannot be used, missing: it can. */
#define TROUBLE_CERTIFICATES "run/tls/certificates"
void trouble_certificates(struct trouble *t, int64_t now, struct bytes text, enum trouble_change change[TROUBLE_KINDS]);

void trouble_tick(struct trouble *t, int64_t now);              /* what nobody spoke of for a month is forgotten */

/* The next notice that is to be made; false: none. */
bool trouble_due(const struct trouble *t, enum trouble_kind *kind, bool *over);
void trouble_made(struct trouble *t, enum trouble_kind kind, bool over);   /* it is in the spool */

const char *trouble_name(enum trouble_kind kind);               /* "port" */
bool trouble_find(struct bytes name, enum trouble_kind *kind);

/* As text, a line a condition; what cannot be read is as if it had never been. */
void trouble_write(stralloc *out, const struct trouble *t);
void trouble_read(struct trouble *t, struct bytes text);        /* T is zeroed first */
void trouble_free(struct trouble *t);

#endif
