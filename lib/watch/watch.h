/* watch: what of mail-doctor's findings is news.  Pure: the findings of a run go in, with what is remembered of those
 * before; out comes what the operator has to be told, and its text.  lib/watching asks, remembers and mails.
 *
 * A check's result is its result and its message.  It is news when two runs in succession agree on it and it is not what was
 * told last: one slow answer raises no alarm.  What was told of a check at first is that it is well.  A run that cannot tell
 * says nothing of that check: it neither is news nor stands between two runs that agree.
 *
 * Remembered as text, a line a check that is not well: "wiz98-doctor 1", then "D001 told=FAIL:DC011E seen=PASS".  told: what
 * the operator knows; seen: the last run that could tell. */
#ifndef WATCH_H
#define WATCH_H

#include "bounce/operator.h"
#include "checks/checks.h"

enum { WATCH_TEXT_MAX = 32768 };

struct watch_result {
  enum check_result result;           /* never CANNOT_TELL */
  enum message_id message;            /* PASS: 0; also a message that this version does not have */
};

struct watch { struct watch_result told[CHECK_COUNT], seen[CHECK_COUNT]; };   /* zeroed: all is well */

/* False: damaged; W is zeroed then.  Checks that this version does not have are left out. */
bool watch_read(struct watch *w, struct bytes text);
void watch_write(stralloc *out, const struct watch *w);

/* A run: W->seen is brought up to date, NEWS[c] is whether c is to be told.  How many are. */
size_t watch_look(struct watch *w, const struct check_finding *f, bool news[CHECK_COUNT]);
/* The mail about NEWS, of which there is one at least, appended: what is wrong now, what is over, what is as it was.  W is
 * what watch_look left. */
void watch_mail(stralloc *out, const struct operator_head *h, const struct watch *w, const struct check_finding *f,
                const bool news[CHECK_COUNT]);
void watch_told(struct watch *w, const bool news[CHECK_COUNT]);   /* it is in the spool */

#endif
