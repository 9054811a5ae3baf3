/* child: one connection, in a process of its own. */
#ifndef TLS_CHILD_H
#define TLS_CHILD_H

#include <openssl/types.h>
#include <stdnoreturn.h>

#include "starttls/message.h"
#include "tls/bio.h"

struct tls_job {
  int sock;                      /* the client */
  int plain;                     /* the clear text */
  int channel;                   /* who handed it on: answers go there */
  int sign;                      /* to the key process, for one signature */
  struct starttls_request request;
};

/* Handshake, answer, relay, exit.  Closes every descriptor but 0 to 2 and JOB's. */
noreturn void tls_child(SSL *ssl, const struct tls_job *job);

/* reason.c: why SSL_accept failed (its value R): the ID, and words for the log in TEXT, with nothing of the client's in them
 * but the version that it offered, or the number of a first byte that was no TLS. */
enum { TLS_REASON_MAX = 128 };
enum message_id tls_reason(SSL *ssl, int r, const struct tls_wire *wire, char text[TLS_REASON_MAX]);
bool tls_is_other(const struct tls_wire *wire);               /* what has come is no TLS */
int tls_reason_note(SSL *ssl, int *alert, void *unused);      /* a context's client hello callback: notes what is offered */

/* relay.c: until both sides have ended; ends the process' use of all three.  Returns the bytes that came from the client. */
size_t tls_relay(SSL *ssl, struct tls_wire *wire, int plain);

#endif
