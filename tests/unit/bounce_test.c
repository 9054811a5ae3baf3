/* bounce: as tables.  What a MIME parser makes of it is tests/cli/bounce-make.t's business. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "bounce/operator.h"
#include "bounce/parts.h"
#include "classify/classify.h"

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

/* --- what people read --- */

static void setup(struct queue_message *m, const char *cause, const char *reply) {
  *m = (struct queue_message){.received = 1795493650, .id = "01nga3rj0123456789abc"};
  struct queue_rcpt *r = queue_add_rcpt(m);
  sa_copys(&r->addr, "jiro@example.net");
  sa_copys(&r->cause, cause);
  sa_copys(&r->reply, reply);
  r->attempts = 3;
  r->tried = 1795500000;
}

/* The text in one line, without the blanks of its lines. */
static const char *text_of(stralloc *out, struct queue_message *m, enum bounce_kind kind, enum bounce_languages languages, const struct bounce_attempt *attempt) {
  static const unsigned short number = 0;
  struct bounce b = {.kind = kind, .languages = languages, .offset = 9 * 3600, .postmaster = bytes_str("postmaster@example.test"), .attempt = attempt,
                     .hostname = bytes_str("mail.example.test"), .m = m, .rcpt = &number, .count = 1, .until = 1795925650};
  stralloc text = {0};
  human_text(&text, &b);
  out->len = 0;
  for (size_t i = 0; i < text.len; i++)
    if (text.s[i] != '\n' && (text.s[i] != ' ' || (out->len && out->s[out->len - 1] != ' ')))
      sa_catc(out, text.s[i]);
    else if (text.s[i] == '\n' && out->len && !(out->s[out->len - 1] & 0x80))
      sa_catc(out, ' ');
  stralloc_free(&text);
  return sa_cstr(out);
}

static void check_has(const char *name, const char *text, const char *want) {
  stralloc flat = {0};
  for (const char *p = want; *p; p++)
    if (*p != ' ' || !(flat.len && flat.s[flat.len - 1] == ' '))
      sa_catc(&flat, *p);
  if (*want && !strstr(text, sa_cstr(&flat)))
    fail_msg("%s: no \"%s\" in: %s", name, want, text);
  stralloc_free(&flat);
}

/* Each class tells the sender something to do, in both languages, and says who can mend what they cannot. */
static void test_each_cause_speaks_to_the_sender(void **state) {
  (void)state;
  for (int c = CAUSE_NONE + 1; c < CAUSE_COUNT; c++) {
    const char *name = cause_name((enum cause)c)->name;
    const struct explanation *e = explanation_of(cause_name((enum cause)c)->id);
    struct queue_message m;
    stralloc text = {0};
    if (cause_is_ours((enum cause)c) && !e->ask_operator)
      fail_msg("%s: the operator is not named", name);
    if (strlen(e->sender[LANG_EN]) < 40 || strlen(e->sender[LANG_JA]) < 40)
      fail_msg("%s: the sender is told nothing", name);
    if (strstr(e->sender[LANG_EN], "conf/") || strstr(e->sender[LANG_JA], "conf/") || strstr(e->sender[LANG_EN], "="))
      fail_msg("%s: the sender is told what an operator does", name);
    setup(&m, name, "");
    const char *got = text_of(&text, &m, BOUNCE_FAILED, BOUNCE_EN, NULL);
    check_has(name, got, e->text[LANG_EN]);
    check_has(name, got, message_of(cause_name((enum cause)c)->id)->id);
    if (!strstr(got, "postmaster@example.test") == e->ask_operator)
      fail_msg("%s: %s", name, got);
    stralloc_free(&text);
    queue_message_free(&m);
  }
}

static void test_what_people_read(void **state) {
  static const struct { const char *cause, *reply; enum bounce_kind kind; enum bounce_languages languages; const char *has, *hasnt; } rows[] = {
    {"user_unknown", "550 5.1.1 No", BOUNCE_FAILED, BOUNCE_JA, "2026年11月24日 13:14 に送信されたメールを jiro@example.net", "What you can do"},
    {"user_unknown", "550 5.1.1 No", BOUNCE_FAILED, BOUNCE_EN, "The other server's words: 550 5.1.1 No", "理由"},
    {"user_unknown", "550 5.1.1 No", BOUNCE_FAILED, BOUNCE_BOTH, "(English text follows the Japanese.)", "{"},
    {"user_unknown", "550 5.1.1 No", BOUNCE_FAILED, BOUNCE_EN, "Tried: 3 times, last Tue, 24 Nov 2026 15:00", "UTC"},
    {"user_unknown", "550 5.1.1 No", BOUNCE_FAILED, BOUNCE_EN, "user_unknown (CL101E, troubleshooting manual Q8 (a)-3 (a)-1 (a)-2)", "postmaster@"},
    {"user_unknown", "550 5.1.1 No", BOUNCE_FAILED, BOUNCE_EN, "Did you mean jiru@example.net?", ""},
    {"user_unknown", "550 5.1.1 No", BOUNCE_FAILED, BOUNCE_EN, "Server: mx.example.net [192.0.2.1]", ""},
    {"connect_timeout", "connect mx [192.0.2.1]: timed out", BOUNCE_FAILED, BOUNCE_EN, "What our mail server noted: connect mx", "other server's words"},
    {"reverse_dns", "550 5.7.25 No", BOUNCE_FAILED, BOUNCE_EN, "forward this notice as it is to postmaster@example.test (CL107E)", ""},
    {"greylisted", "450 4.2.0 Later", BOUNCE_DELAYED, BOUNCE_EN, "You need not send it again: it is tried by itself until Sun, 29 Nov 2026 13:14", "once more"},
    {"greylisted", "450 4.2.0 Later", BOUNCE_DELAYED, BOUNCE_JA, "送り直す必要はありません", "送ってください"},
    {"greylisted", "Gave up (QU109E); 450 4.2.0 Later", BOUNCE_FAILED, BOUNCE_EN, "until the time for that was over", "Gave up"},
    {"expired", "Gave up (QU109E)", BOUNCE_FAILED, BOUNCE_EN, "until the time for that was over", "Gave up"},
    {"operator", "The administrator", BOUNCE_FAILED, BOUNCE_EN, "stopped the delivery of this mail by hand", ""},
    {"", "554 What", BOUNCE_FAILED, BOUNCE_EN, "If you do not know what to do, forward this notice as it is to the administrator, postmaster@example.test", ""},
    {"user_unknown", "550 \033[2J\r\nEvil: x", BOUNCE_FAILED, BOUNCE_EN, "550 [2J Evil: x", "\033"},
    {"", "", BOUNCE_DELIVERED, BOUNCE_EN, "was delivered to the mailbox of jiro@example.net", "Tried"},
    {"policy", "550 no", BOUNCE_DOUBLE, BOUNCE_JA, "管理者(postmaster)にお知らせします", ""},
  };
  static const struct bounce_attempt attempt = {.host = {"mx.example.net [192.0.2.1]", 26}, .near = {"jiru@example.net", 16}};
  (void)state;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    struct queue_message m;
    stralloc text = {0};
    char name[20];
    snprintf(name, sizeof name, "row %zu", i);
    setup(&m, rows[i].cause, rows[i].reply);
    const char *got = text_of(&text, &m, rows[i].kind, rows[i].languages, &attempt);
    check_has(name, got, rows[i].has);
    if (*rows[i].hasnt && strstr(got, rows[i].hasnt))
      fail_msg("%s: \"%s\" is in: %s", name, rows[i].hasnt, got);
    stralloc_free(&text);
    queue_message_free(&m);
  }
}

static void test_subject(void **state) {
  static const struct { const char *header; enum bounce_languages languages; const char *want; } rows[] = {
    {"Subject: x\n\n", BOUNCE_EN, "=?UTF-8?B?TWFpbCBub3QgZGVsaXZlcmVkOiA=?=\n x"},
    {"From: a\nsubject:  a\n  b \nTo: c\n\nSubject: no\n", BOUNCE_EN, "=?UTF-8?B?TWFpbCBub3QgZGVsaXZlcmVkOiA=?=\n a\n b"},
    {"From: a\n\nSubject: no\n", BOUNCE_EN, "=?UTF-8?B?TWFpbCBub3QgZGVsaXZlcmVk?="},
    {"", BOUNCE_EN, "=?UTF-8?B?TWFpbCBub3QgZGVsaXZlcmVk?="},
    {"Subject: \r\033]0;x\007\n", BOUNCE_EN, "=?UTF-8?B?TWFpbCBub3QgZGVsaXZlcmVkOiA=?=\n ]0;x"},
    {"Subject: \xc3\xa9\n", BOUNCE_EN, "=?UTF-8?B?TWFpbCBub3QgZGVsaXZlcmVkOiDDqQ==?="},
    {"Subject: 123456789 123456789 123456789 123456789 123456789 123456789 123456789 123456789\n", BOUNCE_EN,
     "=?UTF-8?B?TWFpbCBub3QgZGVsaXZlcmVkOiA=?=\n 123456789\n 123456789\n 123456789\n 123456789\n 123456789\n 123456789\n 123456789\n 123456789"},
    {"Subject: 1234567890123456789012345678901234567890123456789012345678901234567890123456789 x\n", BOUNCE_EN, "=?UTF-8?B?TWFpbCBub3QgZGVsaXZlcmVkOiA=?=\n ..."},
  };
  (void)state;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    struct bounce b = {.kind = BOUNCE_FAILED, .languages = rows[i].languages, .original = bytes_str(rows[i].header)};
    stralloc out = {0};
    subject_write(&out, &b);
    check_rows((int)i, out.s, out.len, rows[i].want);
    stralloc_free(&out);
  }
}

static void test_automatic(void **state) {
  static const struct { const char *header; bool automatic; } rows[] = {
    {"Subject: x\n\n", false}, {"Precedence: bulk\n\n", true}, {"precedence: Junk \n", true}, {"Precedence: first-class\n", false}, {"Precedence: list\n", true},
    {"Auto-Submitted: no\n", false}, {"Auto-Submitted: auto-replied (vacation)\n", true}, {"List-Id: <x.example.jp>\n", true}, {"\nPrecedence: bulk\n", false}, {"", false},
  };
  (void)state;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    if (bounce_is_automatic(bytes_str(rows[i].header)) != rows[i].automatic)
      fail_msg("row %zu", i);
}

static void test_operator(void **state) {
  struct operator_notice n = {.begins = OP104E_blocklisted, .over = OP114I_block_lifted, .id = bytes_str("01nga3rj0123456789abc.o0"), .to = bytes_str("postmaster@example.test"),
                              .hostname = bytes_str("mail.example.test"), .now = 1795493650, .since = 1795493000, .until = 1795493600,
                              .destination = bytes_str("example.net"), .qid = bytes_str("01nga3rj0123456789abc"), .reply = bytes_str("554 5.7.1 listed"), .cause = CL109E_blocked};
  stralloc out = {0};
  (void)state;
  operator_write(&out, &n);
  check_has("begins", sa_cstr(&out), "To: <postmaster@example.test>\nSubject: =?UTF-8?B?");
  check_has("begins", sa_cstr(&out), "Auto-Submitted: auto-generated\n");
  assert_true(mime_is_ascii(bytes_sa(&out)));
  size_t begins = out.len;
  out.len = 0;
  n.is_over = true;
  operator_write(&out, &n);
  assert_true(out.len && out.len < begins);
  stralloc_free(&out);
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_base64), cmocka_unit_test(test_field), cmocka_unit_test(test_field_of_one_long_word), cmocka_unit_test(test_wrap),
    cmocka_unit_test(test_boundary_is_not_in_the_content), cmocka_unit_test(test_status), cmocka_unit_test(test_wanted),
    cmocka_unit_test(test_machine_part), cmocka_unit_test(test_message_of_a_failure),
    cmocka_unit_test(test_each_cause_speaks_to_the_sender), cmocka_unit_test(test_what_people_read), cmocka_unit_test(test_subject),
    cmocka_unit_test(test_automatic), cmocka_unit_test(test_operator),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
