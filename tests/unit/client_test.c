/* client: the sending engine against servers of every temper. */
#include "unit.h"

#include "client_play.h"

#define HELLO "220 hi\r\n250-me\r\n250-PIPELINING\r\n250-SIZE 1000\r\n250-8BITMIME\r\n250-DSN\r\n250 ENHANCEDSTATUSCODES\r\n"
#define TO2 "> MAIL FROM:<a@x> SIZE=9\n> RCPT TO:<b@y>\n> RCPT TO:<c@y>\n> DATA\n"
#define BYE "READY\n> QUIT\nCLOSED\n"

static const struct row {
  const char *name;
  struct play_message m[2];
  const char *server, *record;
  bool no_pipelining;
} rows[] = {
  {"two recipients, pipelined", {{"a@x", "b@y c@y", 9, ""}},
   HELLO "250 s\r\n250 r\r\n250 r\r\n354 go\r\n250 2.0.0 took it\r\n221 bye\r\n",
   "> EHLO me\n" TO2 "BODY\n0 sent body 250 2.0.0 took it #2.0.0\n1 sent body 250 2.0.0 took it #2.0.0\n" BYE, false},
  {"one after another", {{"a@x", "b@y c@y", 9, ""}},
   HELLO "250 s\r\n250 r\r\n250 r\r\n354 go\r\n250 ok\r\n221 bye\r\n",
   "> EHLO me\n> MAIL FROM:<a@x> SIZE=9\n> RCPT TO:<b@y>\n> RCPT TO:<c@y>\n> DATA\nBODY\n0 sent body 250 ok\n1 sent body 250 ok\n" BYE, true},
  {"null sender", {{"", "b@y", 0, ""}}, "220 x\r\n250 x\r\n250 s\r\n250 r\r\n354 go\r\n250 ok\r\n221 b\r\n",
   "> EHLO me\n> MAIL FROM:<>\n> RCPT TO:<b@y>\n> DATA\nBODY\n0 sent body 250 ok\n" BYE, false},
  {"one refused", {{"a@x", "b@y c@y", 9, ""}}, HELLO "250 s\r\n550 5.1.1 who\r\n250 r\r\n354 go\r\n250 ok\r\n221 b\r\n",
   "> EHLO me\n" TO2 "0 failed rcpt 550 5.1.1 who #5.1.1\nBODY\n1 sent body 250 ok\n" BYE, false},
  {"all refused, DATA refused", {{"a@x", "b@y c@y", 9, ""}}, HELLO "250 s\r\n550 who\r\n450 later\r\n503 no rcpt\r\n221 b\r\n",
   "> EHLO me\n" TO2 "0 failed rcpt 550 who\n1 failed rcpt 450 later\n" BYE, false},
  {"all refused, DATA taken: an empty message goes", {{"a@x", "b@y c@y", 9, ""}}, HELLO "250 s\r\n550 who\r\n550 who\r\n354 go\r\n554 none\r\n221 b\r\n",
   "> EHLO me\n" TO2 "0 failed rcpt 550 who\n1 failed rcpt 550 who\n> .\n" BYE, false},
  {"all refused, not pipelined: no DATA", {{"a@x", "b@y c@y", 9, ""}}, HELLO "250 s\r\n550 who\r\n550 who\r\n221 b\r\n",
   "> EHLO me\n> MAIL FROM:<a@x> SIZE=9\n> RCPT TO:<b@y>\n0 failed rcpt 550 who\n> RCPT TO:<c@y>\n1 failed rcpt 550 who\n" BYE, true},
  {"MAIL refused, pipelined", {{"a@x", "b@y c@y", 9, ""}}, HELLO "553 5.1.8 bad\r\n503 m\r\n503 m\r\n503 m\r\n221 b\r\n",
   "> EHLO me\n" TO2 "0 failed mail 553 5.1.8 bad #5.1.8\n1 failed mail 553 5.1.8 bad #5.1.8\n" BYE, false},
  {"MAIL refused, not pipelined", {{"a@x", "b@y c@y", 9, ""}}, HELLO "451 m\r\n221 b\r\n",
   "> EHLO me\n> MAIL FROM:<a@x> SIZE=9\n0 failed mail 451 m\n1 failed mail 451 m\n" BYE, true},
  {"DATA refused", {{"a@x", "b@y c@y", 9, ""}}, HELLO "250 s\r\n250 r\r\n250 r\r\n451 4.3.0 full\r\n221 b\r\n",
   "> EHLO me\n" TO2 "0 failed data 451 4.3.0 full #4.3.0\n1 failed data 451 4.3.0 full #4.3.0\n" BYE, false},
  {"354, then refused", {{"a@x", "b@y c@y", 9, ""}}, HELLO "250 s\r\n250 r\r\n250 r\r\n354 go\r\n554 5.7.1 spam\r\n221 b\r\n",
   "> EHLO me\n" TO2 "BODY\n0 failed body 554 5.7.1 spam #5.7.1\n1 failed body 554 5.7.1 spam #5.7.1\n" BYE, false},
  {"354, then gone", {{"a@x", "b@y c@y", 9, ""}}, HELLO "250 s\r\n250 r\r\n250 r\r\n354 go\r\n",
   "> EHLO me\n" TO2 "BODY\n0 failed body closed\n1 failed body closed\nCLOSED body closed\n", false},
  {"354, then 421", {{"a@x", "b@y", 9, ""}}, HELLO "250 s\r\n250 r\r\n354 go\r\n421 bye\r\n",
   "> EHLO me\n> MAIL FROM:<a@x> SIZE=9\n> RCPT TO:<b@y>\n> DATA\nBODY\n0 failed body 421 bye\nCLOSED body 421 bye\n", false},
  {"354, then a second 354", {{"a@x", "b@y", 9, ""}}, HELLO "250 s\r\n250 r\r\n354 go\r\n354 go\r\n",
   "> EHLO me\n> MAIL FROM:<a@x> SIZE=9\n> RCPT TO:<b@y>\n> DATA\nBODY\n0 failed body protocol 354 go\nCLOSED body protocol 354 go\n", false},
  {"DATA answered 250", {{"a@x", "b@y", 9, ""}}, HELLO "250 s\r\n250 r\r\n250 ok\r\n",
   "> EHLO me\n> MAIL FROM:<a@x> SIZE=9\n> RCPT TO:<b@y>\n> DATA\nCLOSED data protocol 250 ok\n", false},
  {"closed at once", {{"a@x", "b@y", 9, ""}}, "", "CLOSED greeting closed\n", false},
  {"greeting 554", {{"a@x", "b@y", 9, ""}}, "554-no\r\n554 5.7.1 service\r\n", "CLOSED greeting 554 no 5.7.1 service #5.7.1\n", false},
  {"greeting 421", {{"a@x", "b@y", 9, ""}}, "421 busy\r\n", "CLOSED greeting 421 busy\n", false},
  {"greeting 354", {{"a@x", "b@y", 9, ""}}, "354 what\r\n", "CLOSED greeting protocol 354 what\n", false},
  {"no SMTP", {{"a@x", "b@y", 9, ""}}, "SSH-2.0-OpenSSH_9.2\r\n", "CLOSED greeting protocol SSH-2.0-OpenSSH_9.2?\n", false},
  {"multi-line greeting", {{"a@x", "b@y", 0, ""}}, "220-hi\r\n220-no ads\r\n220 go\r\n250 x\r\n250 s\r\n250 r\r\n354 go\r\n250 ok\r\n",
   "> EHLO me\n> MAIL FROM:<a@x>\n> RCPT TO:<b@y>\n> DATA\nBODY\n0 sent body 250 ok\n" BYE, false},
  {"EHLO unknown: HELO", {{"a@x", "b@y", 9, ""}}, "220 x\r\n502 what\r\n250 x\r\n250 s\r\n250 r\r\n354 go\r\n250 ok\r\n",
   "> EHLO me\n> HELO me\n> MAIL FROM:<a@x>\n> RCPT TO:<b@y>\n> DATA\nBODY\n0 sent body 250 ok\n" BYE, false},
  {"EHLO refused: no HELO", {{"a@x", "b@y", 9, ""}}, "220 x\r\n550 5.7.25 your name\r\n", "> EHLO me\nCLOSED ehlo 550 5.7.25 your name #5.7.25\n", false},
  {"EHLO 4xx: no HELO", {{"a@x", "b@y", 9, ""}}, "220 x\r\n450 later\r\n", "> EHLO me\nCLOSED ehlo 450 later\n", false},
  {"HELO refused too", {{"a@x", "b@y", 9, ""}}, "220 x\r\n500 what\r\n501 no\r\n", "> EHLO me\n> HELO me\nCLOSED ehlo 501 no\n", false},
  {"421 at RCPT", {{"a@x", "b@y c@y", 9, ""}}, HELLO "250 s\r\n250 r\r\n421 4.7.0 slow\r\n",
   "> EHLO me\n" TO2 "CLOSED rcpt 421 4.7.0 slow #4.7.0\n", false},
  {"closed at RCPT", {{"a@x", "b@y c@y", 9, ""}}, HELLO "250 s\r\n550 who\r\n", "> EHLO me\n" TO2 "0 failed rcpt 550 who\nCLOSED rcpt closed\n", false},
  {"too big, not asked", {{"a@x", "b@y c@y", 1001, ""}}, HELLO "221 b\r\n",
   "> EHLO me\n0 failed local too_big\n1 failed local too_big\n" BYE, false},
  {"just fits", {{"a@x", "b@y", 1000, ""}}, HELLO "250 s\r\n250 r\r\n354 g\r\n250 ok\r\n221 b\r\n",
   "> EHLO me\n> MAIL FROM:<a@x> SIZE=1000\n> RCPT TO:<b@y>\n> DATA\nBODY\n0 sent body 250 ok\n" BYE, false},
  {"SIZE without a limit", {{"a@x", "b@y", 2000, ""}}, "220 x\r\n250-x\r\n250 SIZE\r\n250 s\r\n250 r\r\n354 g\r\n250 ok\r\n221 b\r\n",
   "> EHLO me\n> MAIL FROM:<a@x> SIZE=2000\n> RCPT TO:<b@y>\n> DATA\nBODY\n0 sent body 250 ok\n" BYE, false},
  {"8BITMIME and DSN", {{"a@x", "b@y", 9, "8d"}}, HELLO "250 s\r\n250 r\r\n354 g\r\n250 ok\r\n221 b\r\n",
   "> EHLO me\n> MAIL FROM:<a@x> SIZE=9 BODY=8BITMIME RET=HDRS ENVID=id+3D1\n> RCPT TO:<b@y> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;o@x\n> DATA\nBODY\n0 sent body 250 ok\n" BYE, false},
  {"neither 8BITMIME nor DSN: sent as it is", {{"a@x", "b@y", 9, "8d"}}, "220 x\r\n250 x\r\n250 s\r\n250 r\r\n354 g\r\n250 ok\r\n221 b\r\n",
   "> EHLO me\n> MAIL FROM:<a@x>\n> RCPT TO:<b@y>\n> DATA\nBODY\n0 sent body 250 ok\n" BYE, false},
  {"keywords in any case, in the first line none", {{"a@x", "b@y c@y", 0, "8"}}, "220 x\r\n250-8BITMIME SIZE\r\n250-pipelining\r\n250-Limits MAILMAX=5 rcptmax=1\r\n250 Dsn\r\n250 s\r\n250 r\r\n354 g\r\n250 one\r\n250 reset\r\n250 s\r\n250 r\r\n354 g\r\n250 two\r\n221 b\r\n",
   "> EHLO me\n> MAIL FROM:<a@x>\n> RCPT TO:<b@y>\n> DATA\nBODY\n0 sent body 250 one\n> RSET\n> MAIL FROM:<a@x>\n> RCPT TO:<c@y>\n> DATA\nBODY\n1 sent body 250 two\n" BYE, false},
  {"too many recipients: the others in a second message", {{"a@x", "b@y c@y", 9, ""}}, HELLO "250 s\r\n250 r\r\n452 4.5.3 too many\r\n354 g\r\n250 one\r\n250 reset\r\n250 s\r\n250 r\r\n354 g\r\n250 two\r\n221 b\r\n",
   "> EHLO me\n" TO2 "BODY\n0 sent body 250 one\n> RSET\n> MAIL FROM:<a@x> SIZE=9\n> RCPT TO:<c@y>\n> DATA\nBODY\n1 sent body 250 two\n" BYE, false},
  {"too many though none was taken: a result", {{"a@x", "b@y", 9, ""}}, HELLO "250 s\r\n452 4.5.3 too many\r\n503 x\r\n221 b\r\n",
   "> EHLO me\n> MAIL FROM:<a@x> SIZE=9\n> RCPT TO:<b@y>\n> DATA\n0 failed rcpt 452 4.5.3 too many #4.5.3\n" BYE, false},
  {"mailbox full is not too many", {{"a@x", "b@y c@y", 9, ""}}, HELLO "250 s\r\n250 r\r\n552 5.2.2 full\r\n354 g\r\n250 one\r\n221 b\r\n",
   "> EHLO me\n" TO2 "1 failed rcpt 552 5.2.2 full #5.2.2\nBODY\n0 sent body 250 one\n" BYE, false},
  {"needs SMTPUTF8, absent", {{"a@x", "b@y \xc3\xa9@y", 9, ""}}, HELLO "250 s\r\n250 r\r\n354 g\r\n250 ok\r\n221 b\r\n",
   "> EHLO me\n1 failed local no_smtputf8\n> MAIL FROM:<a@x> SIZE=9\n> RCPT TO:<b@y>\n> DATA\nBODY\n0 sent body 250 ok\n" BYE, false},
  {"header beyond ASCII, SMTPUTF8 absent", {{"a@x", "b@y c@y", 9, "8u"}}, HELLO "221 b\r\n",
   "> EHLO me\n0 failed local no_smtputf8\n1 failed local no_smtputf8\n" BYE, false},
  {"SMTPUTF8 there", {{"a@x", "\xc3\xa9@y", 0, ""}}, "220 x\r\n250-x\r\n250 SMTPUTF8\r\n250 s\r\n250 r\r\n354 g\r\n250 ok\r\n221 b\r\n",
   "> EHLO me\n> MAIL FROM:<a@x> SMTPUTF8\n> RCPT TO:<\xc3\xa9@y>\n> DATA\nBODY\n0 sent body 250 ok\n" BYE, false},
  {"SMTPUTF8 there and not needed", {{"a@x", "b@y", 0, ""}}, "220 x\r\n250-x\r\n250 SMTPUTF8\r\n250 s\r\n250 r\r\n354 g\r\n250 ok\r\n221 b\r\n",
   "> EHLO me\n> MAIL FROM:<a@x>\n> RCPT TO:<b@y>\n> DATA\nBODY\n0 sent body 250 ok\n" BYE, false},
  {"addresses that would leave their command", {{"a@x", "b@y\r\nDATA c>@y \x7f@y", 0, ""}}, "220 x\r\n250 x\r\n221 b\r\n",
   "> EHLO me\n0 failed local address\n1 failed local address\n2 failed local address\n" BYE, false},
  {"a second message", {{"a@x", "b@y", 9, ""}, {"d@x", "e@y", 9, ""}}, HELLO "250 s\r\n250 r\r\n354 g\r\n250 one\r\n250 reset\r\n250 s\r\n550 no\r\n503 x\r\n221 b\r\n",
   "> EHLO me\n> MAIL FROM:<a@x> SIZE=9\n> RCPT TO:<b@y>\n> DATA\nBODY\n0 sent body 250 one\nREADY\n> RSET\n> MAIL FROM:<d@x> SIZE=9\n> RCPT TO:<e@y>\n> DATA\n0 failed rcpt 550 no\n" BYE, false},
  {"a second message on a dead connection", {{"a@x", "b@y", 9, ""}, {"d@x", "e@y", 9, ""}}, HELLO "250 s\r\n250 r\r\n354 g\r\n250 one\r\n",
   "> EHLO me\n> MAIL FROM:<a@x> SIZE=9\n> RCPT TO:<b@y>\n> DATA\nBODY\n0 sent body 250 one\nREADY\n> RSET\n> MAIL FROM:<d@x> SIZE=9\n> RCPT TO:<e@y>\n> DATA\nCLOSED stale\n", false},
  {"a second message, 421 at RSET", {{"a@x", "b@y", 9, ""}, {"d@x", "e@y", 9, ""}}, HELLO "250 s\r\n250 r\r\n354 g\r\n250 one\r\n421 idle\r\n",
   "> EHLO me\n> MAIL FROM:<a@x> SIZE=9\n> RCPT TO:<b@y>\n> DATA\nBODY\n0 sent body 250 one\nREADY\n> RSET\n> MAIL FROM:<d@x> SIZE=9\n> RCPT TO:<e@y>\n> DATA\nCLOSED stale\n", false},
  {"a second message, closed after MAIL: not stale", {{"a@x", "b@y", 9, ""}, {"d@x", "e@y", 9, ""}}, HELLO "250 s\r\n250 r\r\n354 g\r\n250 one\r\n250 reset\r\n250 s\r\n",
   "> EHLO me\n> MAIL FROM:<a@x> SIZE=9\n> RCPT TO:<b@y>\n> DATA\nBODY\n0 sent body 250 one\nREADY\n> RSET\n> MAIL FROM:<d@x> SIZE=9\n> RCPT TO:<e@y>\n> DATA\nCLOSED rcpt closed\n", false},
};

static size_t messages_of(const struct row *r) { return r->m[1].rcpt ? 2 : 1; }

static void test_rows(void **state) {
  (void)state;
  stralloc record = {0};
  for (size_t i = 0; i < COUNT(rows); i++) {
    struct bytes server = bytes_str(rows[i].server);
    play(&record, server, rows[i].m, messages_of(&rows[i]), rows[i].no_pipelining, 0, 0);
    row_string(rows[i].name, bytes_sa(&record), rows[i].record);
    play(&record, server, rows[i].m, messages_of(&rows[i]), rows[i].no_pipelining, 1, 0);
    row_string(rows[i].name, bytes_sa(&record), rows[i].record);
    for (size_t cut = 0; cut <= server.n; cut++) {
      play(&record, server, rows[i].m, messages_of(&rows[i]), rows[i].no_pipelining, 0, cut);
      row_string(rows[i].name, bytes_sa(&record), rows[i].record);
    }
  }
  stralloc_free(&record);
}

/* The peer goes away after each byte of a good conversation: each recipient has one result or none, never two, and is
 * "sent" only where the last reply was whole. */
static void test_closed_everywhere(void **state) {
  (void)state;
  stralloc record = {0};
  const struct row *r = &rows[0];
  size_t whole = strlen(r->server) - strlen("221 bye\r\n");
  for (size_t n = 0; n <= strlen(r->server); n++) {
    play(&record, bytes_of(r->server, n), r->m, 1, false, 0, 0);
    assert_int_equal(strstr(sa_cstr(&record), "0 sent") != NULL, n >= whole);
    assert_null(strstr(record.s, "0 failed") ? strstr(strstr(record.s, "0 failed") + 1, "0 failed") : NULL);
    assert_non_null(strstr(record.s, "CLOSED"));
  }
  stralloc_free(&record);
}

/* Never more than the window without a reply, and every recipient asked for. */
static const struct {
  const char *name, *server, *record;
  bool no_pipelining;
} rehearsals[] = {
  {"accepted", HELLO "250 s\r\n250 r\r\n550 5.1.1 who\r\n250 reset\r\n221 b\r\n",
   "> EHLO me\n> MAIL FROM:<a@x> SIZE=9\n> RCPT TO:<b@y>\n> RCPT TO:<c@y>\n> RSET\n0 sent rcpt 250 r\n1 failed rcpt 550 5.1.1 who #5.1.1\n" BYE, false},
  {"one after another", HELLO "250 s\r\n250 r\r\n250 2.1.5 r\r\n250 reset\r\n221 b\r\n",
   "> EHLO me\n> MAIL FROM:<a@x> SIZE=9\n> RCPT TO:<b@y>\n0 sent rcpt 250 r\n> RCPT TO:<c@y>\n1 sent rcpt 250 2.1.5 r #2.1.5\n> RSET\n" BYE, true},
  {"all refused: no RSET", HELLO "250 s\r\n550 r\r\n450 r\r\n221 b\r\n",
   "> EHLO me\n> MAIL FROM:<a@x> SIZE=9\n> RCPT TO:<b@y>\n0 failed rcpt 550 r\n> RCPT TO:<c@y>\n1 failed rcpt 450 r\n" BYE, true},
  {"MAIL refused", HELLO "553 m\r\n503 r\r\n503 r\r\n250 reset\r\n221 b\r\n",
   "> EHLO me\n> MAIL FROM:<a@x> SIZE=9\n> RCPT TO:<b@y>\n> RCPT TO:<c@y>\n> RSET\n0 failed mail 553 m\n1 failed mail 553 m\n" BYE, false},
  {"RSET refused: what was said stands", HELLO "250 s\r\n250 r\r\n250 r\r\n500 what\r\n221 b\r\n",
   "> EHLO me\n> MAIL FROM:<a@x> SIZE=9\n> RCPT TO:<b@y>\n> RCPT TO:<c@y>\n> RSET\n0 sent rcpt 250 r\n1 sent rcpt 250 r\n" BYE, false},
  {"gone before RCPT", HELLO "250 s\r\n",
   "> EHLO me\n> MAIL FROM:<a@x> SIZE=9\n> RCPT TO:<b@y>\n> RCPT TO:<c@y>\n> RSET\nCLOSED rcpt closed\n", false},
};

/* As far as RCPT, never DATA. */
static void test_rehearsals(void **state) {
  (void)state;
  stralloc record = {0};
  struct play_message m = {"a@x", "b@y c@y", 9, ""};
  for (size_t i = 0; i < COUNT(rehearsals); i++)
    for (size_t chunk = 0; chunk < 2; chunk++) {
      play_as(&record, bytes_str(rehearsals[i].server), &m, 1, &(struct play_way){.rehearsal = true, .no_pipelining = rehearsals[i].no_pipelining}, chunk, 0);
      row_string(rehearsals[i].name, bytes_sa(&record), rehearsals[i].record);
    }
  stralloc_free(&record);
}

static void test_window(void **state) {
  (void)state;
  static struct client_rcpt rcpt[250];
  struct client c;
  struct client_envelope e = {.sender = {"a@x", 3}, .envid = {"", 0}, .rcpt = rcpt, .count = COUNT(rcpt)};
  size_t used, asked = 0, replied = 0;
  for (size_t i = 0; i < COUNT(rcpt); i++)
    rcpt[i] = (struct client_rcpt){.addr = {"b@y", 3}, .orcpt = {"", 0}};
  client_init(&c, &(struct client_options){.helo = {"me", 2}});
  client_begin(&c, &e);
  client_feed(&c, bytes_str("220 x\r\n"), &used);
  client_next(&c);
  client_feed(&c, bytes_str("250-x\r\n250 PIPELINING\r\n"), &used);
  for (enum client_event event; (event = client_next(&c)) != CLIENT_BODY;) {
    if (event == CLIENT_SEND)
      for (size_t i = 0; i < c.out.len; i++)
        asked += c.out.s[i] == '\n';
    assert_true(asked - replied <= CLIENT_PIPELINE_MAX);
    if (event == CLIENT_FEED)
      client_feed(&c, bytes_str(replied++ == COUNT(rcpt) + 1 ? "354 g\r\n" : "250 ok\r\n"), &used);
  }
  assert_int_equal(asked, COUNT(rcpt) + 2);
  client_free(&c);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_rows), cmocka_unit_test(test_closed_everywhere), cmocka_unit_test(test_rehearsals), cmocka_unit_test(test_window)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
