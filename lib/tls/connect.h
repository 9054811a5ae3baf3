/* connect: our side of TLS with another server.  As on the side of tls-serve, a child of its own does the handshake, reads
 * the stranger's certificates, and relays; the caller goes on in the clear on one end of a socket pair.  The child has
 * what was in the caller's memory when it was called: call it before a password is read. */
#ifndef TLS_CONNECT_H
#define TLS_CONNECT_H

#include <stdbool.h>
#include <stdint.h>

#include "classify/classify.h"

enum { TLS_PEER_REASON_MAX = 300 };

struct tls_wish {
  const char *host;            /* whom we mean to reach: a name, or an address as text */
  const char *name;            /* the name that the certificate must have, ".example.jp": any below it; "" for HOST */
  bool verify;                 /* an unverified peer is refused */
  int timeout_ms;              /* of the handshake; afterwards deadlines are the caller's */
};

struct tls_peer {
  int plain;                   /* in the clear; -1 where there is none */
  char version[16];            /* "TLSv1.3" */
  char cipher[64];             /* "TLS_AES_256_GCM_SHA384" */
  enum failure_kind fault;     /* FAILURE_NONE: verified */
  char reason[TLS_PEER_REASON_MAX]; /* in words: of the certificate's fault, or why there is no TLS; printable ASCII */
};

/* TLS 1.2 or later on SOCK, which stays open and must not be used any more.  0, or -1 with FAULT (FAILURE_TLS_…) and REASON.
 * Sets SIGCHLD to be ignored: children end by themselves when PLAIN is closed. */
int tls_connect(struct tls_peer *p, int sock, const struct tls_wish *w);

#endif
