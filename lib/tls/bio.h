/* bio: a connection as libssl sees it.  It never waits, and does not make the socket non-blocking, which is shared with who
 * handed it on. */
#ifndef TLS_BIO_H
#define TLS_BIO_H

#include <stdbool.h>
#include <stddef.h>
#include <openssl/types.h>

struct tls_wire {
  int fd;
  size_t received, sent;         /* bytes */
  unsigned char first;           /* the first byte received */
  bool closed;                   /* the other side has sent its end */
  int failed;                    /* errno of what broke it */
};

/* For SSL_set_bio, both ways; WIRE must live as long. */
BIO *tls_wire_bio(struct tls_wire *wire);

#endif
