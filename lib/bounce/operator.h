/* operator: the notice to the postmaster that failed deliveries have their cause here, or have it no more, in both languages:
 * what happened, the evidence, cause and remedy from the catalogue. */
#ifndef BOUNCE_OPERATOR_H
#define BOUNCE_OPERATOR_H

#include "base/bytes.h"
#include "base/sa.h"
#include "bounce/bounce.h"
#include "catalogue/catalogue.h"

struct operator_notice {
  enum message_id begins, over;       /* what happened; that it is over */
  bool is_over;
  struct bytes id, to, hostname;      /* of the notice; the postmaster; ours */
  int64_t now, since, until;          /* UNTIL: when it was over */
  int offset;                         /* seconds east of UTC */
  struct bytes destination, qid, reply;   /* the evidence, "" where there is none */
  enum message_id cause;              /* of the first attempt; MESSAGE_COUNT: none */
};

/* The whole message, appended: text/plain, UTF-8 as base64. */
void operator_write(stralloc *out, const struct operator_notice *n);

/* The form of such a message: what SUBJECT and TEXT write of DATA, in each language. */
struct operator_head {
  struct bytes id, to, hostname;
  int64_t now;
  enum bounce_languages languages;
};
typedef void operator_words(stralloc *out, const void *data, enum language lang);
void operator_mail(stralloc *out, const struct operator_head *h, operator_words *subject, operator_words *text, const void *data);

#endif
