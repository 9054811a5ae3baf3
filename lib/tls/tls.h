/* tls: tls-serve's three kinds of processes, all of one program, forked and never exec'd.
 *
 *   key process   reads conf/tls/NAME.pem, holds the keys, signs; opens run/tls/socket (keys.h)
 *   acceptor      holds the certificates and the ticket keys; takes requests, hands them on to children (door.h, crew.h)
 *   child         one connection at a time, all of one address: the handshake, then it relays (child.h)
 *
 * The acceptor forks the key process before libssl is touched, and the key process loads keys afterwards, so no private key
 * was ever in the memory of acceptor or child.  A child parses what strangers send: it signs through a channel of its own to
 * the key process, which takes one request and closes it.  The acceptor opens no file: what it needs of the settings the key
 * process tells it, and run/tls/socket it gets as a descriptor.
 *
 * Certificates: each conf/tls/NAME.pem holds a private key and a chain, the server's certificate first.  NAME.rsa.pem and
 * NAME.ecdsa.pem are further ones for the same name with a key of another type.  A client that names a server gets the file
 * of that name, else one whose certificate covers it, else (as one that names none) the file of the setting hostname, or one
 * that covers it, or the first. */
#ifndef TLS_H
#define TLS_H

#include <stdbool.h>
#include <stdint.h>
#include <openssl/types.h>

#include "base/bytes.h"

enum { TLS_FILES_MAX = 64, TLS_NAME_MAX = 253, TLS_CHAIN_MAX = 65536, TLS_PATHS_MAX = TLS_FILES_MAX * (TLS_NAME_MAX + 16) };

#define TLS_FOLDER "conf/tls"

/* Whether something may have changed: of run/conf, conf/tls and PATHS (texts, each followed by \0) only names, times and
 * sizes go into it; nothing is opened. */
uint64_t tls_fingerprint(struct bytes paths);
uint64_t tls_fingerprint_file(const char *path);         /* 0: it is not there */

/* --- context.c: what every connection has in common --- */
void tls_start_library(bool error_texts);                /* before the first call; without openssl.cnf */
SSL_CTX *tls_context_new(void);                          /* TLS 1.2 and 1.3, AEAD ciphers, ECDHE; never NULL */
/* CHAIN: certificates in DER, each behind its length (4 bytes, the machine's order), the server's first.  KEY may be a stand-in that holds the public
 * half (sign.h).  Of each key type one.  False: the reason is in OpenSSL's error queue. */
bool tls_context_use(SSL_CTX *context, struct bytes chain, EVP_PKEY *key);
bool tls_covers(X509 *certificate, const char *name);    /* one of its names is NAME, or a wildcard for it */

int tls_self_signed(const char *name);                   /* makes conf/tls/NAME.pem where there is none; exit code */

#endif
