#include "guess/guess.h"

static int64_t left(int64_t until, int64_t now) {
  int64_t seconds = until - now;
  return seconds < 0 ? 0 : seconds < GUESS_MAX ? seconds : GUESS_MAX;
}

unsigned guess_count(int64_t until, int64_t now) { return (unsigned)((left(until, now) + GUESS_STEP - 1) / GUESS_STEP); }

int64_t guess_add(int64_t until, int64_t now) {
  int64_t seconds = left(until, now) + GUESS_STEP;
  return now + (seconds < GUESS_MAX ? seconds : GUESS_MAX);
}

int64_t guess_subtract(int64_t until, int64_t now, unsigned failures) {
  int64_t seconds = left(until, now) - (int64_t)failures * GUESS_STEP;
  return seconds > 0 ? now + seconds : 0;
}

enum { EDGE = (GUESS_REFUSED - 1) * GUESS_STEP };   /* with more than this an address is refused */

int64_t guess_block(int64_t until, int64_t now) { return left(until, now) < EDGE + GUESS_BLOCK ? now + EDGE + GUESS_BLOCK : until; }

int64_t guess_refused_for(int64_t until, int64_t now) {
  int64_t seconds = left(until, now) - EDGE;
  return seconds > 0 ? seconds : 0;
}

int guess_answer_ms(unsigned count) { return count < 2 ? 1000 : count == 2 ? 2000 : GUESS_ANSWER_MS; }

int guess_wait_ms(unsigned count) {
  int ms = count > GUESS_FREE ? (int)(count - GUESS_FREE) * 250 : 0;
  return ms < GUESS_WAIT_MS ? ms : GUESS_WAIT_MS;
}

/* --- SipHash-2-4 --- */

struct sip {
  uint64_t v[4], word;
  unsigned bytes;
};

static uint64_t rotate(uint64_t x, unsigned by) { return x << by | x >> (64 - by); }

static void round_of(uint64_t v[4]) {
  v[0] += v[1];
  v[1] = rotate(v[1], 13) ^ v[0];
  v[0] = rotate(v[0], 32);
  v[2] += v[3];
  v[3] = rotate(v[3], 16) ^ v[2];
  v[0] += v[3];
  v[3] = rotate(v[3], 21) ^ v[0];
  v[2] += v[1];
  v[1] = rotate(v[1], 17) ^ v[2];
  v[2] = rotate(v[2], 32);
}

static void take_word(struct sip *s, uint64_t word) {
  s->v[3] ^= word;
  round_of(s->v);
  round_of(s->v);
  s->v[0] ^= word;
}

static void take(struct sip *s, struct bytes b) {
  for (size_t i = 0; i < b.n; i++) {
    s->word |= (uint64_t)(uint8_t)b.s[i] << 8 * (s->bytes++ % 8);
    if (s->bytes % 8)
      continue;
    take_word(s, s->word);
    s->word = 0;
  }
}

uint64_t guess_hash(const uint64_t key[2], struct bytes a, struct bytes b) {
  struct sip s = {.v = {key[0] ^ 0x736f6d6570736575, key[1] ^ 0x646f72616e646f6d, key[0] ^ 0x6c7967656e657261, key[1] ^ 0x7465646279746573}};
  char length[4] = {(char)a.n, (char)(a.n >> 8), (char)(a.n >> 16), (char)(a.n >> 24)};
  take(&s, a);
  if (b.s) {
    take(&s, bytes_of(length, sizeof length));
    take(&s, b);
  }
  take_word(&s, s.word | (uint64_t)(s.bytes & 0xff) << 56);
  s.v[2] ^= 0xff;
  for (int i = 0; i < 4; i++)
    round_of(s.v);
  return s.v[0] ^ s.v[1] ^ s.v[2] ^ s.v[3];
}

/* --- memory --- */

static bool same(const struct guess_failure *a, const struct guess_failure *b) {
  return a->who == b->who && a->account == b->account && a->attempt == b->attempt;
}

bool guess_remember(struct guess_memory *m, struct guess_failure f) {
  for (size_t i = 0; i < GUESS_REMEMBERED; i++)
    if (same(&m->f[i], &f))
      return false;
  m->f[m->next] = f;
  m->next = (m->next + 1) % GUESS_REMEMBERED;
  return true;
}

unsigned guess_forget(struct guess_memory *m, uint64_t who, uint64_t account) {
  unsigned n = 0;
  for (size_t i = 0; i < GUESS_REMEMBERED; i++)
    if (m->f[i].who == who && m->f[i].account == account) {
      m->f[i] = (struct guess_failure){0};
      n++;
    }
  return n;
}
