/* transcript: events as people and programs read them, kept and read back. */
#include "unit.h"

#include "dnsmsg/dnsmsg.h"
#include "transcript/transcript.h"

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

static const struct event attempt_events[] = {
  {.kind = EVENT_LOOKUP, .stage = STAGE_DNS, .at = 5, .took = 5, .name = S("example.net"), .type = S("MX"), .result = S("found"), .text = S("10 mx.example.net")},
  {.kind = EVENT_STAGE, .stage = STAGE_DNS, .at = 5, .took = 5},
  {.kind = EVENT_CONNECT, .stage = STAGE_CONNECT, .at = 5, .host = S("mx.example.net"), .ip = S("192.0.2.1"), .port = 25},
  {.kind = EVENT_FAILURE, .stage = STAGE_CONNECT, .at = 8, .host = S("mx.example.net"), .ip = S("192.0.2.1"), .result = S("connect_refused"), .text = S("connect mx.example.net [192.0.2.1]: Connection refused")},
  {.kind = EVENT_STAGE, .stage = STAGE_CONNECT, .at = 8, .took = 3},
  {.kind = EVENT_CONNECT, .stage = STAGE_CONNECT, .at = 8, .host = S("mx.example.net"), .ip = S("192.0.2.2"), .port = 25},
  {.kind = EVENT_CONNECTED, .stage = STAGE_CONNECT, .at = 9, .took = 1, .host = S("mx.example.net"), .ip = S("192.0.2.2"), .port = 25},
  {.kind = EVENT_STAGE, .stage = STAGE_CONNECT, .at = 9, .took = 1},
  {.kind = EVENT_REPLY, .stage = STAGE_GREETING, .at = 20, .code = 554, .text = S("5.7.1 a \"b\"\nreason=x")},
  {.kind = EVENT_STAGE, .stage = STAGE_GREETING, .at = 20, .took = 11},
  {.kind = EVENT_CLOSED, .at = 20},
  {.kind = EVENT_RESULT, .stage = STAGE_GREETING, .at = 21, .name = S("a@example.net"), .state = 't', .result = S("blocked"), .text = S("554 5.7.1")},
};

static const char attempt_text[] =
  "| %7d ms  DNS MX example.net: 10 mx.example.net\n"
  "|       5 ms  connecting to mx.example.net [192.0.2.1]:25\n"
  "|       8 ms  failed (connect_refused): connect mx.example.net [192.0.2.1]: Connection refused\n"
  "|             time: DNS 5 ms, connection 3 ms\n"
  "|       8 ms  connecting to mx.example.net [192.0.2.2]:25\n"
  "|       9 ms  connected\n"
  "|      20 ms  < 554-5.7.1 a \\\"b\\\"\n"
  "|      20 ms  < 554 reason=x\n"
  "|      20 ms  connection closed\n"
  "|      21 ms  a@example.net: not now (blocked)\n"
  "|             time: connection 1 ms, greeting 11 ms\n";

static struct bytes collect(struct transcript *t) {
  transcript_begin(t);
  for (size_t i = 0; i < COUNT(attempt_events); i++)
    transcript_listen(t, &attempt_events[i]);
  return transcript_end(t);
}

static bool same(const struct event *a, const struct event *b) {
  return a->kind == b->kind && a->stage == b->stage && a->at == b->at && a->took == b->took && bytes_eq(a->host, b->host) && bytes_eq(a->ip, b->ip) && a->port == b->port &&
         a->code == b->code && bytes_eq(a->name, b->name) && bytes_eq(a->type, b->type) && bytes_eq(a->result, b->result) && a->size == b->size && a->state == b->state && a->reused == b->reused;
}

static void read_back(void **state) {
  (void)state;
  struct transcript t = {0};
  struct transcript_attempt a;
  struct event e;
  stralloc file = {0}, scratch = {0}, out = {0}, want = {0};
  struct bytes events = collect(&t);
  assert_true(transcript_is_sound(events));
  transcript_put_attempt(&file, 1764000000, "example.net", (unsigned short[]){0, 1, 2, 7}, 4, events);
  struct bytes rest = bytes_sa(&file);
  assert_true(transcript_next(&rest, &a));
  assert_int_equal(a.time, 1764000000);
  row_string("destination", a.destination, "example.net");
  row_string("recipients", a.rcpt, "0-2,7");
  for (unsigned i = 0; i < 10; i++)
    assert_int_equal(transcript_is_about(&a, i), i < 3 || i == 7);
  transcript_write(&out, &a, "| ", LANG_EN);
  sa_catf(&want, attempt_text, 5);
  row_string("as text", bytes_sa(&out), sa_cstr(&want));
  out.len = 0;
  transcript_host(&out, &a);
  row_string("the server tried last", bytes_sa(&out), "mx.example.net [192.0.2.2]");
  out.len = 0;
  transcript_write_json(&out, &a);
  assert_non_null(strstr(sa_cstr(&out), "\"ms\":{\"dns\":5,\"connect\":4,\"greeting\":11}"));
  for (size_t i = 0; i < COUNT(attempt_events); i++) {
    row_check(event_name(attempt_events[i].kind), transcript_event(&a, &e, &scratch) && same(&e, &attempt_events[i]));
    row_check(event_name(e.kind), bytes_eq(e.text, e.kind == EVENT_RESULT ? bytes_of("", 0) : attempt_events[i].text));
  }
  assert_false(transcript_event(&a, &e, &scratch));
  assert_false(transcript_next(&rest, &a));
  transcript_free(&t);
  stralloc_free(&file);
  stralloc_free(&scratch);
  stralloc_free(&out);
  stralloc_free(&want);
}

/* Cut anywhere, it can be read, and another attempt behind it as well. */
static void torn(void **state) {
  (void)state;
  struct transcript t = {0};
  stralloc whole = {0}, file = {0};
  struct bytes events = collect(&t);
  transcript_put_attempt(&whole, 1, "example.net", (unsigned short[]){0}, 1, events);
  for (size_t n = 0; n < whole.len; n++) {
    struct transcript_attempt a;
    sa_copyb(&file, whole.s, n);
    transcript_put_attempt(&file, 2, "example.org", (unsigned short[]){0}, 1, events);
    assert_true(transcript_last(bytes_sa(&file), 0, &a));
    assert_int_equal(a.time, 2);
    assert_int_equal(a.events.n, events.n);
  }
  transcript_free(&t);
  stralloc_free(&whole);
  stralloc_free(&file);
}

/* A peer that talks without end: what is kept is bounded, and how it ended is there. */
static void bounded(void **state) {
  (void)state;
  static char chatter[8000];
  struct transcript t = {0};
  struct event e;
  stralloc scratch = {0};
  bool skipped = false, failed = false;
  memset(chatter, 'x', sizeof chatter);
  transcript_begin(&t);
  for (int i = 0; i < 1000; i++)
    transcript_listen(&t, &(struct event){.kind = EVENT_REPLY, .stage = STAGE_RCPT, .code = 250, .text = {chatter, sizeof chatter}});
  transcript_listen(&t, &attempt_events[3]);
  for (int i = 0; i < 1000; i++)
    transcript_listen(&t, &attempt_events[11]);
  struct bytes events = transcript_end(&t);
  assert_true(events.n > TRANSCRIPT_ATTEMPT_MAX / 2 && events.n <= TRANSCRIPT_ATTEMPT_MAX);
  assert_true(transcript_is_sound(events));
  struct transcript_attempt a = {.events = events};
  while (transcript_event(&a, &e, &scratch)) {
    skipped |= e.kind == EVENT_SKIPPED && e.size > 900;
    failed |= e.kind == EVENT_FAILURE;
  }
  assert_true(skipped && failed);
  transcript_free(&t);
  stralloc_free(&scratch);
}

static void last_ones_kept(void **state) {
  (void)state;
  static char big[TRANSCRIPT_ATTEMPT_MAX];
  stralloc file = {0}, one = {0};
  memset(big, 'x', sizeof big);
  for (int kind = 0; kind < 2; kind++) {   /* many small ones, many large ones */
    file.len = 0;
    for (int i = 0; i < 100; i++) {
      one.len = 0;
      transcript_put_attempt(&one, 1000 + i, "example.net", (unsigned short[]){0}, 1, kind ? bytes_of(big, sizeof big) : bytes_str("1 dns closed\n"));
      struct bytes kept = transcript_keep(bytes_sa(&file), one.len);
      if (kept.n)
        memmove(file.s, kept.s, kept.n);
      file.len = kept.n;
      sa_cat(&file, &one);
      assert_true(file.len <= TRANSCRIPT_FILE_MAX);
    }
    struct bytes rest = bytes_sa(&file);
    struct transcript_attempt a;
    int count = 0;
    while (transcript_next(&rest, &a))
      count++;
    assert_int_equal(a.time, 1099);
    assert_int_equal(count, kind ? TRANSCRIPT_FILE_MAX / TRANSCRIPT_ATTEMPT_MAX - 1 : TRANSCRIPT_ATTEMPTS_MAX);
  }
  stralloc_free(&file);
  stralloc_free(&one);
}

/* What a worker hands over that has fallen to a stranger. */
static void unsound(void **state) {
  (void)state;
  static const char *const bad[] = {"", "1 dns closed", "\n", "1 dns closed\n\nattempt 1 a.test 0\n", "attempt 1 a.test 0\n", "x dns closed\n", "1 nowhere closed\n", "1 dns sung\n", "1 dns closed\n\x1b[2J\n", "1 dns reply text=\"\x07\"\n"};
  for (size_t i = 0; i < COUNT(bad); i++)
    row_check(bad[i], !transcript_is_sound(bytes_str(bad[i])));
  assert_true(transcript_is_sound(bytes_str("1 dns closed\n2 dns reply new=\"a b\" text=x\n")));
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(shown), cmocka_unit_test(records), cmocka_unit_test(read_back), cmocka_unit_test(torn),
                                     cmocka_unit_test(bounded), cmocka_unit_test(last_ones_kept), cmocka_unit_test(unsound)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
