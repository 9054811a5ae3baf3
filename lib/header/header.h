/* header: the trace lines that we write (RFC 5321 4.4) and what we need to know of a message's header section.
 * All line ends are LF.  Whatever is passed in, a writer never writes a control byte, so no value starts a new line. */
#ifndef HEADER_H
#define HEADER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/sa.h"

struct header_trace {
  struct bytes helo;        /* what the client called itself; "": none (queue-put, sendmail) */
  struct bytes host, ip;    /* of the client; host "" where unknown, ip "" in a pipeline */
  struct bytes user;        /* authenticated or local user, "" where there is none */
  struct bytes hostname;    /* ours */
  struct bytes with;        /* "SMTP", "ESMTPS", "UTF8SMTPSA" (RFC 3848, 6531), "local" … */
  struct bytes tls;         /* "TLSv1.3 TLS_AES_256_GCM_SHA384", "" where there is none */
  struct bytes qid;
  struct bytes rcpt;        /* "" where the message has more than one recipient */
  int64_t time;             /* Unix time */
};

/* "Received: from HELO (HOST [IP])\n by HOSTNAME (wiz98) with WITH (TLS) id QID\n for <RCPT>; DATE\n", appended to OUT. */
void header_received(stralloc *out, const struct header_trace *t);
/* Date and Message-ID, where they are not PRESENT (HEADER_ bits). */
void header_missing(stralloc *out, unsigned present, struct bytes qid, struct bytes hostname, int64_t time);
/* The Message-ID that header_missing gives: "<QID@HOSTNAME>". */
void header_message_id(stralloc *out, struct bytes qid, struct bytes hostname);
void header_return_path(stralloc *out, struct bytes sender);    /* "Return-Path: <SENDER>\n" */
void header_delivered_to(stralloc *out, struct bytes addr);     /* "Delivered-To: ADDR\n" */

/* --- the scanner: fed a message from its start in pieces of any size, it remembers what follows.  Memory is bounded. --- */
enum header_field {
  HEADER_DATE = 1, HEADER_MESSAGE_ID = 2, HEADER_FROM = 4, HEADER_TO = 8, HEADER_CC = 16, HEADER_BCC = 32,
  HEADER_RECEIVED = 64, HEADER_DELIVERED_TO = 128, HEADER_RETURN_PATH = 256,
};
enum { HEADER_DELIVERED_MAX = 100, HEADER_NAME_MAX = 32 };

struct header_scan {
  unsigned present;             /* HEADER_ bits of the fields seen */
  unsigned received;            /* how many Received fields */
  bool eightbit;                /* a byte above 127 anywhere in what was fed, body included */
  bool ended;                   /* the header section has ended (empty line, or a line that is no field) */
  uint64_t size;                /* bytes of the header section so far, the empty line not counted */
  stralloc delivered;           /* values of Delivered-To (the first HEADER_DELIVERED_MAX), each followed by \0 */
  stralloc message_id;          /* value of the first Message-ID, without blanks; "" where there is none */
  /* private */
  int state;
  uint64_t line_start;
  enum header_field field;
  unsigned name_len, delivered_count;
  char name[HEADER_NAME_MAX];
};

void header_scan_init(struct header_scan *s);
void header_scan_feed(struct header_scan *s, struct bytes piece);
void header_scan_free(struct header_scan *s);
/* Whether a Delivered-To with ADDR was seen: the message was in this box before.  Compared without regard to case. */
bool header_was_delivered_to(const struct header_scan *s, struct bytes addr);

#endif
