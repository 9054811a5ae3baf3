/* ring: the certificates in use, in the key process.  A set of them is never changed: a changed file makes a new set, and a
 * child that was forked with the old one still signs with that. */
#ifndef TLS_RING_H
#define TLS_RING_H

#include <openssl/types.h>

#include "base/sa.h"
#include "catalogue/catalogue.h"
#include "tls/tls.h"

struct tls_certificate {
  unsigned uses;
  char name[TLS_NAME_MAX + 1];   /* the file's, without .pem, .rsa, .ecdsa */
  char path[TLS_NAME_MAX + 16];
  stralloc chain;                /* as tls_context_use reads it */
  X509 *leaf;
  EVP_PKEY *key;
  int64_t not_after;             /* Unix time */
};

struct tls_set {
  unsigned uses;
  size_t n, first;               /* FIRST: for clients that name no server */
  struct tls_certificate *c[TLS_FILES_MAX];
};

struct tls_ring {
  struct tls_set *set;           /* never NULL after the first look; n may be 0 */
  struct tls_file {
    char path[TLS_NAME_MAX + 16];
    uint64_t seen;               /* fingerprint of what was read */
    struct tls_certificate *c;   /* NULL: none of it is usable */
    enum message_id fault;       /* why what is in it now is not used; MESSAGE_COUNT: it is */
  } file[TLS_FILES_MAX];
  size_t files;
  uint64_t seen;                 /* tls_fingerprint before the last look; 0: a file was being written, look again soon */
  char hostname[TLS_NAME_MAX + 1];
};

/* Reads what has changed; a file that is no good is reported and its old certificate kept.  True: there is another set. */
bool tls_ring_look(struct tls_ring *r, const char *hostname);
struct tls_set *tls_set_hold(struct tls_set *s);
void tls_set_release(struct tls_set *s);
void tls_ring_warn(const struct tls_ring *r, int64_t now);    /* of those that expire soon, or have */

void tls_ring_states(stralloc *out, const struct tls_ring *r);   /* appends the lines of TROUBLE_CERTIFICATES */

/* load.c: one file.  NULL: it was reported why not (FAULT), or (AGAIN) it was written only now and may still grow.  OLD: what was
 * in use of it before, or NULL; an expired certificate does not take the place of one that is not. */
struct tls_certificate *tls_load(const char *path, const struct tls_certificate *old, bool *again, enum message_id *fault);
void tls_certificate_release(struct tls_certificate *c);

#endif
