/* keys: the key process, and what it and the others say to each other.  Structures pass between processes of one program, so
 * they are sent as they are. */
#ifndef TLS_KEYS_H
#define TLS_KEYS_H

#include <stdnoreturn.h>

#include "tls/tls.h"

/* --- between key process and acceptor: a SOCK_SEQPACKET pair ---
 *
 *   acceptor → key process   'L': look whether something has changed, and tell
 *                            'C', with one end of a pair: a child's channel, for one signature with the certificates that
 *                            were told last
 *   key process → acceptor   (after 'L') struct tls_news and the paths looked at; run/tls/socket goes with it when it was opened
 *                            anew.  Then, where the certificates have changed, for each a struct tls_told and its chain. */
enum { TLS_LOOK = 'L', TLS_CHANNEL = 'C', TLS_TELL_MS = 20000 };

struct tls_news {
  uint64_t seen;                /* tls_fingerprint of what it looked at; 0: a file was being written, ask again soon */
  uint32_t certificates;        /* that follow */
  uint32_t children_max;
  bool changed;                 /* another set of certificates than before; else none follow */
  bool tickets;
  uint32_t paths_n;
  char paths[TLS_PATHS_MAX];    /* each followed by \0; only PATHS_N bytes are sent */
};

struct tls_told {
  char name[TLS_NAME_MAX + 1];  /* of the file */
  bool first;                   /* for clients that name no server */
};

/* --- between key process and child: a pair for each connection.  The acceptor makes it and keeps the key process's end until
 * the child has said what it wants signed and rung for it: a handshake that is resumed wakes the key process for nothing --- */
enum tls_sign_kind { TLS_SIGN_ECDSA = 1, TLS_SIGN_PKCS1, TLS_SIGN_PSS };
enum { TLS_SIGN_MAX = 512 };    /* RSA with 4096 bits */

struct tls_sign_request {
  uint32_t key;                 /* the certificate's number in what was told */
  uint32_t kind;
  uint32_t hash;                /* PKCS1: NID of SHA-256, -384, -512 */
  uint32_t n;
  unsigned char in[TLS_SIGN_MAX];   /* a hash; for PSS the padded block; only N bytes are sent */
};                              /* the answer is the signature; the channel's end is a refusal */

/* Never returns; ends when CONTROL ends and no child may still ask. */
noreturn void tls_keys_run(int control);

/* --- sign.c: what the key process does with a request; pure but for OpenSSL --- */
/* The signature's length, or 0: refused.  OUT holds TLS_SIGN_MAX bytes. */
size_t tls_sign(EVP_PKEY *key, const struct tls_sign_request *r, size_t received, unsigned char *out);

#endif
