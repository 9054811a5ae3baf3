/* xtext: what is encoded comes back; what never becomes a byte. */
#include "unit.h"

#include "smtp/xtext.h"

static void rows(void **state) {
  static const struct {
    const char *xtext, *text;     /* text NULL: refused */
  } table[] = {{"", ""}, {"abc", "abc"}, {"a+2Bb+3Dc", "a+b=c"}, {"a+20b", "a b"}, {"a+", NULL}, {"a+2", NULL}, {"a+2b", NULL}, {"a+00", NULL},
               {"+0A", NULL}, {"+0D+0A", NULL}, {"+7F", NULL}, {"+80", NULL}, {"a=b", NULL}, {"a b", NULL}, {"\xc3\xa9", NULL}, {"a\tb", NULL}, {"+09", NULL}};
  (void)state;
  for (size_t i = 0; i < COUNT(table); i++) {
    stralloc out = {0};
    bool ok = xtext_decode(&out, bytes_str(table[i].xtext));
    row_check(table[i].xtext, ok == (table[i].text != NULL));
    if (ok)
      row_string(table[i].xtext, bytes_sa(&out), table[i].text);
    stralloc_free(&out);
  }
}

static void round_trip(void **state) {
  stralloc text = {0}, coded = {0}, back = {0};
  (void)state;
  for (int c = ' '; c < 0x7f; c++)
    sa_catc(&text, (char)c);
  xtext_encode(&coded, bytes_sa(&text));
  assert_true(xtext_decode(&back, bytes_sa(&coded)) && bytes_eq(bytes_sa(&text), bytes_sa(&back)));
  coded.len = back.len = 0;
  xtext_encode(&coded, bytes_of("\0\n\xff", 3));
  row_string("control bytes are encoded, and refused when they come", bytes_sa(&coded), "+00+0A+FF");
  assert_false(xtext_decode(&back, bytes_sa(&coded)));
  stralloc_free(&text);
  stralloc_free(&coded);
  stralloc_free(&back);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(rows), cmocka_unit_test(round_trip)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
