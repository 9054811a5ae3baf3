/* starttls: asks tls-serve to do a connection's TLS.  Who asks links no libssl and holds no key: it hands the connection
 * on and goes on in the clear, on one end of a socket pair; a child of tls-serve does the handshake and relays.
 *
 *   if (starttls_begin(&t, sock, "starttls", ip))   454: tls-serve does not take it (reported); the connection is as it was
 *   … say "220 go ahead" on SOCK …                  (not where TLS comes first)
 *   if (starttls_finish(&t))                        the handshake failed (reported, with its reason): close
 *   … go on with t.plain in the place of both descriptors …
 *   starttls_end(&t);
 *
 * SOCK must be kept open as long as the conversation lasts: its address is still asked for, and limits count it; nothing
 * may be read from it or written to it after "go ahead", unless starttls_finish failed: then t.id says why, and with
 * TL206W_not_tls the client, which spoke in the clear, may be answered so.  Whatever was read from it before is the caller's
 * fault to refuse: nothing of it passes.  t.plain is a blocking SOCK_STREAM socket: end of input there means that the client has gone.
 *
 * One datagram to tls-serve a conversation, and a channel of its own for the answers; starttls/message.h has the forms. */
#ifndef STARTTLS_H
#define STARTTLS_H

#include <stdbool.h>

#include "catalogue/catalogue.h"

enum { STARTTLS_READY_MS = 5000, STARTTLS_HANDSHAKE_MS = 30000 };

struct starttls {
  int plain;                 /* -1 where it is closed */
  int channel;               /* likewise; closed by starttls_finish */
  enum message_id id;        /* why it failed; TL101I after starttls_begin, TL102I after starttls_finish */
  char ip[46];
  bool on;                   /* the handshake is done */
  bool resumed;              /* by a ticket of an earlier connection */
  char version[16];          /* "TLSv1.3" */
  char cipher[64];           /* "TLS_AES_256_GCM_SHA384" */
  char name[256];            /* the server name that the client asked for: letters, digits, "-", "_", "."; "": none */
};

/* There is a certificate: TLS may be offered.  One stat(2). */
bool starttls_is_offered(void);
/* KIND is "starttls", or "tls" where TLS comes first; IP "" where there is none.  0, or -1: nobody takes the connection over
 * (reported).  It waits STARTTLS_READY_MS at most, and not at all where tls-serve is down.  Where TLS comes first it does not
 * wait: starttls_finish will say whether somebody has taken it. */
int starttls_begin(struct starttls *t, int sock, const char *kind, const char *ip);
/* 0, or -1 (reported); waits little longer than STARTTLS_HANDSHAKE_MS. */
int starttls_finish(struct starttls *t);
void starttls_end(struct starttls *t);       /* closes both descriptors where they are open */

#endif
