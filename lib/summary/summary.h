/* summary: what a log says of a time: how much mail came, went, was refused and failed, why, by whom, and how long it took.
 *
 * Lines are counted one by one, in any order, in memory that does not grow with the log (topk, spread, timeline).  Each line must
 * come once: log/error repeats lines of the other folders. */
#ifndef SUMMARY_H
#define SUMMARY_H

#include "catalogue/catalogue.h"
#include "summary/spread.h"
#include "summary/timeline.h"
#include "summary/topk.h"

enum summary_figure {
  SUM_RECEIVED,            /* messages, by SMTP and from programs of this machine */
  SUM_RECEIVED_HERE,       /* of these: from programs of this machine */
  SUM_BYTES, SUM_RECIPIENTS,
  SUM_TO_MAILBOXES, SUM_TO_SERVERS,       /* recipients, delivered */
  SUM_REFUSED,             /* answers to clients of SMTP: 4xx and 5xx */
  SUM_DELAYED,             /* attempts at a recipient in vain, repeated later */
  SUM_FAILED,              /* recipients, for good */
  SUM_BOUNCES, SUM_NOTICES, SUM_DOUBLE_BOUNCES,
  SUM_LOGINS, SUM_LOGINS_REFUSED,
  SUM_OTHER_ERRORS, SUM_WARNINGS,         /* lines */
  SUM_DROPPED,             /* lines that the log lost */
  SUM_LINES, SUM_FOREIGN,  /* all, and those of other programs */
  SUM_FIGURES
};

enum summary_series { SERIES_RECEIVED, SERIES_DELIVERED, SERIES_REFUSED, SERIES_FAILED };   /* FAILED: and delayed */
enum summary_top { TOP_CLIENTS, TOP_SENDERS, TOP_USERS, TOP_DOMAINS, SUMMARY_TOPS };
enum summary_span { SPAN_RECEIVING, SPAN_QUEUE, SPAN_SENDING, SPAN_STORING, SUMMARY_SPANS };
enum summary_kind { KIND_REFUSED, KIND_UNDELIVERED, KIND_OTHER, SUMMARY_KINDS };
enum { SUMMARY_WAITS = 8 };            /* the queue's times in classes: below these (ms), the last one above */
extern const uint64_t summary_wait_below[SUMMARY_WAITS - 1];

struct summary_id {
  uint64_t count[SUMMARY_KINDS];
  uint64_t failed;                     /* of UNDELIVERED: for good */
  int64_t last;                        /* when it was said last; 0: never, or without a stamp */
};

struct summary {
  int64_t since, until;                /* Unix time: other lines do not count; 0: no bound.  Lines without a stamp count. */
  int64_t first, last;                 /* what was counted */
  uint64_t figure[SUM_FIGURES];
  struct summary_id id[MESSAGE_COUNT];
  struct topk top[SUMMARY_TOPS];       /* PART: CLIENTS refused; SENDERS bytes; USERS recipients; DOMAINS in vain */
  struct spread span[SUMMARY_SPANS];
  uint64_t wait[SUMMARY_WAITS];
  struct timeline time;                /* its EAST is set beforehand: the reader's zone */
};

void summary_line(struct summary *s, struct bytes line);     /* with its stamp and newline */
void summary_end(struct summary *s);                         /* behind the last: the timeline is made fit to be shown */
void summary_free(struct summary *s);

/* The IDs of a kind, the most frequent first; at most N, returns how many. */
size_t summary_ids(const struct summary *s, enum summary_kind kind, enum message_id *ids, size_t n);

/* --- for people and programs --- */
enum { SUMMARY_ROWS = 15 };            /* of each table */
struct summary_view {
  enum language lang;
  void (*when)(stralloc *out, int64_t unix_time);           /* "2026-11-24 12:50:19" */
};
void summary_text(stralloc *out, const struct summary *s, const struct summary_view *v);
void summary_html(stralloc *out, const struct summary *s, const struct summary_view *v);   /* one page that needs nothing else */
void summary_json(stralloc *out, const struct summary *s, const struct summary_view *v);   /* one object, one line; times in UTC */

#endif
