/* answer: what msg-explain says about messages. */
#ifndef CATALOGUE_ANSWER_H
#define CATALOGUE_ANSWER_H

#include "base/bytes.h"
#include "catalogue/catalogue.h"

bool answer_is_id(const char *word);   /* "RL201E" in form */
void answer_message(stralloc *out, enum language lang, enum message_id id);   /* in full */
/* Each appends and tells whether there was anything to say. */
bool answer_id(stralloc *out, enum language lang, const char *id);
/* The message that WORDS quote (a reply or a log line, pasted as one word or many); else those that message_search finds:
 * a few in full, of many the headings. */
bool answer_words(stralloc *out, enum language lang, char *const *words, int count);
/* LINE itself, and below it what the message means whose ID it names. */
void answer_line(stralloc *out, enum language lang, struct bytes line);

#endif
