/* words: what a summary says, in both languages; and the parts that its forms share. */
#ifndef SUMMARY_WORDS_H
#define SUMMARY_WORDS_H

#include "summary/summary.h"

enum summary_word {
  SAYS_TITLE, SAYS_NOTHING, SAYS_RECEIVED, SAYS_RECEIVED_MORE, SAYS_HERE, SAYS_DELIVERED, SAYS_TO_MAILBOXES, SAYS_TO_SERVERS, SAYS_REFUSED, SAYS_DELAYED,
  SAYS_FAILED, SAYS_NOTICES, SAYS_LOGINS, SAYS_OTHER, SAYS_DROPPED,
  SAYS_WHY_REFUSED, SAYS_WHY_UNDELIVERED, SAYS_ERRORS, SAYS_NONE, SAYS_NOT_DELIVERED, SAYS_EXPLAIN, SAYS_CLIENTS, SAYS_SENDERS, SAYS_USERS, SAYS_DOMAINS,
  SAYS_SPANS, SAYS_SPAN_RECEIVING, SAYS_SPAN_QUEUE, SAYS_SPAN_SENDING, SAYS_SPAN_STORING, SAYS_WAITS,
  COL_COUNT, COL_FAILED, COL_ID, COL_LAST, COL_MEANING, COL_MESSAGES, COL_CLIENT_REFUSED, COL_CLIENT, COL_CLIENT_COUNT, COL_SENDER, COL_SIZE, COL_USER, COL_RECIPIENTS,
  COL_DOMAIN, COL_ATTEMPTS, COL_IN_VAIN, COL_HALF, COL_NINETY, COL_NINETY_NINE, COL_LONGEST,
  SAYS_CAUSE, SAYS_REMEDY, SAYS_AT_MOST, SAYS_TIME_NOTE, SUMMARY_WORDS
};
const char *summary_word(enum summary_word w, enum language lang);

/* A table of who occurs most: its heading, its columns, how PART is written. */
struct summary_table {
  enum summary_word title, who, count, part;
  bool size, is_bad;                       /* PART is bytes; PART is of COUNT, and unwelcome */
  const char *name;                        /* of the JSON form */
};
extern const struct summary_table summary_tables[SUMMARY_TOPS];

extern const enum summary_word summary_span_words[SUMMARY_SPANS], summary_kind_words[SUMMARY_KINDS];
extern const unsigned summary_permille[4];                 /* of the quantiles shown */

void summary_between(stralloc *out, const struct summary *s, const struct summary_view *v);   /* "2026-11-24 00:00:00 – …" */
void summary_wait_label(stralloc *out, size_t i, enum language lang);                         /* "< 10 s" */
void summary_slot_label(stralloc *out, const struct timeline *t, size_t slot);                /* "06:00" or "11-24" where the axis has one */
void summary_slot_title(stralloc *out, const struct timeline *t, size_t slot, uint64_t value);

#endif
