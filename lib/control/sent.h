/* sent: how much each authenticated user has sent within an hour: state/sent/ADDRESS, one line "START MESSAGES RECIPIENTS
 * TOLD" that outlives a restart.  The hour begins with the first message and, when it is over, with the next one.  Only
 * users have a file, and the file of who sends nothing for a day is removed at the next start.  Where it cannot be read or written nothing is limited
 * (reported): better mail than none.  The role receive writes them. */
#ifndef CONTROL_SENT_H
#define CONTROL_SENT_H

#include <stdbool.h>

#include "base/bytes.h"

struct sent { unsigned messages, recipients; };
enum sent_result { SENT_WITHIN, SENT_MESSAGES, SENT_RECIPIENTS };   /* the limit that is reached */
enum sent_told { SENT_TOLD_MESSAGES = 1, SENT_TOLD_RECIPIENTS = 2 };

void sent_read(struct sent *s, struct bytes user);
/* One message to so many RECIPIENTS is counted, unless it would be beyond MAX (0: no limit); *S is what stands there then. */
enum sent_result sent_take(struct sent *s, struct bytes user, unsigned recipients, const struct sent *max);
/* True: the first call in this hour. */
bool sent_tell(struct bytes user, enum sent_told what);

/* For whoever starts a receiver, which itself may not list the folder: files of users who have sent nothing for a day go. */
void sent_expire(void);

#endif
