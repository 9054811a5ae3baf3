/* Whatever stands in the file of a transcript can be shown; what is sound is lines of text; what is collected is sound. */
#include "transcript/transcript.h"

#include <stdlib.h>

static void check(int condition) {
  if (!condition)
    abort();
}

static void show(struct bytes file) {
  struct transcript_attempt a;
  stralloc out = {0};
  while (transcript_next(&file, &a)) {
    transcript_is_about(&a, 3);
    transcript_write(&out, &a, "", LANG_JA);
    for (size_t i = 0; i < out.len; i++)
      check(((unsigned char)out.s[i] >= ' ' && out.s[i] != 0x7f) || out.s[i] == '\n');
    out.len = 0;
    transcript_write_json(&out, &a);
    check(!memchr(out.s, '\n', out.len));
    out.len = 0;
  }
  stralloc_free(&out);
}

/* The input as a peer's words, in pieces. */
static void collect(struct bytes words) {
  struct transcript t = {0};
  stralloc file = {0};
  struct bytes piece;
  unsigned kind = 0;
  transcript_begin(&t);
  while (bytes_cut(&words, '|', &piece)) {
    struct event e = {.kind = kind++ % EVENT_SKIPPED, .stage = kind % STAGE_COUNT, .text = piece, .host = piece, .name = piece, .result = piece};
    transcript_listen(&t, &e);
  }
  struct bytes events = transcript_end(&t);
  check(!events.n || transcript_is_sound(events));
  transcript_put_attempt(&file, 1, "example.net", (unsigned short[]){1, 2}, 2, events);
  show(bytes_sa(&file));
  check(transcript_keep(bytes_sa(&file), 0).n == file.len);
  transcript_free(&t);
  stralloc_free(&file);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
  struct bytes input = bytes_of((const char *)data, n);
  show(input);
  transcript_is_sound(input);
  check(transcript_keep(input, 100).n <= n);
  collect(input);
  return 0;
}
