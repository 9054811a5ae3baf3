/* bounce: as tables.  What a MIME parser makes of it is tests/cli/bounce-make.t's business. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "bounce/parts.h"

static void check_rows(int row, const char *got, size_t n, const char *want) {
  if (n != strlen(want) || (n && memcmp(got, want, n)))
    fail_msg("row %d: got \"%.*s\", want \"%s\"", row, (int)n, got, want);
}

static void test_base64(void **state) {
  static const struct { const char *in, *out; } rows[] = {
    {"", ""}, {"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"}, {"foob", "Zm9vYg=="}, {"fooba", "Zm9vYmE="}, {"foobar", "Zm9vYmFy"},
    {"\xff\xfe", "//4="},
    {"0123456789012345678901234567890123456789012345678901234567890", "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2\nNzg5MA=="},
  };
  (void)state;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    stralloc out = {0};
    mime_base64(&out, bytes_str(rows[i].in));
    check_rows((int)i, out.s, out.len, rows[i].out);
    stralloc_free(&out);
  }
}

static void test_field(void **state) {
  static const struct { const char *in, *out; } rows[] = {
    {"plain", "X: plain\n"},
    {"a\r\nEvil: b", "X: a Evil: b\n"},
    {"  a \t\n b  ", "X: a b\n"},
    {"\n\n--boundary--\n", "X: --boundary--\n"},
    {"", "X: \n"},
    {"caf\xc3\xa9", "X: caf??\n"},
    {"0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789",
     "X: 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789\n 0123456789\n"},
  };
  (void)state;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    stralloc out = {0};
    mime_field(&out, "X", bytes_str(rows[i].in));
    check_rows((int)i, out.s, out.len, rows[i].out);
    stralloc_free(&out);
  }
}

static void test_field_of_one_long_word(void **state) {
  stralloc in = {0}, out = {0};
  (void)state;
  for (int i = 0; i < 5000; i++)
    sa_catc(&in, 'x');
  mime_field(&out, "X", bytes_sa(&in));
  struct bytes rest = bytes_sa(&out), line;
  while (bytes_cut(&rest, '\n', &line) && rest.s)
    assert_true(line.n < 600);
  stralloc_free(&in);
  stralloc_free(&out);
}

static void test_wrap(void **state) {
  static const struct { const char *in, *out; } rows[] = {
    {"one two three four", "> one two\n> three four\n"},
    {"", ""},
    {"a", "> a\n"},
    {"averyveryverylongword b", "> averyveryv\n> erylongwor\n> d b\n"},
    {"\xe3\x81\x82\xe3\x81\x84\xe3\x81\x86\xe3\x81\x88\xe3\x81\x8a\xe3\x81\x8b", "> \xe3\x81\x82\xe3\x81\x84\xe3\x81\x86\xe3\x81\x88\xe3\x81\x8a\n> \xe3\x81\x8b\n"},
    {"\xe3\x81\x82\xe3\x81\x84\xe3\x81\x86\xe3\x81\x88\xe3\x81\x8a\xe3\x80\x82", "> \xe3\x81\x82\xe3\x81\x84\xe3\x81\x86\xe3\x81\x88\n> \xe3\x81\x8a\xe3\x80\x82\n"},
    {"\xff\xe3\x81", "> \xff\xe3\x81\n"},
  };
  (void)state;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    stralloc out = {0};
    mime_wrap(&out, bytes_str(rows[i].in), "> ", 10);
    check_rows((int)i, out.s, out.len, rows[i].out);
    stralloc_free(&out);
  }
}

static void test_boundary_is_not_in_the_content(void **state) {
  stralloc out = {0};
  (void)state;
  mime_boundary(&out, bytes_str("id.b0"), bytes_str("--id.b0=_0--\n--id.b0=_1\n"));
  check_rows(0, out.s, out.len, "id.b0=_2");
  stralloc_free(&out);
}

static void test_status(void **state) {
  static const struct { const char *cause, *reply; enum bounce_kind kind; const char *want; } rows[] = {
    {"user_unknown", "550 5.1.1 No such user", BOUNCE_FAILED, "5.1.1"},
    {"user_unknown", "550 No such user", BOUNCE_FAILED, "5.1.1"},
    {"", "550 What", BOUNCE_FAILED, "5.0.0"},
    {"", "", BOUNCE_DELAYED, "4.0.0"},
    {"", "450 4.2.0 Greylisted", BOUNCE_DELAYED, "4.2.0"},
    {"greylisted", "Time is over (QU109E); 450 4.2.0 Greylisted", BOUNCE_FAILED, "4.2.0"},
    {"expired", "", BOUNCE_FAILED, "4.4.7"},
    {"", "550 4.2.0 the classes differ", BOUNCE_FAILED, "5.0.0"},
    {"", "550 5.1.1234 too long", BOUNCE_FAILED, "5.0.0"},
    {"", "550 5.1", BOUNCE_FAILED, "5.0.0"},
    {"", "550-5.7.25 first\n550 5.7.25 second", BOUNCE_FAILED, "5.7.25"},
    {"mailbox_full", "", BOUNCE_DELIVERED, "2.1.5"},
    {"connect_timeout", "", BOUNCE_DELAYED, "4.4.1"},
    {"", "550 5.7.1", BOUNCE_FAILED, "5.7.1"},
  };
  (void)state;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    struct queue_rcpt r = {0};
    stralloc out = {0};
    sa_copys(&r.cause, rows[i].cause);
    sa_copys(&r.reply, rows[i].reply);
    bounce_status(&out, &r, rows[i].kind);
    check_rows((int)i, out.s, out.len, rows[i].want);
    stralloc_free(&out);
    stralloc_free(&r.cause);
    stralloc_free(&r.reply);
  }
}

static void test_wanted(void **state) {
  static const struct { unsigned notify; bool failed, delayed, delivered; } rows[] = {
    {0, true, true, false},
    {NOTIFY_NEVER, false, false, false},
    {NOTIFY_SUCCESS, false, false, true},
    {NOTIFY_FAILURE, true, false, false},
    {NOTIFY_DELAY, false, true, false},
    {NOTIFY_SUCCESS | NOTIFY_FAILURE | NOTIFY_DELAY, true, true, true},
  };
  (void)state;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    struct queue_rcpt r = {.notify = rows[i].notify};
    if (bounce_is_wanted(&r, BOUNCE_FAILED) != rows[i].failed || bounce_is_wanted(&r, BOUNCE_DELAYED) != rows[i].delayed ||
        bounce_is_wanted(&r, BOUNCE_DELIVERED) != rows[i].delivered || !bounce_is_wanted(&r, BOUNCE_DOUBLE))
      fail_msg("row %zu", i);
  }
}

static void test_machine_part(void **state) {
  struct queue_message m = {.received = 1795493650};
  unsigned short numbers[] = {0, 1, 2};
  stralloc out = {0};
  (void)state;
  snprintf(m.id, sizeof m.id, "01nga3rj0123456789abc");
  sa_copys(&m.envid, "QQ+3D314");
  struct queue_rcpt *r = queue_add_rcpt(&m);
  sa_copys(&r->addr, "jiro@example.net");
  sa_copys(&r->orcpt, "rfc822;a+2Bb@example.net");
  sa_copys(&r->cause, "user_unknown");
  sa_copys(&r->reply, "550 5.1.1 No such\r\nFinal-Recipient: rfc822; x@y");
  r = queue_add_rcpt(&m);
  sa_copys(&r->addr, "\xe3\x81\x82@example.jp");
  sa_copys(&r->cause, "connect_timeout");
  r = queue_add_rcpt(&m);
  r->local = true;
  sa_copys(&r->addr, "taro@example.test");
  sa_copys(&r->original, "info@example.test");
  sa_copys(&r->reply, "no digits");
  struct bounce b = {.kind = BOUNCE_FAILED, .hostname = bytes_str("mail.example.test"), .m = &m, .rcpt = numbers, .count = 3};
  status_text(&out, &b);
  check_rows(0, out.s, out.len,
             "Reporting-MTA: dns; mail.example.test\nOriginal-Envelope-Id: QQ=314\nArrival-Date: Tue, 24 Nov 2026 04:14:10 +0000\n"
             "\nOriginal-Recipient: rfc822; a+b@example.net\nFinal-Recipient: rfc822; jiro@example.net\nAction: failed\nStatus: 5.1.1\n"
             "Diagnostic-Code: smtp; 550 5.1.1 No such Final-Recipient: rfc822; x@y\nFinal-Log-ID: 01nga3rj0123456789abc\n"
             "\nFinal-Recipient: utf-8; \\x{3042}@example.jp\nAction: failed\nStatus: 5.4.1\nFinal-Log-ID: 01nga3rj0123456789abc\n"
             "\nOriginal-Recipient: rfc822; info@example.test\nFinal-Recipient: rfc822; taro@example.test\nAction: failed\nStatus: 5.0.0\n"
             "Diagnostic-Code: x-wiz98; no digits\nFinal-Log-ID: 01nga3rj0123456789abc\n");
  stralloc_free(&out);
  queue_message_free(&m);
}

static void test_message_of_a_failure(void **state) {
  static const struct { bool local; const char *cause, *reply, *id; } rows[] = {
    {false, "user_unknown", "550 5.1.1 No", "CL101E"},
    {true, "mailbox_full", "452 4.2.2 The mailbox is full (LD201W): mail/x/y", "LD201W"},
    {false, "mailbox_full", "452 4.2.2 full (LD201W)", "CL102E"},
    {false, "", "something (LD202E)", "LD202E"},
    {false, "", "something (XX999E) (LD202", ""},
    {true, "", "", ""},
  };
  (void)state;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    struct queue_rcpt r = {.local = rows[i].local};
    enum message_id id;
    sa_copys(&r.cause, rows[i].cause);
    sa_copys(&r.reply, rows[i].reply);
    const char *got = human_message(&r, &id) ? message_of(id)->id : "";
    check_rows((int)i, got, strlen(got), rows[i].id);
    stralloc_free(&r.cause);
    stralloc_free(&r.reply);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_base64), cmocka_unit_test(test_field), cmocka_unit_test(test_field_of_one_long_word), cmocka_unit_test(test_wrap),
    cmocka_unit_test(test_boundary_is_not_in_the_content), cmocka_unit_test(test_status), cmocka_unit_test(test_wanted),
    cmocka_unit_test(test_machine_part), cmocka_unit_test(test_message_of_a_failure),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
