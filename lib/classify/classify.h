/* classify: why a delivery failed, told from what was seen: the stage, the DNS' answer, the socket's error, the peer's
 * reply.  One class, and whether it is for good.  Tables, not code: classify/words.c has a row a phrase. */
#ifndef CLASSIFY_H
#define CLASSIFY_H

#include <stdbool.h>

#include "base/bytes.h"
#include "catalogue/catalogue.h"

enum stage {         /* how far an attempt came */
  STAGE_LOCAL,       /* before anything was asked: the message, its addresses */
  STAGE_DNS,
  STAGE_CONNECT,
  STAGE_GREETING,
  STAGE_EHLO,
  STAGE_TLS,         /* STARTTLS and the handshake */
  STAGE_AUTH,
  STAGE_MAIL,
  STAGE_RCPT,
  STAGE_DATA,        /* the command */
  STAGE_BODY,        /* the message and its final reply */
  STAGE_COUNT
};

enum failure_kind {
  FAILURE_NONE,
  FAILURE_REPLY,          /* the peer said so: code, status, text */
  FAILURE_ERRNO,          /* the socket said so: error (ETIMEDOUT included) */
  FAILURE_CLOSED,         /* the peer ended the connection without a reply */
  FAILURE_PROTOCOL,       /* what came is no reply, or none that fits */
  FAILURE_NXDOMAIN,       /* the DNS: the domain (or each of its MX hosts) does not exist */
  FAILURE_NO_ADDRESS,     /* … exists, and leads to no address */
  FAILURE_NULL_MX,        /* … accepts no mail (RFC 7505) */
  FAILURE_SERVFAIL,       /* … cannot be resolved: its servers or the resolver answer with a fault */
  FAILURE_DNS_TIMEOUT,    /* … no answer */
  FAILURE_LOOP,           /* the best MX is this server */
  FAILURE_ADDRESS,        /* an address that cannot be written into a command */
  FAILURE_TOO_BIG,        /* larger than the peer's SIZE */
  FAILURE_NO_SMTPUTF8,    /* needs SMTPUTF8, the peer has none */
  FAILURE_BARE_CR,        /* the message has a CR or NUL that must not leave */
  FAILURE_FILE,           /* the message could not be read: error */
  /* TLS is required here; text: the reason in words */
  FAILURE_TLS_MISSING,    /* not offered */
  FAILURE_TLS_REFUSED,    /* offered, and refused when asked for: code, status, text */
  FAILURE_TLS_INJECTED,   /* bytes behind the reply to STARTTLS: they come from somebody between */
  FAILURE_TLS_HANDSHAKE,
  FAILURE_TLS_NAME,       /* the certificate is good, but another's */
  FAILURE_TLS_EXPIRED,
  FAILURE_TLS_NOT_YET,    /* valid from a later day on */
  FAILURE_TLS_SELF_SIGNED,
  FAILURE_TLS_ISSUER,     /* signed by nobody known here */
  FAILURE_TLS_CERTIFICATE,/* refused for another reason */
  /* a user name is known for this host */
  FAILURE_AUTH_UNVERIFIED,/* and may not be said: the connection is not verified */
  FAILURE_AUTH_MISSING,   /* no mechanism that both have; text: what is offered */
  FAILURE_AUTH_REFUSED,   /* the password: code, status, text */
  FAILURE_TOKEN_REFUSED,  /* the token: likewise */
  FAILURE_TOKEN_MISSING,  /* none was left for us; text: its name */
  FAILURE_TOKEN_EXPIRED,
  FAILURE_CREDENTIALS,    /* they cannot be read; error */
  FAILURE_DOMAIN,         /* a domain that cannot be one: the DNS cannot even be asked for it */
  FAILURE_KINDS
};

struct failure {
  enum failure_kind kind;
  enum stage stage;
  int error;
  unsigned code;
  struct bytes status;    /* "5.7.1", or "" */
  struct bytes text;      /* the peer's words, or "" */
  struct bytes mx;        /* the host that said so, or "": some providers' codes mean something of their own */
  struct bytes rows;      /* the operator's rows (conf.h, key y:), or "" */
};

enum cause {
  CAUSE_NONE,
  CAUSE_USER_UNKNOWN, CAUSE_MAILBOX_FULL, CAUSE_MAILBOX_DISABLED, CAUSE_DOMAIN_BAD, CAUSE_RELAY_DENIED,
  CAUSE_SENDER_REJECTED, CAUSE_REVERSE_DNS, CAUSE_SPF_DKIM_DMARC, CAUSE_BLOCKED, CAUSE_GREYLISTED, CAUSE_RATE_LIMITED,
  CAUSE_MESSAGE_TOO_BIG, CAUSE_MALFORMED_MESSAGE, CAUSE_SPAM_CONTENT, CAUSE_VIRUS, CAUSE_POLICY,
  CAUSE_TLS_OR_AUTH_REQUIRED, CAUSE_MAIL_LOOP, CAUSE_SYSTEM_ERROR, CAUSE_PROTOCOL_ERROR, CAUSE_ADDRESS_SYNTAX,
  CAUSE_NO_SUCH_DOMAIN, CAUSE_NULL_MX, CAUSE_NO_MX_ADDRESS, CAUSE_DNS_STALE, CAUSE_DNS_SERVFAIL, CAUSE_DNS_TIMEOUT,
  CAUSE_CONNECT_REFUSED, CAUSE_CONNECT_TIMEOUT, CAUSE_NO_ROUTE, CAUSE_GREETING_TIMEOUT, CAUSE_DROPPED, CAUSE_TLS_FAILED,
  CAUSE_SMTPUTF8_MISSING,     /* the peer lacks what an address beyond ASCII needs */
  CAUSE_MESSAGE_UNREADABLE,   /* ours: the spool */
  CAUSE_TLS_MISSING, CAUSE_TLS_REFUSED, CAUSE_TLS_INJECTED, CAUSE_TLS_WRONG_NAME, CAUSE_TLS_EXPIRED, CAUSE_TLS_NOT_YET_VALID,
  CAUSE_TLS_SELF_SIGNED, CAUSE_TLS_UNKNOWN_ISSUER, CAUSE_TLS_BAD_CERTIFICATE,
  CAUSE_AUTH_UNVERIFIED, CAUSE_AUTH_MISSING, CAUSE_AUTH_REFUSED, CAUSE_TOKEN_REFUSED, CAUSE_TOKEN_MISSING,
  CAUSE_TOKEN_EXPIRED, CAUSE_CREDENTIALS_UNREADABLE,
  CAUSE_LOOP_HERE,            /* a loop that we find ourselves: the best MX is this server */
  CAUSE_SERVER_ERROR,         /* a fault of the peer's that does not speak of one recipient */
  CAUSE_DOMAIN_SYNTAX,        /* what stands behind the @ */
  CAUSE_COUNT
};

/* doc/causes.md has every class.  Below some of them are finer causes, which have a remedy of their own: records of the
 * queue hold the finer name, the log's key cause= holds the class (its ID is the finer one's). */
struct cause_name {
  const char *name;       /* "user_unknown", "tls_expired" */
  enum message_id id;     /* what the error log says: cause and remedy in the catalogue */
  enum cause class;       /* of a finer cause its class, of a class CAUSE_NONE */
  const char *manual;     /* the manual's letter and number (Q8), "(a)-3"; "-": a fault of ours, outside (a) and (b) */
  bool ours;              /* to be mended on this side: by the operator, in our DNS, our line, our settings */
};

struct verdict {
  enum cause cause;
  bool permanent;
};

struct verdict classify(const struct failure *f);
bool failure_is_reply(const struct failure *f);     /* text is the peer's reply */
const struct cause_name *cause_name(enum cause c);
enum cause cause_class(enum cause c);               /* CAUSE_TLS_EXPIRED: CAUSE_TLS_FAILED; a class: itself */
const char *cause_class_name(enum cause c);         /* "tls_failed": what the log's key cause= holds */
const char *cause_manual(enum cause c);             /* "(a)-3" */
bool cause_is_ours(enum cause c);
enum cause cause_of(struct bytes name);             /* by its name, as records hold it; CAUSE_NONE: no such cause */
const char *stage_name(enum stage s);               /* "greeting" */

/* A line as an operator has it at hand: "550 5.1.1 <a@b>: no", "550-5.1.1 no", "5.1.1 no".  F is a reply to RCPT.  False:
 * it has no code of a refusal. */
bool classify_line(struct failure *f, struct bytes line);

/* Words that mean the same where they stand in a phrase. */
struct word_set {
  const char *name;       /* "WHO" */
  const char *words;      /* "user|account|mailbox" */
};
extern const struct word_set classify_sets[];       /* ends with NULL */

/* When a row is heard: bits 1u << STAGE_… and these; of either kind none: at any stage, with any reply. */
#define WHEN_DEFER (1u << STAGE_COUNT)          /* 4xx */
#define WHEN_FAIL (1u << (STAGE_COUNT + 1))     /* 5xx */

/* The tables of phrases, in order of precedence: the first row that matches decides. */
struct phrase {
  enum cause cause;
  unsigned when;
  const char *words;      /* phrases as classify/plain.h has them */
};
extern const struct phrase classify_phrases[];      /* said in so many words; ends with CAUSE_NONE */
extern const struct phrase classify_hints[];        /* behind the enhanced codes */
struct status_row {
  const char *status;     /* subject and detail: "7.25", "7.*" */
  enum cause cause;
  unsigned when;
};
extern const struct status_row classify_statuses[]; /* ends with NULL */
extern const struct status_row classify_vague_statuses[];   /* behind the hints */
struct code_row {
  unsigned code;
  unsigned when;
  enum cause cause;
};
extern const struct code_row classify_codes[];      /* that say enough; ends with 0 */
extern const struct code_row classify_vague_codes[];      /* where nothing else says more */

enum provider {
  PROVIDER_NONE, PROVIDER_GOOGLE, PROVIDER_MICROSOFT, PROVIDER_YAHOO, PROVIDER_APPLE, PROVIDER_DOCOMO, PROVIDER_KDDI,
  PROVIDER_SOFTBANK, PROVIDER_YAHOO_JAPAN
};
enum provider provider_of(struct bytes mx);         /* "gmail-smtp-in.l.google.com": PROVIDER_GOOGLE */
enum provider provider_in(struct bytes text);       /* the same by what the reply itself names: a page of theirs */
struct provider_row {
  enum provider provider;
  unsigned code;          /* 0: any */
  unsigned when;
  const char *status;     /* subject and detail, "" any, "7.6*" any that begins so */
  const char *words;      /* NULL: any */
  enum cause cause;
  const char *source;     /* the public page that says so */
};
extern const struct provider_row classify_providers[];   /* heard before the phrases; ends with PROVIDER_NONE */

#endif
