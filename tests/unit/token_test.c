/* token: what commands print. */
#include "unit.h"

#include "token/token.h"

enum { NOW = 1000000 };

static const struct {
  const char *output;
  enum token_result result;
  const char *token;             /* or words */
  int64_t life;
} rows[] = {
  {"ey.abc\n", TOKEN_GOT, "ey.abc", TOKEN_LIFE_UNKNOWN},
  {"ey.abc", TOKEN_GOT, "ey.abc", TOKEN_LIFE_UNKNOWN},
  {"  ey.abc \r\n3599\r\n\n", TOKEN_GOT, "ey.abc", 3599},
  {"ey.abc\n99999999\n", TOKEN_GOT, "ey.abc", TOKEN_LIFE_MAX},
  {"ey.abc\nlong\n", TOKEN_UNREADABLE, "", 0},
  {"ey.abc\n10\nmore\n", TOKEN_UNREADABLE, "", 0},
  {"two words\n", TOKEN_UNREADABLE, "", 0},
  {"\n", TOKEN_UNREADABLE, "", 0},
  {"", TOKEN_UNREADABLE, "", 0},
  {"{\"token_type\":\"Bearer\",\"expires_in\":3599,\"access_token\":\"ey.abc\"}", TOKEN_GOT, "ey.abc", 3599},
  {" { \"access_token\" : \"a\\/b\\u002b\\\"c\" , \"expires_in\" : \"60\" }\n", TOKEN_GOT, "a/b+\"c", 60},
  {"{\"accessToken\":\"x\",\"expires_on\":1000090,\"expiresOn\":\"2026-01-01 00:00\"}", TOKEN_GOT, "x", 90},
  {"{\"accessToken\":\"x\",\"expires_on\":\"999999\"}", TOKEN_OVER, "", 0},
  {"{\"access_token\":\"x\"}", TOKEN_GOT, "x", TOKEN_LIFE_UNKNOWN},
  {"{\"a\":{\"access_token\":\"no }\",\"b\":[1,{}]},\"access_token\":\"yes\",\"c\":null}", TOKEN_GOT, "yes", TOKEN_LIFE_UNKNOWN},
  {"{\"error\":\"invalid_grant\",\"error_description\":\"AADSTS70000: no\\r\\nTrace\",\"access_token\":\"x\"}", TOKEN_REFUSED, "invalid_grant: AADSTS70000: no  Trace", 0},
  {"{\"error\":\"invalid_client\"}", TOKEN_REFUSED, "invalid_client", 0},
  {"{\"error\":{\"code\":403}}", TOKEN_UNREADABLE, "", 0},
  {"{\"access_token\":\"a\nb\"}", TOKEN_UNREADABLE, "", 0},
  {"{\"access_token\":\"a\\u0001b\"}", TOKEN_UNREADABLE, "", 0},
  {"{\"access_token\":\"x\"", TOKEN_UNREADABLE, "", 0},
  {"{\"access_token\":\"x", TOKEN_UNREADABLE, "", 0},
  {"{\"access_token\"", TOKEN_UNREADABLE, "", 0},
  {"{\"a\":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]", TOKEN_UNREADABLE, "", 0},
  {"{\"a\":\"\\u00", TOKEN_UNREADABLE, "", 0},
  {"<html>", TOKEN_GOT, "<html>", TOKEN_LIFE_UNKNOWN},   /* by its form: the other server will refuse it */
};

static void test_rows(void **state) {
  (void)state;
  for (size_t i = 0; i < COUNT(rows); i++) {
    struct token_answer a = {0};
    enum token_result result = token_read(&a, bytes_str(rows[i].output), NOW);
    row_check(rows[i].output, result == rows[i].result);
    if (result == TOKEN_GOT) {
      row_string(rows[i].output, bytes_sa(&a.token), rows[i].token);
      row_check(rows[i].output, a.expires == NOW + rows[i].life);
    } else if (result == TOKEN_REFUSED)
      row_string(rows[i].output, bytes_sa(&a.words), rows[i].token);
    token_answer_free(&a);
  }
}

/* Cut anywhere it is read without harm, and never as another token. */
static void test_cut(void **state) {
  static const char whole[] = "{\"a\":[{\"b\":\"\\u0041]\"}],\"access_token\":\"ey.abc\",\"expires_in\":3599}";
  (void)state;
  for (size_t n = 0; n < sizeof whole - 1; n++) {
    struct token_answer a = {0};
    enum token_result result = token_read(&a, bytes_of(whole, n), NOW);
    row_check(whole, result == TOKEN_UNREADABLE);
    token_answer_free(&a);
  }
}

static void test_times(void **state) {
  (void)state;
  assert_int_equal(token_due(1000, 5000), 4000);
  assert_int_equal(token_pause(1), 30);
  assert_int_equal(token_pause(3), 120);
  assert_int_equal(token_pause(6), 900);
  assert_int_equal(token_pause(4000000000u), 900);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_rows), cmocka_unit_test(test_cut), cmocka_unit_test(test_times)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
