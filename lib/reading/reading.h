/* reading: the two halves of a POP3 conversation, as functions of descriptors, peer and settings. */
#ifndef READING_H
#define READING_H

#include "io/serve.h"
#include "login/login.h"

enum { READING_SILENCE_MIN = 600 };       /* seconds: RFC 1939 3 asks for ten minutes at least */

/* Up to the login, and until the session that takes over has ended.  Returns the exit code (a `conversation` of io/serve.h). */
int reading_login(int in, int out, const struct peer *peer);
int reading_login_tls(int in, int out, const struct peer *peer);   /* the same with TLS from the start */

/* From the login on: M names user, mailbox (word), the bytes that were read already.  Returns the exit code. */
int reading_hold(int in, int out, const struct login_message *m);

#endif
