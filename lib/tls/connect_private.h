/* connect_private: between connect.c and certificate.c. */
#ifndef TLS_CONNECT_PRIVATE_H
#define TLS_CONNECT_PRIVATE_H

#include <openssl/ssl.h>

#include "tls/connect.h"

void trust_prepare(SSL_CTX *ctx);
bool certificate_prepare(SSL *ssl, const struct tls_wish *w, struct tls_peer *found);   /* faults will be written to FOUND */
void connect_reason(struct tls_peer *p, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
