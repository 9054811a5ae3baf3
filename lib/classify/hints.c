/* What only hints at a cause, in the form of classify/words.c: heard where neither words nor codes said it. */
#include "classify/classify.h"

#define AT(stage) (1u << STAGE_##stage)
enum { ANY = 0 };

const struct phrase classify_hints[] = {
  {CAUSE_BLOCKED, ANY,
   "client host rejected|your ip|connecting ip|approved list|your network|go away|connection denied|blocked|bloque|"
   "host network|HOST * REFUSED"},
  {CAUSE_BLOCKED, AT(GREETING), "access denied"},
  {CAUSE_GREYLISTED, WHEN_DEFER, "try again in * minute|try again in * second"},
  {CAUSE_POLICY, AT(RCPT), "recipient address rejected message|recipient address rejected delivery"},
  {CAUSE_SYSTEM_ERROR, WHEN_DEFER, "try again later|try later|busy|temporary|temporarily"},
  {CAUSE_USER_UNKNOWN, AT(RCPT),
   "mailbox unavailable|account unavailable|mailbox not available|mailbox is not available|address rejected|"
   "recipient rejected|invalid|unknown|incorrect address|wrong address|recipient is not allowed|recipient not allowed"},
  {CAUSE_SENDER_REJECTED, ANY, "sender|senders|from domain"},
  {CAUSE_SYSTEM_ERROR, ANY, "try again later|try later|busy|temporary|temporarily|service unavailable"},
  {CAUSE_TLS_OR_AUTH_REQUIRED, ANY, "authenticat"},
  {CAUSE_RELAY_DENIED, ANY, "relay"},
  {CAUSE_POLICY, ANY,
   "rejected|reject |no permit|denied|refused|not allowed|not accepted|filtered|failed to deliver|restricted|"
   "not accept|cannot accept|action not taken|unacceptable|send * to yourself|prohibition"},
  {CAUSE_USER_UNKNOWN, AT(RCPT), "recipient|user|mailbox|account"},
  {CAUSE_POLICY, WHEN_FAIL, "message|messages|your mail |your email |this mail |this email |mail is|mail was|mail has"},
  {CAUSE_NONE, ANY, NULL},
};
