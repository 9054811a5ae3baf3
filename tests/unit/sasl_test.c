/* sasl: base64 of every length, good and bad; PLAIN and LOGIN step by step, with every kind of bad step. */
#include "unit.h"

#include "sasl/sasl.h"

enum { LENGTHS = 4096 };

/* --- base64 --- */

static void vectors(void **state) {
  static const char *const rows[][2] = {{"", ""}, {"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"}, {"foob", "Zm9vYg=="}, {"fooba", "Zm9vYmE="}, {"foobar", "Zm9vYmFy"}};
  (void)state;
  for (size_t i = 0; i < COUNT(rows); i++) {
    stralloc out = {0}, back = {0};
    base64_encode(&out, bytes_str(rows[i][0]));
    row_string(rows[i][0], bytes_sa(&out), rows[i][1]);
    row_check(rows[i][0], base64_decode(&back, bytes_sa(&out)));
    row_string(rows[i][0], bytes_sa(&back), rows[i][0]);
    stralloc_free(&out);
    stralloc_free(&back);
  }
}

static void refused(void **state) {
  static const char *const rows[] = {
      "Z", "Zg", "Zg=", "=", "==", "===", "====", "Zg===", "Zg====", "Z===", "Zh==", "Zm9=", "Zg==Zg==", "Zm8=Zm8=", "Zm 8", " Zg==", "Zg== ", "Zg==\r", "Zm9v\n",
      "Zm-_", "Zm9v*", "*", "Zg=a", "=Zg=", "Zm\xc3\xb6", "Zm9\x7f", "!!!!"};
  (void)state;
  for (size_t i = 0; i < COUNT(rows); i++) {
    stralloc out = {0};
    sa_copys(&out, "before");
    row_check(rows[i], !base64_decode(&out, bytes_str(rows[i])));
    row_string(rows[i], bytes_sa(&out), "before");
    stralloc_free(&out);
  }
  stralloc nul = {0};
  assert_false(base64_decode(&nul, bytes_of("Zg\0=", 4)));
  stralloc_free(&nul);
}

/* The input stands at the end of memory of its own, so that a byte read beyond it is seen (incident 7). */
static bool decode_copy(stralloc *out, struct bytes in) {
  char *copy = test_malloc(in.n + 1);
  if (in.n)
    memcpy(copy + 1, in.s, in.n);
  out->len = 0;
  bool ok = base64_decode(out, bytes_of(copy + 1, in.n));
  test_free(copy);
  return ok;
}

static void every_length_encoded(void **state) {
  char *text = test_malloc(LENGTHS);
  stralloc coded = {0}, back = {0};
  (void)state;
  for (size_t i = 0; i < LENGTHS; i++)
    text[i] = (char)(i * 131 + i / 256);
  for (size_t n = 0; n <= LENGTHS; n++) {
    coded.len = 0;
    base64_encode(&coded, bytes_of(text, n));
    assert_int_equal(coded.len, (n + 2) / 3 * 4);
    assert_true(decode_copy(&back, bytes_sa(&coded)));
    assert_true(bytes_eq(bytes_sa(&back), bytes_of(text, n)));
  }
  test_free(text);
  stralloc_free(&coded);
  stralloc_free(&back);
}

static void every_length_decoded(void **state) {
  static const char bad[] = {'=', '*', '\0', ' ', '\n', '\xff', '\\'};
  char *line = test_malloc(LENGTHS + 1);
  stralloc back = {0};
  (void)state;
  memset(line, 'A', LENGTHS + 1);
  for (size_t n = 0; n <= LENGTHS; n++) {
    assert_int_equal(decode_copy(&back, bytes_of(line, n)), n % 4 == 0);
    if (!n)
      continue;
    size_t where = n * 7 % n;
    for (size_t i = 0; i < COUNT(bad); i++) {
      line[where] = line[n - 1] = bad[i];
      bool padded = bad[i] == '=' && where == n - 1 && n % 4 == 0;
      assert_int_equal(decode_copy(&back, bytes_of(line, n)), padded);
      line[where] = line[n - 1] = 'A';
    }
  }
  test_free(line);
  stralloc_free(&back);
}

/* --- conversations --- */

struct step {
  const char *line;            /* what the client says, before base64; "!…" is sent as it is; NULL: no initial response */
  size_t n;                    /* of the line, where it has a NUL; 0: strlen */
};

static const struct play {
  const char *name, *mechanism;
  struct step step[4];
  size_t steps;
  const char *user, *pass;     /* SASL_DONE */
  enum message_id why;         /* SASL_FAILED where user is NULL */
} plays[] = {
    {"PLAIN at once", "PLAIN", {{"\0taro@example.jp\0pass", 21}}, 1, "taro@example.jp", "pass", 0},
    {"PLAIN after the challenge", "plain", {{NULL, 0}, {"\0a\0b", 4}}, 2, "a", "b", 0},
    {"PLAIN, an empty line is no initial response", "PLAIN", {{"!", 0}, {"\0a\0b", 4}}, 2, "a", "b", 0},
    {"PLAIN, the identity is the user", "PLAIN", {{"A@b.jp\0a@b.jp\0w", 15}}, 1, "a@b.jp", "w", 0},
    {"PLAIN, another identity", "PLAIN", {{"root\0a\0b", 8}}, 1, NULL, NULL, SA208W_identity_other},
    {"PLAIN, a password of blanks and UTF-8", "PLAIN", {{"\0a\0 \xe3\x81\x82 ", 8}}, 1, "a", " \xe3\x81\x82 ", 0},
    {"PLAIN cancelled", "PLAIN", {{NULL, 0}, {"!*", 0}}, 2, NULL, NULL, SA201W_cancelled},
    {"PLAIN, a star as initial response", "PLAIN", {{"!*", 0}}, 1, NULL, NULL, SA201W_cancelled},
    {"PLAIN, an empty initial response", "PLAIN", {{"!=", 0}}, 1, NULL, NULL, SA205W_malformed},
    {"PLAIN, = after the challenge", "PLAIN", {{NULL, 0}, {"!=", 0}}, 2, NULL, NULL, SA202W_not_base64},
    {"PLAIN, an empty line after the challenge", "PLAIN", {{NULL, 0}, {"!", 0}}, 2, NULL, NULL, SA205W_malformed},
    {"PLAIN, bad base64", "PLAIN", {{"!AGEAY", 0}}, 1, NULL, NULL, SA202W_not_base64},
    {"PLAIN, one NUL", "PLAIN", {{"a\0b", 3}}, 1, NULL, NULL, SA205W_malformed},
    {"PLAIN, no NUL", "PLAIN", {{"ab", 2}}, 1, NULL, NULL, SA205W_malformed},
    {"PLAIN, three NULs", "PLAIN", {{"\0a\0b\0c", 6}}, 1, NULL, NULL, SA205W_malformed},
    {"PLAIN, no user", "PLAIN", {{"\0\0b", 3}}, 1, NULL, NULL, SA206W_word_empty},
    {"PLAIN, an identity, no user", "PLAIN", {{"a\0\0b", 4}}, 1, NULL, NULL, SA208W_identity_other},
    {"PLAIN, no password", "PLAIN", {{"\0a\0", 3}}, 1, NULL, NULL, SA206W_word_empty},
    {"LOGIN", "LOGIN", {{NULL, 0}, {"taro@example.jp", 0}, {"pass", 0}}, 3, "taro@example.jp", "pass", 0},
    {"LOGIN, user at once", "login", {{"taro", 0}, {"pass", 0}}, 2, "taro", "pass", 0},
    {"LOGIN cancelled at the user", "LOGIN", {{NULL, 0}, {"!*", 0}}, 2, NULL, NULL, SA201W_cancelled},
    {"LOGIN cancelled at the password", "LOGIN", {{NULL, 0}, {"taro", 0}, {"!*", 0}}, 3, NULL, NULL, SA201W_cancelled},
    {"LOGIN, the user is an address in the clear", "LOGIN", {{NULL, 0}, {"!a@b.jp12", 0}}, 2, NULL, NULL, SA202W_not_base64},
    {"LOGIN, the user is bad base64", "LOGIN", {{NULL, 0}, {"!tar", 0}, }, 2, NULL, NULL, SA202W_not_base64},
    {"LOGIN, the password is bad base64", "LOGIN", {{NULL, 0}, {"taro", 0}, {"!a", 0}}, 3, NULL, NULL, SA202W_not_base64},
    {"LOGIN, no user", "LOGIN", {{NULL, 0}, {"", 0}}, 2, NULL, NULL, SA206W_word_empty},
    {"LOGIN, an empty initial response", "LOGIN", {{"!=", 0}}, 1, NULL, NULL, SA206W_word_empty},
    {"LOGIN, no password", "LOGIN", {{"taro", 0}, {"", 0}}, 2, NULL, NULL, SA206W_word_empty},
    {"LOGIN, = as password", "LOGIN", {{"taro", 0}, {"!=", 0}}, 2, NULL, NULL, SA202W_not_base64},
    {"LOGIN, a NUL in the user", "LOGIN", {{"ta\0ro", 5}, {"pass", 0}}, 2, NULL, NULL, SA205W_malformed},
    {"LOGIN, a NUL in the password", "LOGIN", {{"taro", 0}, {"pa\0ss", 5}}, 2, NULL, NULL, SA205W_malformed},
};

static enum sasl_step say(struct sasl *s, const struct step *step) {
  stralloc line = {0};
  if (!step->line)
    return sasl_feed(s, bytes_of(NULL, 0));
  if (step->line[0] == '!')
    sa_copys(&line, step->line + 1);
  else
    base64_encode(&line, bytes_of(step->line, step->n ? step->n : strlen(step->line)));
  sa_cstr(&line);
  enum sasl_step result = sasl_feed(s, bytes_sa(&line));
  stralloc_free(&line);
  return result;
}

static void conversations(void **state) {
  (void)state;
  for (size_t i = 0; i < COUNT(plays); i++) {
    const struct play *p = &plays[i];
    struct sasl s;
    enum sasl_step step = SASL_CHALLENGE;
    row_check(p->name, sasl_begin(&s, bytes_str(p->mechanism)));
    for (size_t k = 0; k < p->steps; k++) {
      row_check(p->name, step == SASL_CHALLENGE);
      step = say(&s, &p->step[k]);
    }
    row_check(p->name, step == (p->user ? SASL_DONE : SASL_FAILED));
    if (p->user) {
      row_string(p->name, bytes_sa(&s.user), p->user);
      row_string(p->name, bytes_sa(&s.pass), p->pass);
    } else
      row_check(p->name, s.why == p->why && !s.user.s && !s.pass.s);
    sasl_free(&s);
  }
}

static void challenges(void **state) {
  struct sasl s;
  (void)state;
  assert_true(sasl_begin(&s, bytes_str("Login")));
  assert_int_equal(sasl_feed(&s, bytes_of(NULL, 0)), SASL_CHALLENGE);
  row_string("user", s.challenge, "VXNlcm5hbWU6");
  assert_int_equal(sasl_feed(&s, bytes_str("YQ==")), SASL_CHALLENGE);
  row_string("password", s.challenge, "UGFzc3dvcmQ6");
  sasl_free(&s);
  assert_true(sasl_begin(&s, bytes_str("PLAIN")));
  assert_int_equal(sasl_feed(&s, bytes_of(NULL, 0)), SASL_CHALLENGE);
  row_string("plain", s.challenge, "");
  sasl_free(&s);
}

static void mechanisms(void **state) {
  static const char *const rows[] = {"", "PLAI", "PLAINX", "CRAM-MD5", "NTLM", "EXTERNAL", "XOAUTH2", "LOGIN ", "DIGEST-MD5", "ANONYMOUS", "*"};
  struct sasl s;
  (void)state;
  for (size_t i = 0; i < COUNT(rows); i++)
    row_check(rows[i], !sasl_begin(&s, bytes_str(rows[i])));
}

/* Lines of every length as PLAIN and as either word of LOGIN: user and password of any size within the bounds, no more. */
static void every_length(void **state) {
  char *text = test_malloc(LENGTHS + 1);
  stralloc line = {0};
  (void)state;
  memset(text, 'x', LENGTHS + 1);
  text[0] = text[2] = 0;
  for (size_t n = 0; n <= LENGTHS; n++) {
    struct sasl s;
    line.len = 0;
    base64_encode(&line, bytes_of(text, n));
    sasl_begin(&s, bytes_str("PLAIN"));
    enum sasl_step step = sasl_feed(&s, bytes_sa(&line)), want = n > 3 && n - 3 <= SASL_PASS_MAX ? SASL_DONE : n ? SASL_FAILED : SASL_CHALLENGE;
    assert_int_equal(step, want);
    if (step == SASL_FAILED && line.len > SASL_LINE_MAX)
      assert_int_equal(s.why, SA203W_line_too_long);
    else if (step == SASL_FAILED && n > 3)
      assert_int_equal(s.why, SA207W_word_too_long);
    sasl_free(&s);
  }
  for (size_t n = 1; n <= LENGTHS; n++) {
    struct sasl s;
    line.len = 0;
    base64_encode(&line, bytes_of(text + 3, n - 1));
    sasl_begin(&s, bytes_str("LOGIN"));
    sasl_feed(&s, bytes_str("YQ=="));
    assert_int_equal(sasl_feed(&s, bytes_sa(&line)), n > 1 && n - 1 <= SASL_PASS_MAX ? SASL_DONE : SASL_FAILED);
    sasl_free(&s);
  }
  test_free(text);
  stralloc_free(&line);
}

static void saying(void **state) {
  stralloc out = {0};
  struct sasl s;
  (void)state;
  sasl_say_plain(&out, bytes_str("taro"), bytes_str("secret"));
  row_string("plain", bytes_sa(&out), "AHRhcm8Ac2VjcmV0");
  sasl_begin(&s, bytes_str("PLAIN"));
  assert_int_equal(sasl_feed(&s, bytes_sa(&out)), SASL_DONE);
  row_string("user", bytes_sa(&s.user), "taro");
  sasl_free(&s);
  out.len = 0;
  sasl_say_login(&out, bytes_str("taro"));
  row_string("login", bytes_sa(&out), "dGFybw==");
  out.len = 0;
  sasl_say_xoauth2(&out, bytes_str("someuser@example.com"), bytes_str("ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg"));
  row_string("xoauth2", bytes_sa(&out), "dXNlcj1zb21ldXNlckBleGFtcGxlLmNvbQFhdXRoPUJlYXJlciB5YTI5LnZGOWRmdDRxbVRjMk52YjNSbGNrQmhkSFJoZG1semRHRXVZMjl0Q2cBAQ==");
  stralloc_free(&out);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(vectors), cmocka_unit_test(refused), cmocka_unit_test(every_length_encoded), cmocka_unit_test(every_length_decoded),
      cmocka_unit_test(conversations), cmocka_unit_test(challenges), cmocka_unit_test(mechanisms), cmocka_unit_test(every_length), cmocka_unit_test(saying),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
