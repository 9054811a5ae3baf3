/* words: the sentences of a story, in both languages.  {0} to {9} stand for what is put in, which may come from a stranger
 * and is escaped as in the log; [0] to [9] for words of our own. */
#ifndef STORY_WORDS_H
#define STORY_WORDS_H

#include "story/story.h"

enum story_word {
  WORD_MESSAGE, WORD_CONVERSATION, WORD_BOUNCE, WORD_FROM, WORD_FROM_NOBODY, WORD_MID,
  WORD_BEGIN_UNKNOWN, WORD_LOG_BEGINS, WORD_NO_LINES,
  WORD_RECEIVED, WORD_RECEIVED_USER, WORD_RECEIVED_LOCAL, WORD_WRITTEN, WORD_TOOK, WORD_FOR, WORD_LED_TO, WORD_COMMA, WORD_FETCHED, WORD_FETCHED_REMOVED, WORD_REMOVED_UNREAD,
  WORD_ADDRESSED, WORD_REFUSED_RCPT, WORD_DELIVERED_LOCAL, WORD_DELIVERED_REMOTE, WORD_ALIAS,
  WORD_TRIED, WORD_FAILED, WORD_EXPIRED, WORD_AT_HOST, WORD_AT_STAGE, WORD_SAID, WORD_PATH, WORD_CONNECT, WORD_SEND, WORD_MS,
  WORD_BOUNCE_MADE, WORD_DELAY_MADE, WORD_DOUBLE_MADE, WORD_LEFT, WORD_LEFT_PART, WORD_WISH,
  WORD_END, WORD_END_DELIVERED, WORD_END_DELIVERED_REMOTE, WORD_END_FETCHED, WORD_END_FETCHED_REMOVED, WORD_END_REMOVED_UNREAD, WORD_END_WAITING, WORD_END_LAST, WORD_END_FAILED, WORD_END_FAILED_TOLD, WORD_END_REFUSED, WORD_END_REMOVED,
  WORD_END_UNKNOWN, WORD_END_UNKNOWN_ALL, WORD_END_GONE, WORD_END_NEVER, WORD_END_SET_ASIDE, WORD_END_WAITING_OLD, WORD_UNSEEN, WORD_CAUSE, WORD_TRANSCRIPT, WORD_REMEDY,
  WORD_IN_QUEUE, WORD_TIMES, WORD_TIMES_OF, WORD_TIME_RECEIVE, WORD_TIME_WAIT, WORD_TIME_CONNECT, WORD_TIME_SEND, WORD_TIME_DELIVER, WORD_TIME_UNKNOWN,
  WORD_SHORT, WORD_MORE, WORD_NOBODY, WORD_UNKNOWN, WORD_COUNT
};
const char *story_word(enum story_word w, enum language lang);
const char *story_state_word(enum story_state s, enum language lang);
const char *story_state_name(enum story_state s);         /* of the JSON form */
const char *story_stage_word(struct bytes stage, enum language lang);   /* "when it was told the recipient"; NULL: none */
void story_say(stralloc *out, enum language lang, enum story_word w, const struct bytes *arg, size_t count);
#define SAY(out, lang, w, ...) \
  story_say(out, lang, w, (const struct bytes[]){__VA_ARGS__}, sizeof((const struct bytes[]){__VA_ARGS__}) / sizeof(struct bytes))

#endif
