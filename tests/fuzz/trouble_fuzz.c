/* Whatever stands in the files of conditions and of certificates: what was read and written is read again as the same, no
 * more notices come of it than there are kinds, and no line of it is broken. */
#include <stdint.h>
#include <stdlib.h>

#include "trouble/trouble.h"

static void check(int good) {
  if (!good)
    abort();
}

static unsigned take_due(struct trouble *t) {
  enum trouble_kind kind;
  bool over;
  unsigned n = 0;
  for (; trouble_due(t, &kind, &over); n++)
    trouble_made(t, kind, over);
  return n;
}

/* Words of the input as what attempts say. */
static void hear(struct trouble *t, struct bytes words) {
  struct bytes word;
  for (int i = 0; i < 20 && bytes_cut(&words, ' ', &word); i++) {
    enum trouble_change change[TROUBLE_KINDS];
    trouble_attempt(t, &(struct trouble_event){.time = 1764000000 + i, .destination = word, .qid = word, .cause = word, .reply = words.s ? words : word, .state = "dft"[i % 3]}, change);
  }
}

static void write_and_read(const struct trouble *t) {
  stralloc first = {0}, second = {0};
  struct trouble again;
  trouble_write(&first, t);
  for (size_t i = 0; i < first.len; i++)
    check(first.s[i] == '\n' || ((unsigned char)first.s[i] >= ' ' && first.s[i] != 0x7f));
  trouble_read(&again, bytes_sa(&first));
  trouble_write(&second, &again);
  check(bytes_eq(bytes_sa(&first), bytes_sa(&second)));
  trouble_free(&again);
  stralloc_free(&first);
  stralloc_free(&second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct bytes input = bytes_of((const char *)data, size);
  enum trouble_change change[TROUBLE_KINDS] = {TROUBLE_SAME};
  struct trouble t;
  trouble_read(&t, input);
  write_and_read(&t);
  check(take_due(&t) <= 2 * TROUBLE_KINDS);
  trouble_certificates(&t, 1764000000, input, change);
  trouble_certificates(&t, 1764000000, input, change);
  check(change[TROUBLE_CERTIFICATE_SOON] == TROUBLE_SAME && change[TROUBLE_CERTIFICATE_BAD] == TROUBLE_SAME);   /* nothing is news twice */
  hear(&t, input);
  trouble_tick(&t, 1764000000 + TROUBLE_MONTH * 2);
  write_and_read(&t);
  trouble_free(&t);
  return 0;
}
