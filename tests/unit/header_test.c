/* header: trace lines, the scanner, the recipients of a header. */
#include "unit.h"

#include "addr/addr.h"
#include "header/header.h"
#include "header/recipients.h"

#define B(s) {s, sizeof(s) - 1}

static void received(void **state) {
  static const struct {
    const char *name;
    struct header_trace trace;
    const char *want;
  } rows[] = {
      {"one recipient",
       {B("pc"), B("pc.example.net"), B("192.0.2.1"), B(""), B("mx.test"), B("ESMTP"), B(""), B("abc"), B("taro@example.jp"), 0},
       "Received: from pc (pc.example.net [192.0.2.1])\n by mx.test (wiz98) with ESMTP id abc\n for <taro@example.jp>; Thu, 1 Jan 1970 00:00:00 +0000\n"},
      {"IPv6, no host, several recipients",
       {B("[IPv6:::1]"), B(""), B("2001:db8::1"), B(""), B("mx.test"), B("SMTP"), B(""), B("abc"), B(""), 0},
       "Received: from [IPv6:::1] ([IPv6:2001:db8::1])\n by mx.test (wiz98) with SMTP id abc; Thu, 1 Jan 1970 00:00:00 +0000\n"},
      {"a pipeline", {B("x"), B(""), B(""), B(""), B("mx.test"), B("SMTP"), B(""), B("abc"), B(""), 0},
       "Received: from x\n by mx.test (wiz98) with SMTP id abc; Thu, 1 Jan 1970 00:00:00 +0000\n"},
      {"TLS and AUTH", {B("pc"), B(""), B("192.0.2.1"), B(""), B("mx.test"), B("ESMTPSA"), B("TLSv1.3 TLS_AES_256_GCM_SHA384"), B("abc"), B(""), 0},
       "Received: from pc ([192.0.2.1])\n by mx.test (wiz98) with ESMTPSA (TLSv1.3 TLS_AES_256_GCM_SHA384) id abc; Thu, 1 Jan 1970 00:00:00 +0000\n"},
      {"a local user", {B(""), B(""), B(""), B("taro"), B("mx.test"), B("local"), B(""), B("abc"), B(""), 0},
       "Received: by mx.test (wiz98, user taro) with local id abc; Thu, 1 Jan 1970 00:00:00 +0000\n"},
      {"hostile", {B("x)\nEvil: y"), B("h\r\nZ: 1"), B("192.0.2.1"), B(""), B("mx.test"), B("SMTP"), B(""), B("abc"), B("a\n@b>"), 0},
       "Received: from x??Evil:?y (h??Z:?1 [192.0.2.1])\n by mx.test (wiz98) with SMTP id abc\n for <a?@b?>; Thu, 1 Jan 1970 00:00:00 +0000\n"},
  };
  (void)state;
  for (size_t i = 0; i < COUNT(rows); i++) {
    stralloc out = {0};
    header_received(&out, &rows[i].trace);
    row_string(rows[i].name, bytes_sa(&out), rows[i].want);
    stralloc_free(&out);
  }
}

static void others(void **state) {
  stralloc out = {0};
  (void)state;
  header_return_path(&out, bytes_str(""));
  header_return_path(&out, bytes_str("\"a b\"@c"));
  header_delivered_to(&out, bytes_str("a@b\nX: y"));
  row_string("lines", bytes_sa(&out), "Return-Path: <>\nReturn-Path: <\"a b\"@c>\nDelivered-To: a@b?X: y\n");
  stralloc_free(&out);
}

static void missing(void **state) {
  static const struct { const char *name; unsigned present; const char *want; } rows[] = {
      {"both", HEADER_FROM, "Date: Thu, 1 Jan 1970 00:00:00 +0000\nMessage-ID: <abc@mx.test>\n"},
      {"Date", HEADER_MESSAGE_ID, "Date: Thu, 1 Jan 1970 00:00:00 +0000\n"},
      {"Message-ID", HEADER_DATE, "Message-ID: <abc@mx.test>\n"},
      {"nothing", HEADER_DATE | HEADER_MESSAGE_ID, ""},
  };
  (void)state;
  for (size_t i = 0; i < COUNT(rows); i++) {
    stralloc out = {0};
    header_missing(&out, rows[i].present, bytes_str("abc"), bytes_str("mx.test"), 0);
    row_string(rows[i].name, bytes_sa(&out), rows[i].want);
    stralloc_free(&out);
  }
}

static void scanning(void **state) {
  static const struct {
    const char *name, *in;
    unsigned present, received;
    bool ended, eightbit;
    size_t size;
    const char *delivered;    /* with | for \0 */
  } rows[] = {
      {"nothing", "", 0, 0, false, false, 0, ""},
      {"a header", "From: a\nTo: b\nDate: c\n\nCc: d\n", HEADER_FROM | HEADER_TO | HEADER_DATE, 0, true, false, 22, ""},
      {"no body", "Message-ID: <x>\n", HEADER_MESSAGE_ID, 0, false, false, 16, ""},
      {"folded", "Bcc:\n a\n\tReceived: no\nrEcEiVeD: x\n\n", HEADER_BCC | HEADER_RECEIVED, 1, true, false, 34, ""},
      {"two Received", "Received: a\nReceived: b\nReceivedx: c\nxReceived: d\n\nReceived: e\n", HEADER_RECEIVED, 2, true, false, 50, ""},
      {"a blank before the colon", "Received : a\n\n", HEADER_RECEIVED, 1, true, false, 13, ""},
      {"a line that is no field", "To: a\nhello there\nReceived: b\n", HEADER_TO, 0, true, false, 6, ""},
      {"a line without colon", "To: a\nhello\nReceived: b\n", HEADER_TO, 0, true, false, 6, ""},
      {"a colon first", "To: a\n: x\nReceived: b\n", HEADER_TO, 0, true, false, 6, ""},
      {"only a body", "\nReceived: a\n", 0, 0, true, false, 0, ""},
      {"8-bit in the body", "To: a\n\n\xff", HEADER_TO, 0, true, true, 6, ""},
      {"8-bit in the header", "To: \xff\n", HEADER_TO, 0, false, true, 6, ""},
      {"Delivered-To", "Delivered-To: a@b\nDelivered-To:\tc@d \nDelivered-To: e\n @f\n\n", HEADER_DELIVERED_TO, 0, true, false, 57, "a@b|c@d|e@f|"},
      {"a long name", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa: x\nTo: y\n\n", HEADER_TO, 0, true, false, 56, ""},
  };
  (void)state;
  for (size_t i = 0; i < COUNT(rows); i++)
    for (size_t piece = 1; piece <= strlen(rows[i].in) + 1; piece++) {
      struct header_scan s;
      struct bytes in = bytes_str(rows[i].in);
      header_scan_init(&s);
      for (size_t at = 0; at < in.n; at += piece)
        header_scan_feed(&s, bytes_of(in.s + at, piece < in.n - at ? piece : in.n - at));
      row_check(rows[i].name, s.present == rows[i].present && s.received == rows[i].received);
      row_check(rows[i].name, s.ended == rows[i].ended && s.eightbit == rows[i].eightbit);
      if (s.size != rows[i].size)
        fail_msg("row \"%s\": header of %zu bytes, not %zu", rows[i].name, (size_t)s.size, rows[i].size);
      for (size_t k = 0; k < s.delivered.len; k++)
        s.delivered.s[k] = s.delivered.s[k] ? s.delivered.s[k] : '|';
      row_string(rows[i].name, bytes_sa(&s.delivered), rows[i].delivered);
      header_scan_free(&s);
    }
}

static void message_ids(void **state) {
  static const struct {
    const char *in, *want;
  } rows[] = {
      {"Message-ID: <a@b>\nTo: c\n\n", "<a@b>"}, {"message-id:\n <a@b>\r\n\n", "<a@b>"}, {"Message-ID: <a@b>\nMessage-ID: <c@d>\n", "<a@b>"},
      {"To: x\n\nMessage-ID: <a@b>\n", ""}, {"Message-ID:\nTo: <a@b>\n", ""},
  };
  (void)state;
  for (size_t i = 0; i < COUNT(rows); i++) {
    struct header_scan s;
    header_scan_init(&s);
    header_scan_feed(&s, bytes_str(rows[i].in));
    row_string(rows[i].in, bytes_sa(&s.message_id), rows[i].want);
    header_scan_free(&s);
  }
}

static void delivered_before(void **state) {
  struct header_scan s;
  stralloc many = {0};
  (void)state;
  header_scan_init(&s);
  header_scan_feed(&s, bytes_str("Delivered-To: Taro@Example.jp\nDelivered-To: b@c\n\n"));
  assert_true(header_was_delivered_to(&s, bytes_str("taro@example.jp")) && header_was_delivered_to(&s, bytes_str("b@c")));
  assert_false(header_was_delivered_to(&s, bytes_str("aro@example.jp")) || header_was_delivered_to(&s, bytes_str("")));
  header_scan_free(&s);
  header_scan_init(&s);
  for (int i = 0; i < 100000; i++)
    sa_catf(&many, "Delivered-To: %d%s\n", i, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
  header_scan_feed(&s, bytes_sa(&many));
  assert_true(s.delivered.a < 100000);
  header_scan_free(&s);
  stralloc_free(&many);
}

static void lists(void **state) {
  static const struct {
    const char *name, *value, *want;    /* with | for \0; NULL: cannot be read */
  } rows[] = {
      {"one", " taro@example.jp\n", "taro@example.jp|"},
      {"several", "a@b, c@d,\n e@f", "a@b|c@d|e@f|"},
      {"names", "Taro Yamada <a@b>, \"Suzuki, Hanako\" <c@d>", "a@b|c@d|"},
      {"encoded words", "=?ISO-2022-JP?B?GyRCO3tFRBsoQg==?= <a@b>, =?utf-8?q?x=2Cy?= <c@d>", "a@b|c@d|"},
      {"comments", "a@b (Taro, (the) \\) first), (x@y) c@d(z)", "a@b|c@d|"},
      {"a group", "friends: a@b, C <c@d>;, e@f", "a@b|c@d|e@f|"},
      {"an empty group", "undisclosed-recipients:;", ""},
      {"a group with blanks", "undisclosed recipients: ;", ""},
      {"quoted local part", "\"a b\"@c, X <\"d,e\"@f>", "\"a b\"@c|\"d,e\"@f|"},
      {"quoted, folded", "\"a\n b\"@c", "\"a b\"@c|"},
      {"quoted pair", "\"a\\\"b\"@c", "\"a\\\"b\"@c|"},
      {"obsolete route", "<@x,@y:a@b>", "a@b|"},
      {"blanks around dot and at", "a . b @ c . d", "a.b@c.d|"},
      {"empty members", ",a@b,,c@d,", "a@b|c@d|"},
      {"semicolons", "a@b; c@d", "a@b|c@d|"},
      {"a literal", "a@[IPv6:2001:db8::1], b@[192.0.2.1]", "a@[IPv6:2001:db8::1]|b@[192.0.2.1]|"},
      {"a name alone", "taro", "taro|"},
      {"nothing", "", ""},
      {"empty brackets", "x <>", ""},
      {"dots of docomo", "a..b.@docomo.ne.jp", "a..b.@docomo.ne.jp|"},
      {"something behind the bracket", "<a@b> (x) y, c@d", "a@b|c@d|"},
      {"a name without brackets", "Taro Yamada", NULL},
      {"two addresses without comma", "a@b c@d", NULL},
      {"bracket not closed", "Taro <a@b", NULL},
      {"bracket not opened", "a@b>", NULL},
      {"two brackets", "<a@b<c@d>>", NULL},
      {"comma in brackets", "<a@b,c@d>", NULL},
      {"quote not closed", "\"a@b", NULL},
      {"comment not closed", "a@b (c", NULL},
      {"parenthesis not opened", "a@b) c", NULL},
      {"literal not closed", "a@[1", NULL},
      {"backslash at the end of a comment", "(\\", NULL},
  };
  (void)state;
  for (size_t i = 0; i < COUNT(rows); i++) {
    stralloc out = {0};
    enum message_id why;
    bool ok = recipients_parse(&out, bytes_str(rows[i].value), &why);
    row_check(rows[i].name, ok == (rows[i].want != NULL));
    for (size_t k = 0; k < out.len; k++)
      out.s[k] = out.s[k] ? out.s[k] : '|';
    if (ok)
      row_string(rows[i].name, bytes_sa(&out), rows[i].want);
    stralloc_free(&out);
  }
}

static void of_header(void **state) {
  static const struct {
    const char *name, *header, *want, *hidden;
  } rows[] = {
      {"all three", "To: a@b\nSubject: x\nBcc: c@d,\n\te@f\nCc: g@h\n\nTo: z@z\n", "a@b|c@d|e@f|g@h|", "To: a@b\nSubject: x\nCc: g@h\n\nTo: z@z\n"},
      {"two To", "to: a@b\nTO : c@d\n", "a@b|c@d|", "to: a@b\nTO : c@d\n"},
      {"Resent goes first", "To: a@b\nResent-To: c@d\nResent-Bcc: e@f\n", "c@d|e@f|", "To: a@b\nResent-To: c@d\n"},
      {"no recipients", "From: a@b\n", "", "From: a@b\n"},
      {"Bcc alone", "Bcc:\n", "", ""},
      {"last line without end", "Bcc: a@b", "a@b|", ""},
  };
  (void)state;
  for (size_t i = 0; i < COUNT(rows); i++) {
    stralloc out = {0};
    enum message_id why;
    row_check(rows[i].name, recipients_of_header(&out, bytes_str(rows[i].header), &why));
    for (size_t k = 0; k < out.len; k++)
      out.s[k] = out.s[k] ? out.s[k] : '|';
    row_string(rows[i].name, bytes_sa(&out), rows[i].want);
    out.len = 0;
    recipients_hide_bcc(&out, bytes_str(rows[i].header));
    row_string(rows[i].name, bytes_sa(&out), rows[i].hidden);
    stralloc_free(&out);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(received), cmocka_unit_test(others), cmocka_unit_test(missing), cmocka_unit_test(scanning),
                                     cmocka_unit_test(message_ids), cmocka_unit_test(delivered_before), cmocka_unit_test(lists), cmocka_unit_test(of_header)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
