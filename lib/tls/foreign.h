/* foreign: a key whose private half is elsewhere.  OpenSSL asks the methods here for a signature; they ask the key process
 * over this process's channel.
 *
 * OpenSSL 3.0 calls EC_KEY_METHOD and RSA_METHOD deprecated in favour of providers, and keeps them: a provider would need
 * key management, export, comparison and two signature algorithms, some 400 lines, to do the same.  libssl goes through them
 * for TLS 1.2 and 1.3, RSA (PKCS #1 and PSS) and ECDSA alike. */
#ifndef TLS_FOREIGN_H
#define TLS_FOREIGN_H

#include "tls/tls.h"

EVP_PKEY *tls_foreign_key(X509 *certificate, unsigned number);   /* NULL: neither RSA nor ECDSA, or OpenSSL refuses */
/* Where this process asks; taken over.  The other end lies with the acceptor: one byte over BELL makes it pass that on to
 * the key process. */
void tls_foreign_channel(int fd, int bell);
void tls_foreign_end(void);              /* closes it: nothing can be signed any more */
bool tls_foreign_failed(void);           /* a signature was wanted, and not got */

#endif
