/* child: the process that holds a connection: handshake, then it relays.  What it needs of the kernel: recvmsg, sendto,
 * recvfrom, poll, shutdown, setsockopt, close, close_range, getrandom, clock_gettime, write (the log), memory; it opens,
 * connects, executes nothing. */
#ifndef TLS_CHILD_H
#define TLS_CHILD_H

#include <openssl/types.h>
#include <stdnoreturn.h>

#include "starttls/message.h"
#include "tls/bio.h"
#include "tls/names.h"

struct tls_job {
  int sock;                      /* the client */
  int plain;                     /* the clear text */
  int channel;                   /* who handed it on: answers go there */
  int sign;                      /* to the key process, for one signature */
  int signer;                    /* the other end of that; the acceptor's until the child rings */
  struct starttls_request request;
};

/* What the acceptor hands to a child, with the four descriptors of a job: sock, plain, channel, sign. */
struct tls_task {
  struct starttls_request request;
  struct tls_ticket_keys tickets;
};

/* Serves the connections that come over FROM, one after another; says TLS_DONE there when one has ended well, else it ends,
 * and TLS_BELL before, where it needs a signature.  Closes every descriptor but 0 to 2 and FROM. */
enum { TLS_DONE = 'd', TLS_BELL = 's' };
noreturn void tls_child(struct tls_names *names, int from);

/* reason.c: why SSL_accept failed (its value R): the ID, and words for the log in TEXT, with nothing of the client's in them
 * but the version that it offered, or the number of a first byte that was no TLS. */
enum { TLS_REASON_MAX = 128 };
enum message_id tls_reason(SSL *ssl, int r, const struct tls_wire *wire, char text[TLS_REASON_MAX]);
bool tls_is_other(const struct tls_wire *wire);               /* what has come is no TLS */
void tls_reason_forget(void);                                 /* before the next connection */
int tls_reason_note(SSL *ssl, int *alert, void *unused);      /* a context's client hello callback: notes what is offered */

/* relay.c: until both sides have ended; closes PLAIN.  Returns the bytes that came from the client; LEFT: it was the client
 * that ended the conversation. */
size_t tls_relay(SSL *ssl, struct tls_wire *wire, int plain, bool *left);

#endif
