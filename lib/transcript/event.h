/* event: what happens while a delivery is tried, told one by one to whoever listens (lib/remote, remote_listen): the
 * transcript collects them, a rehearsal shows them at once.  No secret and nothing of the message is ever in one: where
 * AUTH says a secret stands "***". */
#ifndef TRANSCRIPT_EVENT_H
#define TRANSCRIPT_EVENT_H

#include "base/bytes.h"
#include "base/sa.h"
#include "catalogue/catalogue.h"
#include "classify/classify.h"

enum event_kind {
  EVENT_LOOKUP,      /* the DNS has answered, or not: name, type, result, text (the records in words), took; answer */
  EVENT_CONNECT,     /* a connection is tried: host, ip, port */
  EVENT_CONNECTED,   /* … it is there: host, ip, port, took.  Where it was kept from an earlier message: reused */
  EVENT_COMMAND,     /* a command was sent: text, one line without its end */
  EVENT_REPLY,       /* a reply has come: code (0: it is none), text: its lines, '\n' between them */
  EVENT_TLS,         /* the handshake is done: text, "TLSv1.3 TLS_AES_256_GCM_SHA384 verified"; took */
  EVENT_CLEAR,       /* it goes on without TLS: text, why */
  EVENT_MESSAGE,     /* the message was sent: size, took */
  EVENT_STAGE,       /* a stage is over, with success or without: stage, took */
  EVENT_FAILURE,     /* nothing came of this host: stage, host, ip, result (the cause), text (the reply, or our words) */
  EVENT_RESULT,      /* how it ended for a recipient: name, state; where not done result (the cause), text */
  EVENT_ZONE,        /* the zone's own servers were asked beside the resolver: name, result ("stale"), text, took */
  EVENT_CLOSED,      /* the connection was closed */
  EVENT_SKIPPED,     /* only where a transcript is read: so many events (size) had no room in it */
  EVENT_KINDS
};

struct dns_answer;
struct zone_report;

struct event {
  enum event_kind kind;
  enum stage stage;                /* in which it happens */
  int64_t at;                      /* milliseconds since the attempt began */
  int64_t took;                    /* milliseconds that the thing itself took */
  struct bytes host, ip;           /* "" where there is none */
  unsigned port, code;
  struct bytes name, type;         /* LOOKUP: "example.net", "MX" */
  struct bytes result;             /* LOOKUP: "found" (dns_result_name); else a cause: "user_unknown" */
  struct bytes text;
  uint64_t size;
  char state;                      /* RESULT: 'd' done, 'f' failed, 't' to be tried again */
  bool reused;
  const struct dns_answer *answer; /* LOOKUP: while it is told; NULL where it is read from a transcript */
  const struct zone_report *zone;  /* ZONE: likewise */
};

typedef void event_listener(void *arg, const struct event *e);

/* For people: "    91 ms  < 220 mx.example.net ESMTP", a line behind INDENT, of a reply one for each of its lines; nothing for
 * EVENT_STAGE.  What a stranger wrote is escaped as in the log. */
void event_text(stralloc *out, const struct event *e, const char *indent, enum language lang);
/* For programs: an object, no newline: {"event":"reply","at":91,"stage":"greeting","code":220,…}. */
void event_json(stralloc *out, const struct event *e);
void event_where(stralloc *out, const struct event *e);     /* "mx.example.net [192.0.2.1]:25", of it what E has */
const char *event_name(enum event_kind k);       /* "reply" */
/* The records of an answer in words: "10 mx1.example.net, 20 mx2.example.net", "192.0.2.1"; of many only the first ones. */
void event_records(stralloc *out, const struct dns_answer *a, bool mx);

#endif
