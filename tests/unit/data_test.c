/* data: the decoder of DATA: the smuggling matrix, strict and lenient, whole and in pieces. */
#include "unit.h"

#include "smtp/data.h"

#define TEXT(text) text, sizeof(text) - 1

struct outcome {
  bool ended;
  enum data_fault fault;
  size_t used;
  stralloc out;
};

static struct outcome decode(struct bytes in, bool lenient, size_t piece) {
  struct data d;
  struct outcome o = {0};
  data_init(&d, lenient, 0, 0);
  while (o.used < in.n && !data_ended(&d)) {
    size_t n = piece < in.n - o.used ? piece : in.n - o.used;
    o.used += data_feed(&d, bytes_of(in.s + o.used, n), &o.out);
  }
  o.ended = data_ended(&d);
  o.fault = d.fault;
  data_free(&d);
  return o;
}

struct row {
  const char *name, *in;
  size_t n;
  bool ended;
  enum data_fault fault;
  const char *out, *rest;     /* rest: what was left when it ended */
};

static void check(const struct row *r, bool lenient, size_t piece) {
  struct outcome o = decode(bytes_of(r->in, r->n), lenient, piece);
  if (o.ended != r->ended || o.fault != r->fault)
    fail_msg("row \"%s\" in pieces of %zu: ended %d, fault %d", r->name, piece, o.ended, (int)o.fault);
  if (!r->fault)
    row_string(r->name, bytes_sa(&o.out), r->out);
  row_string(r->name, bytes_of(r->in + o.used, r->n - o.used), r->rest);
  stralloc_free(&o.out);
}

static void check_all(const struct row *rows, size_t count, bool lenient) {
  for (size_t i = 0; i < count; i++)
    for (size_t piece = 1; piece <= rows[i].n; piece++)
      check(&rows[i], lenient, piece);
}

static void strict(void **state) {
  static const struct row rows[] = {
      {"empty", TEXT(".\r\n"), true, DATA_GOOD, "", ""},
      {"not ended", TEXT("a\r\n"), false, DATA_GOOD, "a\n", ""},
      {"what follows stays", TEXT("a\r\n.\r\nQUIT\r\n"), true, DATA_GOOD, "a\n", "QUIT\r\n"},
      {"a dot more", TEXT("..\r\n..a\r\n.\r\n"), true, DATA_GOOD, ".\n.a\n", ""},
      {"a dot less", TEXT(".a\r\n.\r\n"), true, DATA_GOOD, "a\n", ""},
      {"a dot within", TEXT("a.\r\n.\r\n"), true, DATA_GOOD, "a.\n", ""},
      {"a dot and a blank", TEXT(". \r\n.\r\n"), true, DATA_GOOD, " \n", ""},
      {"8-bit", TEXT("\xff\xfe\r\n.\r\n"), true, DATA_GOOD, "\xff\xfe\n", ""},
      {"bare LF at the start", TEXT("\n.\r\n\r\n.\r\nx"), true, DATA_BARE_LF, "", "x"},
      {"dot, CR, another byte", TEXT(".\rx\r\n.\r\nx"), true, DATA_BARE_CR, "", "x"},
      {"CR CR LF", TEXT("a\r\r\n.\r\nx"), true, DATA_BARE_CR, "", "x"},
      {"CR at the end of what came", TEXT("a\r\n.\r"), false, DATA_GOOD, "a\n", ""},
      {"dot, CR, CR, LF", TEXT("\r\n.\r\r\nx\r\n.\r\ny"), true, DATA_BARE_CR, "", "y"},
      {"dot, NUL", TEXT(".\0\r\n.\r\nx"), true, DATA_NUL, "", "x"},
  };
  (void)state;
  check_all(rows, COUNT(rows), false);
}

static void lenient(void **state) {
  static const struct row rows[] = {
      {"LF.LF", TEXT("a\n.\nx"), true, DATA_GOOD, "a\n", "x"},
      {"CR.CR", TEXT("a\r.\rx"), true, DATA_GOOD, "a\n", "x"},
      {"CRLF.CRLF: the LF is left", TEXT("a\r\n.\r\nx"), true, DATA_GOOD, "a\n", "\nx"},
      {"CR LF split is one", TEXT("a\r\nb\r\n.\n"), true, DATA_GOOD, "a\nb\n", ""},
      {"LF CR are two", TEXT("a\n\rb\n.\n"), true, DATA_GOOD, "a\n\nb\n", ""},
      {"CR CR are two", TEXT("a\r\rb\n.\n"), true, DATA_GOOD, "a\n\nb\n", ""},
      {"CR CR CR LF are two", TEXT("a\r\r\r\nb\n.\n"), true, DATA_GOOD, "a\n\nb\n", ""},
      {"CR CR LF is one", TEXT("a\r\r\nb\r\r\n.\n"), true, DATA_GOOD, "a\nb\n", ""},
      {"stuffed dots", TEXT("..\n..a\r.b\r\n.\n"), true, DATA_GOOD, ".\n.a\nb\n", ""},
      {"NUL everywhere", TEXT("\0a\0\r\0\n\0.\0\n"), true, DATA_GOOD, "a\n", ""},
      {"CR CR NUL LF", TEXT("a\r\r\0\nb\n.\n"), true, DATA_GOOD, "a\nb\n", ""},
      {"dot within", TEXT("a.\n.b.\n.\n"), true, DATA_GOOD, "a.\nb.\n", ""},
  };
  (void)state;
  check_all(rows, COUNT(rows), true);
}

/* Every pair of line ends around the dot, for strangers: only CRLF.CRLF ends (CR CRLF holds one), all else is a fault that is
 * answered at a real CRLF.CRLF and lets nothing of what follows out. */
static void smuggling_matrix(void **state) {
  static const struct {
    const char *s;
    size_t n;
  } ends[] = {{TEXT("\n")}, {TEXT("\r")}, {TEXT("\r\n")}, {TEXT("\0")}, {TEXT("\r\r\n")}, {TEXT("\n\r")}, {TEXT("\n\n")}, {TEXT("\r\0\n")}, {TEXT("")}};
  (void)state;
  for (size_t i = 0; i < COUNT(ends); i++)
    for (size_t j = 0; j < COUNT(ends); j++) {
      stralloc in = {0};
      bool genuine = (i == 2 || i == 4) && j == 2, harmless = (i == 2 || i == 8) && (j == 2 || j == 8);
      sa_cats(&in, "first");
      sa_catb(&in, ends[i].s, ends[i].n);
      sa_catc(&in, '.');
      sa_catb(&in, ends[j].s, ends[j].n);
      size_t smuggled = in.len;
      sa_cats(&in, "MAIL FROM:<evil@b>\r\n.\r\n");
      for (size_t piece = 1; piece <= in.len; piece++) {
        struct outcome o = decode(bytes_sa(&in), false, piece);
        if (!o.ended || o.used != (genuine ? smuggled : in.len) || (o.fault == DATA_GOOD) != harmless)
          fail_msg("pair %zu, %zu in pieces of %zu: used %zu of %zu, fault %d", i, j, piece, o.used, in.len, (int)o.fault);
        stralloc_free(&o.out);
      }
      stralloc_free(&in);
    }
}

/* The size is that of RFC 1870: with CRLF, without stuffing. */
static void sizes(void **state) {
  struct data d;
  stralloc out = {0};
  (void)state;
  data_init(&d, false, 0, 0);
  data_feed(&d, bytes_str("ab\r\n..\r\n.\r\n"), &out);
  assert_int_equal(d.size, 7);
  assert_int_equal(out.len, 5);
  data_free(&d);
  stralloc_free(&out);
}

/* Ten megabytes without a line end; then the same again behind a fault. */
static void no_line_end(void **state) {
  static char block[65536];
  stralloc out = {0};
  struct data d;
  (void)state;
  memset(block, 'a', sizeof block);
  for (int spoilt = 0; spoilt < 2; spoilt++) {
    data_init(&d, false, 0, 0);
    if (spoilt)
      data_feed(&d, bytes_str("\n"), &out);
    for (int i = 0; i < 160; i++, out.len = 0)
      assert_int_equal(data_feed(&d, bytes_of(block, sizeof block), &out), sizeof block);
    data_feed(&d, bytes_str("\r\n.\r\n"), &out);
    assert_true(data_ended(&d) && (d.fault == DATA_BARE_LF) == spoilt && d.scan.delivered.a == 0);
    data_free(&d);
  }
  assert_true(out.a <= 2 * sizeof block);
  stralloc_free(&out);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(strict), cmocka_unit_test(lenient), cmocka_unit_test(smuggling_matrix),
                                     cmocka_unit_test(sizes), cmocka_unit_test(no_line_end)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
