/* words: what status, guesses, reload and init print, in the language of the environment. */
#ifndef FRONT_WORDS_H
#define FRONT_WORDS_H

enum front_word {
  /* status; the states are as wide as the widest */
  FRONT_UP, FRONT_WAITING, FRONT_DOWN, FRONT_CLOSED, FRONT_STATES,
  FRONT_SINCE = FRONT_STATES, FRONT_RESTARTS, FRONT_PORT, FRONT_NOT_RUNNING,
  /* guesses */
  FRONT_GUESSES, FRONT_NO_GUESSES, FRONT_GUESSES_OF, FRONT_COUNT, FRONT_REFUSED, FRONT_CLEARED,
  /* reload */
  FRONT_EMPTY, FRONT_AFTER_RESTART,
  /* init */
  FRONT_READY, FRONT_NEXT_USER, FRONT_NEXT_START, FRONT_PASSWORD,
  FRONT_WORDS
};
const char *front_word(enum front_word w);     /* a format where its use has values */

#endif
