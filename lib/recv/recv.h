/* recv: one SMTP conversation, the side that receives: joins the engine (smtp/server.h) to descriptors, definition files,
 * relay decision and spool, TLS (starttls) and authentication (auth).  It is a conversation of io/serve.h: all state is its
 * own and goes with it. */
#ifndef RECV_H
#define RECV_H

#include "io/serve.h"

enum recv_how {
  RECV_TLS = 1,              /* the handshake comes before the greeting */
  RECV_SUBMISSION = 2,       /* for our users: AUTH before MAIL, Date and Message-ID added where they are missing (RFC 6409) */
};

/* HOW: bits of recv_how.  EXIT_STOP: a password could be given here; else EXIT_DONE. */
int recv_conversation(unsigned how, int in, int out, const struct peer *peer);

#endif
