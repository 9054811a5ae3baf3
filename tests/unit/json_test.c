/* json: strings of any bytes are valid JSON; commas stand where they must. */
#include "unit.h"

#include "base/json.h"

static void strings(void **state) {
  (void)state;
  static const struct {
    const char *name, *text;
    size_t n;
    const char *want;
  } rows[] = {
      {"empty", "", 0, "\"\""},
      {"plain", "a/b", 3, "\"a/b\""},
      {"quote, backslash", "\"\\", 2, "\"\\\"\\\\\""},
      {"line ends", "\r\n\t", 3, "\"\\r\\n\\t\""},
      {"control bytes", "\0\x1b\x7f", 3, "\"\\u0000\\u001b\\u007f\""},
      {"Japanese", "\xe5\xa4\xaa", 3, "\"\xe5\xa4\xaa\""},
      {"four bytes", "\xf0\x9f\x93\xa7", 4, "\"\xf0\x9f\x93\xa7\""},
      {"half a character", "\xe5\xa4", 2, "\"\\ufffd\\ufffd\""},
      {"surrogate", "\xed\xa0\x80", 3, "\"\\ufffd\\ufffd\\ufffd\""},
      {"over-long", "\xc0\xaf", 2, "\"\\ufffd\\ufffd\""},
      {"Latin-1", "caf\xe9!", 5, "\"caf\\ufffd!\""},
  };
  for (size_t i = 0; i < COUNT(rows); i++) {
    stralloc out = {0};
    json_string(&out, bytes_of(rows[i].text, rows[i].n));
    row_string(rows[i].name, bytes_sa(&out), rows[i].want);
    stralloc_free(&out);
  }
}

static void objects(void **state) {
  (void)state;
  stralloc out = {0};
  sa_cats(&out, "{}\n");
  json_open(&out, '{');
  json_member(&out, "a", bytes_str("x"));
  json_member_number(&out, "n", -5);
  json_member_bool(&out, "b", true);
  json_key(&out, "list");
  json_open(&out, '[');
  for (int i = 0; i < 2; i++) {
    json_item(&out);
    json_open(&out, '{');
    json_member(&out, "c", bytes_str("{"));
    json_member_bool(&out, "d", false);
    json_close(&out, '}');
  }
  json_close(&out, ']');
  json_member(&out, "z", bytes_str("["));
  json_close(&out, '}');
  row_string("nested", bytes_sa(&out),
             "{}\n{\"a\":\"x\",\"n\":-5,\"b\":true,\"list\":[{\"c\":\"{\",\"d\":false},{\"c\":\"{\",\"d\":false}],\"z\":\"[\"}");
  stralloc_free(&out);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(strings), cmocka_unit_test(objects)};
  return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
