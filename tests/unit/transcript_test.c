/* transcript: events as people and programs read them, kept and read back. */
#include "unit.h"

#include "dnsmsg/dnsmsg.h"
#include "transcript/event.h"

#define S(text) {text, sizeof(text) - 1}

static const struct row {
  struct event e;
  const char *en, *ja, *json;
} rows[] = {
  {{.kind = EVENT_LOOKUP, .stage = STAGE_DNS, .at = 12, .took = 11, .name = S("example.net"), .type = S("MX"), .result = S("found"), .text = S("10 mx.example.net")},
   "     12 ms  DNS MX example.net: 10 mx.example.net\n", "     12 ms  DNS MX example.net: 10 mx.example.net\n",
   "{\"event\":\"lookup\",\"at\":12,\"stage\":\"dns\",\"ms\":11,\"name\":\"example.net\",\"type\":\"MX\",\"result\":\"found\",\"text\":\"10 mx.example.net\"}"},
  {{.kind = EVENT_LOOKUP, .stage = STAGE_DNS, .name = S("a.test"), .type = S("A"), .result = S("nxdomain")},
   "      0 ms  DNS A a.test: nxdomain\n", "      0 ms  DNS A a.test: nxdomain\n",
   "{\"event\":\"lookup\",\"at\":0,\"stage\":\"dns\",\"ms\":0,\"name\":\"a.test\",\"type\":\"A\",\"result\":\"nxdomain\"}"},
  {{.kind = EVENT_CONNECT, .stage = STAGE_CONNECT, .at = 13, .host = S("mx.example.net"), .ip = S("192.0.2.1"), .port = 25},
   "     13 ms  connecting to mx.example.net [192.0.2.1]:25\n", "     13 ms  接続先 mx.example.net [192.0.2.1]:25\n",
   "{\"event\":\"connect\",\"at\":13,\"stage\":\"connect\",\"host\":\"mx.example.net\",\"ip\":\"192.0.2.1\",\"port\":25}"},
  {{.kind = EVENT_CONNECTED, .stage = STAGE_CONNECT, .at = 30, .took = 17, .host = S("mx.example.net"), .ip = S("192.0.2.1"), .port = 25},
   "     30 ms  connected\n", "     30 ms  接続しました\n",
   "{\"event\":\"connected\",\"at\":30,\"stage\":\"connect\",\"ms\":17,\"host\":\"mx.example.net\",\"ip\":\"192.0.2.1\",\"port\":25}"},
  {{.kind = EVENT_CONNECTED, .reused = true, .host = S("mx.example.net"), .ip = S("192.0.2.1"), .port = 25},
   "      0 ms  connection kept from an earlier message: mx.example.net [192.0.2.1]:25\n", "      0 ms  先のメールから保たれた接続: mx.example.net [192.0.2.1]:25\n",
   "{\"event\":\"connected\",\"at\":0,\"stage\":\"local\",\"ms\":0,\"host\":\"mx.example.net\",\"ip\":\"192.0.2.1\",\"port\":25,\"reused\":true}"},
  {{.kind = EVENT_REPLY, .stage = STAGE_EHLO, .at = 91, .code = 250, .text = S("mx.example.net\nSIZE 1000")},
   "     91 ms  < 250-mx.example.net\n     91 ms  < 250 SIZE 1000\n", "     91 ms  < 250-mx.example.net\n     91 ms  < 250 SIZE 1000\n",
   "{\"event\":\"reply\",\"at\":91,\"stage\":\"ehlo\",\"code\":250,\"text\":\"mx.example.net\\nSIZE 1000\"}"},
  {{.kind = EVENT_REPLY, .stage = STAGE_GREETING, .code = 220}, "      0 ms  < 220 \n", "      0 ms  < 220 \n", "{\"event\":\"reply\",\"at\":0,\"stage\":\"greeting\",\"code\":220}"},
  {{.kind = EVENT_REPLY, .stage = STAGE_GREETING, .text = S("<html>\x1b[2J")}, "      0 ms  < <html>\\x1b[2J\n", "      0 ms  < <html>\\x1b[2J\n",
   "{\"event\":\"reply\",\"at\":0,\"stage\":\"greeting\",\"code\":0,\"text\":\"<html>\\u001b[2J\"}"},
  {{.kind = EVENT_COMMAND, .stage = STAGE_AUTH, .text = S("AUTH PLAIN ***")}, "      0 ms  > AUTH PLAIN ***\n", "      0 ms  > AUTH PLAIN ***\n",
   "{\"event\":\"command\",\"at\":0,\"stage\":\"auth\",\"text\":\"AUTH PLAIN ***\"}"},
  {{.kind = EVENT_TLS, .stage = STAGE_TLS, .took = 5, .text = S("TLSv1.3 X verified")}, "      0 ms  TLSv1.3 X verified\n", "      0 ms  TLSv1.3 X verified\n",
   "{\"event\":\"tls\",\"at\":0,\"stage\":\"tls\",\"ms\":5,\"text\":\"TLSv1.3 X verified\"}"},
  {{.kind = EVENT_CLEAR, .stage = STAGE_TLS, .text = S("STARTTLS was refused")}, "      0 ms  without TLS from here on: STARTTLS was refused\n",
   "      0 ms  以後は TLS なし: STARTTLS was refused\n", "{\"event\":\"clear\",\"at\":0,\"stage\":\"tls\",\"text\":\"STARTTLS was refused\"}"},
  {{.kind = EVENT_MESSAGE, .stage = STAGE_BODY, .took = 7, .size = 4096}, "      0 ms  message sent, bytes: 4096\n", "      0 ms  本文を送信。バイト数 4096\n",
   "{\"event\":\"message\",\"at\":0,\"stage\":\"body\",\"ms\":7,\"size\":4096}"},
  {{.kind = EVENT_STAGE, .stage = STAGE_RCPT, .at = 99, .took = 8}, "", "", "{\"event\":\"stage\",\"at\":99,\"stage\":\"rcpt\",\"ms\":8}"},
  {{.kind = EVENT_FAILURE, .stage = STAGE_CONNECT, .host = S("mx.example.net"), .result = S("connect_refused"), .text = S("connect mx: Connection refused")},
   "      0 ms  failed (connect_refused): connect mx: Connection refused\n", "      0 ms  失敗 (connect_refused): connect mx: Connection refused\n",
   "{\"event\":\"failure\",\"at\":0,\"stage\":\"connect\",\"host\":\"mx.example.net\",\"cause\":\"connect_refused\",\"text\":\"connect mx: Connection refused\"}"},
  {{.kind = EVENT_RESULT, .stage = STAGE_RCPT, .name = S("a@example.net"), .state = 'f', .result = S("user_unknown"), .text = S("550 no")},
   "      0 ms  a@example.net: failed (user_unknown)\n", "      0 ms  a@example.net: 失敗 (user_unknown)\n",
   "{\"event\":\"result\",\"at\":0,\"stage\":\"rcpt\",\"name\":\"a@example.net\",\"cause\":\"user_unknown\",\"state\":\"failed\",\"text\":\"550 no\"}"},
  {{.kind = EVENT_RESULT, .name = S("a@example.net"), .state = 'f', .result = S("message_too_big"), .text = S("too big")},
   "      0 ms  a@example.net: failed (message_too_big): too big\n", "      0 ms  a@example.net: 失敗 (message_too_big): too big\n",
   "{\"event\":\"result\",\"at\":0,\"stage\":\"local\",\"name\":\"a@example.net\",\"cause\":\"message_too_big\",\"state\":\"failed\",\"text\":\"too big\"}"},
  {{.kind = EVENT_RESULT, .stage = STAGE_BODY, .name = S("b@example.net"), .state = 'd'}, "      0 ms  b@example.net: accepted\n", "      0 ms  b@example.net: 受け付けられました\n",
   "{\"event\":\"result\",\"at\":0,\"stage\":\"body\",\"name\":\"b@example.net\",\"state\":\"done\"}"},
  {{.kind = EVENT_CLOSED, .at = 1234567}, "1234567 ms  connection closed\n", "1234567 ms  接続を終了\n", "{\"event\":\"closed\",\"at\":1234567,\"stage\":\"local\"}"},
  {{.kind = EVENT_SKIPPED, .size = 12}, "      0 ms  left out for want of room: 12\n", "      0 ms  長いため省略した件数: 12\n", "{\"event\":\"skipped\",\"at\":0,\"stage\":\"local\",\"size\":12}"},
};

static void shown(void **state) {
  (void)state;
  stralloc out = {0};
  for (size_t i = 0; i < COUNT(rows); i++) {
    out.len = 0;
    event_text(&out, &rows[i].e, "", LANG_EN);
    row_string(event_name(rows[i].e.kind), bytes_sa(&out), rows[i].en);
    out.len = 0;
    event_text(&out, &rows[i].e, "", LANG_JA);
    row_string(event_name(rows[i].e.kind), bytes_sa(&out), rows[i].ja);
    out.len = 0;
    event_json(&out, &rows[i].e);
    row_string(event_name(rows[i].e.kind), bytes_sa(&out), rows[i].json);
  }
  stralloc_free(&out);
}

static void records(void **state) {
  (void)state;
  stralloc out = {0};
  struct dns_record r[12] = {{.preference = 10, .name = "mx1.example.net"}, {.preference = 20}, {.ip = {.a = {192, 0, 2, 1}}}};
  event_records(&out, &(struct dns_answer){.record = r, .count = 2}, true);
  row_string("mail exchangers", bytes_sa(&out), "10 mx1.example.net, 20 .");
  out.len = 0;
  event_records(&out, &(struct dns_answer){.record = r + 2, .count = 1}, false);
  row_string("an address", bytes_sa(&out), "192.0.2.1");
  out.len = 0;
  event_records(&out, &(struct dns_answer){.record = r, .count = 12}, false);
  row_check("many", bytes_sa(&out).n < 120 && !memcmp(out.s + out.len - 10, ", ... (12)", 10));
  stralloc_free(&out);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(shown), cmocka_unit_test(records)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
