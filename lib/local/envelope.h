/* envelope: an address of MAIL or of a command line becomes the recipients of a queue file. */
#ifndef LOCAL_ENVELOPE_H
#define LOCAL_ENVELOPE_H

#include "local/local.h"
#include "queue/queue.h"

struct envelope_dsn {
  struct bytes orcpt;       /* RFC 3461, as given; "" */
  unsigned notify;          /* NOTIFY_ bits, 0 */
};

/* Adds the final targets of ADDR to M: an address of ours is resolved, any other becomes a remote recipient as given.  A
 * target that is in M already is not added twice.  LOCAL_OURS or LOCAL_FOREIGN: added; anything else: M is unchanged. */
enum local_result envelope_add(struct queue_message *m, const struct conf *c, struct bytes addr, const struct envelope_dsn *dsn);

#endif
