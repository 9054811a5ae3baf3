/* pop3: the two conversations of RFC 1939, with RFC 2449 (CAPA, PIPELINING) and RFC 3206 (SYS/TEMP, SYS/PERM, AUTH).
 *
 *   pop3_login   AUTHORIZATION state: USER PASS, AUTH PLAIN (RFC 5034), STLS (RFC 2595), CAPA QUIT
 *   pop3_box     TRANSACTION state: STAT LIST UIDL RETR TOP DELE NOOP RSET CAPA QUIT
 *
 * Both have the one form of all engines.  The driver:
 *
 *   for (;;) {
 *     while ((more = X_next(e, &ev)) > 0) … send ev.text, or do what is asked and call X_answer …
 *     if (more < 0) break;                             // finished: nothing follows
 *     n = X_feed(e, unread bytes); consume n of them;  // at most one line is taken, so that what follows PASS stays unread
 *     if (!n) read more;
 *   }
 *
 * A line ends with LF, with or without CR before it; it has at most POP3_LINE_MAX bytes with its end (RFC 2449 4 asks
 * for 255; AUTH PLAIN with the longest user and password needs 1100).  A longer one is read to its end in bounded memory and refused; so is one with a NUL. */
#ifndef POP3_H
#define POP3_H

#include <stdbool.h>

#include "base/sa.h"
#include "base/bytes.h"
#include "catalogue/catalogue.h"
#include "sasl/sasl.h"

enum { POP3_LINE_MAX = 1536, POP3_TRIES_MAX = 3, POP3_OK = MESSAGE_COUNT };

enum pop3_kind {
  POP3_COMMAND,   /* text: the command as the log may show it (no password), without its end; nothing to send */
  POP3_REPLY,     /* text: bytes to send; id: what was refused, or POP3_OK */
  POP3_LOGIN,     /* login: asks whether user and pass are right */
  POP3_STLS,      /* login: asks whether TLS can begin; after POP3_OK comes the reply that says so, then POP3_SECURE */
  POP3_SECURE,    /* login: asks for the handshake, then pop3_login_secured; where it fails there is nothing more to say */
  POP3_SEND,      /* box: asks for message INDEX, whole or (TOP) its header and LINES of its body */
  POP3_REMOVE,    /* box: QUIT; asks that messages with .deleted be removed */
};

/* Slices are good until the next call on the engine. */
struct pop3_event {
  enum pop3_kind kind;
  int id;                  /* enum message_id, or POP3_OK */
  struct bytes text;
  struct bytes user, pass;
  size_t index;
  bool top;
  uint64_t lines;
};

struct pop3_line {
  size_t n;
  bool overlong, nul, complete;
  char s[POP3_LINE_MAX];
};

enum pop3_step { POP3_READING, POP3_READ, POP3_ASK, POP3_ASKING, POP3_SAYING, POP3_LISTING, POP3_OVER };

struct pop3_core {         /* what both engines have */
  enum pop3_step step;
  bool last;               /* the reply being said is the last */
  int id;
  unsigned errors, errors_max;
  struct pop3_line line;
  stralloc text, shown;
};

/* --- AUTHORIZATION --- */
struct pop3_offer {
  bool clear_text;         /* a password may be taken without TLS */
  bool stls;               /* TLS can be had */
  bool secure;             /* it is there from the start */
};

struct pop3_login {
  struct pop3_core core;
  struct pop3_offer offer;
  bool accepted;           /* how it finished: logged in, or not */
  unsigned tries;
  stralloc user;
  struct sasl sasl;
  bool exchanging;         /* the next line is a response to a challenge, no command */
  enum { POP3_ASKS_PASS, POP3_ASKS_AUTH, POP3_ASKS_STLS } question;
  bool go_ahead;           /* the handshake follows the reply that is being said */
};

/* Starts with the greeting (one POP3_REPLY).  HOST is this server's name. */
void pop3_login_init(struct pop3_login *e, struct bytes host, struct pop3_offer offer, unsigned errors_max);
/* The same, but refuses the connection with ID and is finished. */
void pop3_login_turn_away(struct pop3_login *e, enum message_id id);
size_t pop3_login_feed(struct pop3_login *e, struct bytes in);
int pop3_login_next(struct pop3_login *e, struct pop3_event *ev);    /* 1: *ev; 0: feed or answer me; -1: finished */
/* ID: POP3_OK (finished, nothing is said: who takes over greets), or why the login was refused. */
void pop3_login_answer(struct pop3_login *e, int id);
/* The handshake is done: the state is as at the start, without a greeting (RFC 2595 4); what was fed before is forgotten. */
void pop3_login_secured(struct pop3_login *e);
void pop3_login_free(struct pop3_login *e);                          /* wipes what may have been a password */

/* --- TRANSACTION --- */
struct pop3_message {
  struct bytes uid;        /* 1 to 70 bytes in 0x21 to 0x7e, unique in the box */
  uint64_t size;           /* with CRLF line ends */
  bool deleted;            /* marked by DELE; nothing is removed before POP3_REMOVE */
};

struct pop3_box {
  struct pop3_core core;
  struct pop3_message *m;  /* the driver's; the engine changes .deleted only */
  size_t count;
  enum { POP3_NO_LIST, POP3_LIST, POP3_UIDL } listing;
  size_t at;               /* in the listing, or the message asked for */
  bool top;
  uint64_t lines;
  bool quit;               /* how it finished: by QUIT, or not */
};

/* Starts with the answer to PASS: "+OK N messages (SIZE octets)". */
void pop3_box_init(struct pop3_box *e, struct pop3_message *m, size_t count, unsigned errors_max);
size_t pop3_box_feed(struct pop3_box *e, struct bytes in);
int pop3_box_next(struct pop3_box *e, struct pop3_event *ev);
/* To POP3_SEND: POP3_OK when the driver has sent "+OK" and all the rest, or why it could not begin.
 * To POP3_REMOVE: POP3_OK, or why not all could be removed. */
void pop3_box_answer(struct pop3_box *e, int id);
void pop3_box_free(struct pop3_box *e);

/* "-ERR [CODE] text (ID)\r\n" */
void pop3_refusal(stralloc *out, enum message_id id);

#endif
