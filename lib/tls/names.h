/* names: the contexts of libssl by the name that a client asks for.  They hold certificates and stand-ins for keys. */
#ifndef TLS_NAMES_H
#define TLS_NAMES_H

#include "tls/keys.h"

struct tls_names {
  size_t n, first;
  struct {
    char name[TLS_NAME_MAX + 1];
    SSL_CTX *context;
  } at[TLS_FILES_MAX];
};

/* NUMBER: the certificate's in the set that was told.  False: libssl refuses it, which the key process has ruled out. */
bool tls_names_add(struct tls_names *names, const struct tls_told *told, struct bytes chain, unsigned number);
void tls_names_free(struct tls_names *names);
void tls_names_tickets(struct tls_names *names, bool on);
SSL *tls_names_begin(struct tls_names *names);                 /* for one connection; never NULL */

/* ticket.c: the keys that session tickets are sealed with: made anew every hour, good for one hour more.  The acceptor keeps
 * them; a child gets a copy with each connection and wipes it when the handshake is over. */
struct tls_ticket_keys {
  struct tls_ticket_key { unsigned char name[16], cipher[32], mac[32]; } at[2];   /* the one in use, the one before */
};

void tls_ticket_rotate(int64_t now_ms);                        /* call it now and then */
void tls_ticket_copy(struct tls_ticket_keys *to);
void tls_ticket_take(const struct tls_ticket_keys *from);
void tls_ticket_forget(void);
void tls_ticket_use(SSL_CTX *context);

#endif
