/* recv: one SMTP conversation, the side that receives: joins the engine (smtp/server.h) to descriptors, definition files,
 * relay decision and spool.  It is a conversation of io/serve.h: all state is its own and goes with it. */
#ifndef RECV_H
#define RECV_H

#include "io/serve.h"

int recv_conversation(int in, int out, const struct peer *peer);

#endif
