/* How long who waits after how many failures; SipHash's own test vectors; what is remembered. */
#include "unit.h"

#include "guess/guess.h"

enum { NOW = 1700000000 };

static int64_t after(unsigned failures) {
  int64_t until = 0;
  for (unsigned i = 0; i < failures; i++)
    until = guess_add(until, NOW);
  return until;
}

static const struct { const char *name; unsigned failures, seconds, count; int answer_ms, wait_ms; bool refused; } counts[] = {
  {"nothing", 0, 0, 0, 1000, 0, false},
  {"one", 1, 0, 1, 1000, 0, false},
  {"two", 2, 0, 2, 2000, 0, false},
  {"three", 3, 0, 3, 4000, 0, false},
  {"what lets nobody wait", 5, 0, 5, 4000, 0, false},
  {"one more", 6, 0, 6, 4000, 250, false},
  {"the longest wait", 18, 0, 18, 4000, 3000, false},
  {"one less than too many", 19, 0, 19, 4000, 3000, false},
  {"too many", 20, 0, 20, 4000, 3000, true},
  {"one is forgotten", 20, GUESS_STEP, 19, 4000, 3000, false},
  {"a second before that", 20, GUESS_STEP - 1, 20, 4000, 3000, true},
  {"all is forgotten", 20, 20 * GUESS_STEP, 0, 1000, 0, false},
  {"no count grows for ever", 100000, 0, GUESS_MAX / GUESS_STEP, 4000, 3000, true},
};

static void test_counts(void **state) {
  (void)state;
  for (size_t i = 0; i < COUNT(counts); i++) {
    int64_t until = after(counts[i].failures), now = NOW + counts[i].seconds;
    row_check(counts[i].name, guess_count(until, now) == counts[i].count);
    row_check(counts[i].name, guess_answer_ms(guess_count(until, now)) == counts[i].answer_ms);
    row_check(counts[i].name, guess_wait_ms(guess_count(until, now)) == counts[i].wait_ms);
    row_check(counts[i].name, (guess_refused_for(until, now) > 0) == counts[i].refused);
  }
}

static void test_block(void **state) {
  (void)state;
  int64_t until = guess_block(after(20), NOW);
  assert_int_equal(guess_refused_for(until, NOW), GUESS_BLOCK);
  assert_int_equal(guess_refused_for(until, NOW + GUESS_BLOCK), 0);
  assert_int_equal(guess_block(after(200), NOW), after(200));
}

static void test_subtract(void **state) {
  (void)state;
  assert_int_equal(guess_subtract(after(7), NOW, 3), after(4));
  assert_int_equal(guess_subtract(after(7), NOW, 7), 0);
  assert_int_equal(guess_subtract(after(7), NOW, 4000000000u), 0);
  assert_int_equal(guess_subtract(0, NOW, 1), 0);
}

/* A clock that was set back makes nobody wait for ever. */
static void test_clock(void **state) {
  (void)state;
  assert_int_equal(guess_count(after(3), NOW - 10 * 365 * 86400), GUESS_MAX / GUESS_STEP);
  assert_int_equal(guess_count(after(3), NOW + 10 * 365 * 86400), 0);
  assert_true(guess_add(NOW + 1000 * 86400, NOW) <= NOW + GUESS_MAX);
}

/* The first vectors of the paper: key 00 01 … 0f, message 00 01 … . */
static void test_hash(void **state) {
  (void)state;
  static const uint64_t key[2] = {0x0706050403020100, 0x0f0e0d0c0b0a0908};
  static const uint64_t want[] = {0x726fdb47dd0e0e31, 0x74f839c593dc67fd, 0x0d6c8009d9a94f5a, 0x85676696d7fb7e2d, 0xcf2794e0277187b7, 0x18765564cd99a68d,
                                  0xcbc9466e58fee3ce, 0xab0200f58b01d137, 0x93f5f5799a932462};
  char message[16];
  for (size_t i = 0; i < sizeof message; i++)
    message[i] = (char)i;
  for (size_t i = 0; i < COUNT(want); i++)
    assert_true(guess_hash(key, bytes_of(message, i), bytes_of(NULL, 0)) == want[i]);
  assert_true(guess_hash(key, bytes_str("ab"), bytes_str("c")) != guess_hash(key, bytes_str("a"), bytes_str("bc")));
}

static void test_memory(void **state) {
  (void)state;
  static struct guess_memory m;
  assert_true(guess_remember(&m, (struct guess_failure){1, 2, 3}));
  assert_false(guess_remember(&m, (struct guess_failure){1, 2, 3}));
  assert_true(guess_remember(&m, (struct guess_failure){1, 2, 4}));
  assert_true(guess_remember(&m, (struct guess_failure){9, 2, 3}));
  assert_int_equal(guess_forget(&m, 1, 2), 2);
  assert_int_equal(guess_forget(&m, 1, 2), 0);
  assert_false(guess_remember(&m, (struct guess_failure){9, 2, 3}));
  for (uint64_t i = 0; i < GUESS_REMEMBERED; i++)
    guess_remember(&m, (struct guess_failure){5, i + 1, 1});
  assert_true(guess_remember(&m, (struct guess_failure){9, 2, 3}));
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_counts), cmocka_unit_test(test_block), cmocka_unit_test(test_subtract),
    cmocka_unit_test(test_clock),  cmocka_unit_test(test_hash),  cmocka_unit_test(test_memory),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
