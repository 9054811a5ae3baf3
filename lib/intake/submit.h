/* submit: what sendmail and queue-put --serve say to each other over run/submit.
 *
 *   sendmail    lines "from ADDR", "name FULL NAME" (may be missing), "to ADDR"…, an empty line, the message, shutdown(SHUT_WR)
 *   queue-put   "0 QID\n", "100 ID text\n" (refused) or "111 ID text\n" (try again)
 *
 * Who sends is known by SO_PEERCRED and written into Received; state/submit/UID counts the messages of the hour. */
#ifndef INTAKE_SUBMIT_H
#define INTAKE_SUBMIT_H

#include "io/serve.h"

enum { SUBMIT_LINE_MAX = 2000, SUBMIT_TIMEOUT_MS = 60000, SUBMIT_SECONDS_MAX = 3600 };

int submit_conversation(int in, int out, const struct peer *peer);

#endif
