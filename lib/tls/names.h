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

/* ticket.c: the keys that session tickets are sealed with: made anew every hour, good for one hour more. */
void tls_ticket_rotate(int64_t now_ms);                       /* call it now and then */
void tls_ticket_forget(void);                                 /* wipes them */
void tls_ticket_use(SSL_CTX *context);

#endif
