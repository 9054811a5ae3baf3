/* server: the receiving side of SMTP (RFC 5321, with PIPELINING 2920, SIZE 1870, 8BITMIME 6152, SMTPUTF8 6531, DSN 3461,
 * ENHANCEDSTATUSCODES 2034, LIMITS 9422) as a pure engine: bytes go in, replies and events come out.
 *
 *   smtp_server_init(&s, &limits);              the greeting stands in s.out
 *   for (;;) switch (smtp_server_next(&s)) {
 *     case SERVER_FEED:      write s.out and empty it; read; smtp_server_feed(&s, what was read)
 *     case SERVER_RCPT:      may s.rcpt be a recipient?  smtp_server_answer(&s, ID, "")
 *     case SERVER_BEGIN:     DATA was said: open the spool; smtp_server_answer(&s, SM106I_send_data or why not, "")
 *     case SERVER_DATA:      s.chunk is a piece of the message, LF line ends
 *     case SERVER_END:       all of it has come: make it durable; smtp_server_answer(&s, SM107I_message_accepted, queue ID)
 *     case SERVER_DROP:      the message is not to be kept: throw away what was opened at SERVER_BEGIN
 *     case SERVER_FORGET:    the transaction is over: forget its recipients
 *     case SERVER_REFUSED:   for the log: the engine answered s.id to the command s.shown
 *     case SERVER_COMMAND:   for the log, where limits.tell is set: s.shown is about to be answered
 *     case SERVER_MAIL:      may s.mail.sender be used?  smtp_server_answer(&s, SM104I_sender_accepted or why not, "")
 *     case SERVER_AUTH:      are s.sasl.user and s.sasl.pass right?  smtp_server_answer(&s, SM113I_authenticated or why not, "")
 *     case SERVER_TLS:       STARTTLS was said: get ready; smtp_server_answer(&s, SM112I_tls_go_ahead or why not, "")
 *     case SERVER_HANDSHAKE: write s.out, do the handshake; then smtp_server_secured(&s, &limits), or end without a word
 *     case SERVER_CLOSE:     write s.out, close
 *   }
 *
 * The questions (MAIL, RCPT, BEGIN, END, AUTH, TLS) are answered before the next call; a refusal is any ID with a reply
 * >= 400.
 * The input of smtp_server_feed is used in place: it stays good until SERVER_FEED comes again.  Replies to what was
 * pipelined gather in s.out.  Only the parts of struct smtp_server below "read" are for the driver.
 *
 * What stands behind STARTTLS in the input is never obeyed: the engine refuses it (SM320E) and closes.  What waits in the
 * kernel the engine cannot see: at SERVER_TLS the driver looks, and answers SM320E where there is something; that closes.
 * After the handshake all is as at the start (RFC 3207 4.2), but for the counts of errors.
 *
 * AUTH (RFC 4954) is in s.sasl until it is answered, and wiped then; so is the line it came in.  The driver wipes its own
 * buffer where s.secretive is set. */
#ifndef SMTP_SERVER_H
#define SMTP_SERVER_H

#include "addr/addr.h"
#include "base/sa.h"
#include "catalogue/catalogue.h"
#include "sasl/sasl.h"
#include "smtp/data.h"

enum {
  SERVER_LINE_MAX = 4096,             /* a command with its parameters and CRLF (RFC 5321 4.5.3.1.4 asks for 512 and extensions' needs) */
  SERVER_DISCARD_MAX = 1 << 20,       /* of a longer one so much is read before the connection is closed */
  SERVER_BEYOND = 20,                 /* times recipients_max: so many recipients beyond the limit end the conversation */
  SERVER_ENVID_MAX = 100, SERVER_ORCPT_MAX = 500,
  SERVER_LOGINS_MAX = 3,              /* so many refused passwords end the conversation */
};

enum smtp_server_event {
  SERVER_FEED, SERVER_RCPT, SERVER_BEGIN, SERVER_DATA, SERVER_END, SERVER_DROP, SERVER_FORGET, SERVER_REFUSED,
  SERVER_COMMAND, SERVER_MAIL, SERVER_AUTH, SERVER_TLS, SERVER_HANDSHAKE, SERVER_CLOSE,
};

struct smtp_server_limits {
  struct bytes hostname;              /* stays good as long as the engine */
  uint64_t size_max;                  /* bytes of a message, 0: no maximum */
  unsigned recipients_max, errors_max, hops_max;
  bool lenient;                       /* the client is listed: LF and CR end lines, addresses may lack brackets */
  bool tell;                          /* SERVER_COMMAND events are wanted */
  bool starttls;                      /* STARTTLS is offered */
  bool auth;                          /* AUTH is offered */
  bool auth_after_tls;                /* it would be under TLS */
  bool auth_required;                 /* MAIL only after AUTH (RFC 6409 4.3) */
};

struct smtp_mail {                    /* MAIL, as given */
  stralloc sender;                    /* "" is the null sender */
  stralloc envid;                     /* xtext, "" where not given */
  uint64_t size;                      /* SIZE, 0 where not given */
  char ret;                           /* 'F' full, 'H' headers, 0 not given */
  bool eightbit, smtputf8;
};

struct smtp_rcpt {                    /* RCPT, as given; slices good until the answer */
  struct addr addr;
  struct bytes orcpt;                 /* "rfc822;a+2Bb@c", "" where not given */
  unsigned notify;                    /* NOTIFY_ bits of queue.h, 0 where not given */
};

enum smtp_server_phase { PHASE_COMMAND, PHASE_AUTH, PHASE_DATA, PHASE_HANDSHAKE, PHASE_CLOSED };

struct smtp_server {
  /* --- read */
  stralloc out;                       /* replies to be written; the driver empties it */
  struct smtp_mail mail;
  struct smtp_rcpt rcpt;
  struct bytes chunk;                 /* SERVER_DATA */
  enum message_id id;                 /* SERVER_REFUSED; SERVER_CLOSE: why (SM102I_goodbye after QUIT) */
  struct bytes shown;                 /* SERVER_REFUSED, SERVER_COMMAND: the command without what the log must not hold */
  stralloc helo;                      /* "" before EHLO or HELO */
  bool esmtp;                         /* EHLO was said */
  bool has_mail;                      /* a transaction is open */
  unsigned accepted;                  /* its accepted RCPT commands */
  unsigned messages;                  /* accepted in this conversation */
  struct data data;                   /* .size, .nuls, .scan.eightbit at SERVER_END */
  bool tls, authenticated;
  bool secretive;                     /* AUTH was said: passwords may have passed through the input */
  struct sasl sasl;                   /* SERVER_AUTH: .user, .pass */
  /* --- private */
  struct smtp_server_limits limits;
  enum smtp_server_phase phase;
  enum smtp_server_event question;    /* the one that is open, else SERVER_FEED */
  unsigned events;                    /* waiting to be told, one bit each */
  enum message_id close_id;
  struct bytes in;
  stralloc line, decoded;
  uint64_t discarded;                 /* bytes of an overlong command thrown away */
  bool in_line, overlong, line_ready, told;
  bool skip_lf;                       /* lenient: a LF that comes next belongs to the CR that ended a line */
  char last;                          /* the byte before, in this line */
  struct server_command {
    const struct server_verb *verb;
    struct bytes args;
    bool faulty;
    enum message_id fault;
  } command;
  unsigned errors, refused, beyond;   /* senders and recipients refused; recipients beyond recipients_max */
  unsigned logins;                    /* refused passwords */
};

void smtp_server_init(struct smtp_server *s, const struct smtp_server_limits *limits);
void smtp_server_feed(struct smtp_server *s, struct bytes in);
enum smtp_server_event smtp_server_next(struct smtp_server *s);
/* DETAIL is put behind the reply's text ("" for none). */
void smtp_server_answer(struct smtp_server *s, enum message_id id, struct bytes detail);
/* The handshake is done: what the client said before is forgotten, LIMITS are those under TLS. */
void smtp_server_secured(struct smtp_server *s, const struct smtp_server_limits *limits);
/* The driver waited too long (ID is SM315W or SM316W), or closes for a reason of its own: the last reply is put out; the
 * next events are SERVER_DROP where a message was open, and SERVER_CLOSE.  While a spoilt message is discarded the reply
 * is that message's refusal. */
void smtp_server_end(struct smtp_server *s, enum message_id id);
/* A spoilt message is being discarded: its end may never come, so wait for it only a short time. */
bool smtp_server_is_impatient(const struct smtp_server *s);
bool smtp_server_in_data(const struct smtp_server *s);
void smtp_server_free(struct smtp_server *s);

/* "CODE STATUS TEXT DETAIL (ID)\r\n", ID for refusals only, appended to OUT. */
void smtp_reply(stralloc *out, enum message_id id, struct bytes detail);

#endif
