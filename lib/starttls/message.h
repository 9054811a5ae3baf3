/* message: what is said to tls-serve and by it.  run/tls/socket is SOCK_DGRAM; the folder is tls-serve's own, and the socket is
 * there while there is a certificate.  The answers come on a SOCK_SEQPACKET pair of each conversation's own.
 *
 *   request   KIND SID IP, each followed by \0; with it the client's socket, an end of a pair for the clear text, and an end of
 *             the pair for the answers
 *   answers   "TL101I", where KIND is "starttls": a process has taken both over and is ready.  Then, after the handshake:
 *             "TL102I" \0 VERSION \0 CIPHER \0 NAME \0 HOW \0   ("full" or "resumed"), or
 *             ID \0 REASON \0                                   a refusal, which may come in the place of TL101I too
 *
 * The pair's end before that means that nobody does it (any more). */
#ifndef STARTTLS_MESSAGE_H
#define STARTTLS_MESSAGE_H

#include <stdbool.h>

#include "base/bytes.h"
#include "catalogue/catalogue.h"

#define STARTTLS_SOCKET "run/tls/socket"

enum { STARTTLS_KIND_MAX = 8, STARTTLS_SID_MAX = 31, STARTTLS_IP_MAX = 45, STARTTLS_REQUEST_MAX = 96, STARTTLS_ANSWER_MAX = 512 };

struct starttls_request {
  char kind[STARTTLS_KIND_MAX + 1], sid[STARTTLS_SID_MAX + 1], ip[STARTTLS_IP_MAX + 1];
};

struct starttls_answer {
  enum message_id id;
  struct bytes word[4];      /* version, cipher, name, how; or a refusal's reason; the rest is {NULL, 0} */
};

/* Printable ASCII only: nothing else has business in these fields. */
bool starttls_request_read(struct starttls_request *r, struct bytes datagram);
void starttls_request_write(stralloc *out, const struct starttls_request *r);
bool starttls_answer_read(struct starttls_answer *a, struct bytes datagram);    /* slices of DATAGRAM */
void starttls_answer_write(stralloc *out, const struct starttls_answer *a);

#endif
