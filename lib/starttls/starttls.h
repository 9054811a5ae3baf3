/* starttls: asks tls-serve to do a connection's TLS.  Who asks links no libssl and holds no key: it hands the connection
 * on and goes on in the clear, on one end of a socket pair; a child of tls-serve does the handshake and relays.
 *
 *   if (starttls_begin(&t, sock, ip))     454: tls-serve does not answer (reported); the connection stays as it was
 *   … say "220 go ahead" …                (not where TLS comes first)
 *   if (starttls_finish(&t))              the handshake failed (reported, with its reason): close
 *   … go on with t.plain in the place of both descriptors …
 *
 * SOCK must be kept open as long as the conversation lasts: its address is still asked for, and limits count it.  Whatever
 * was read from SOCK before is the caller's fault to refuse: nothing of it passes.
 *
 * One SOCK_SEQPACKET connection to run/tls a conversation.  Request: KIND SID IP, each followed by \0, with SOCK and the
 * other end of the pair; KIND is "tls" or "starttls", for the log only.  Answers: "TL101I", a child is ready; then, after
 * the handshake, "TL102I\0VERSION\0CIPHER\0NAME\0" or "ID\0REASON\0", a refusal. */
#ifndef STARTTLS_H
#define STARTTLS_H

#include <stdbool.h>

#include "catalogue/catalogue.h"

enum { STARTTLS_READY_MS = 5000, STARTTLS_HANDSHAKE_MS = 30000 };

struct starttls {
  int plain;                 /* -1 before starttls_begin */
  int channel;
  bool on;                   /* the handshake is done */
  char version[16];          /* "TLSv1.3" */
  char cipher[64];           /* "TLS_AES_256_GCM_SHA384" */
  char name[256];            /* the server name that the client asked for, "" where it asked for none */
};

/* There is a certificate: TLS may be offered.  One stat(2). */
bool starttls_is_offered(void);
/* 0, or -1: nobody takes it over (reported). */
int starttls_begin(struct starttls *t, int sock, const char *kind, const char *ip);
int starttls_finish(struct starttls *t);
void starttls_end(struct starttls *t);       /* closes both descriptors where they are open */

#endif
