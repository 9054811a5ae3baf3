/* client: STARTTLS and AUTH of the sending engine. */
#include "unit.h"

#include "client_play.h"

#define OFFERS "220 hi\r\n250-me\r\n250-PIPELINING\r\n250 STARTTLS\r\n"
#define TAKES "250 s\r\n250 r\r\n354 go\r\n250 ok\r\n221 b\r\n"
#define SENT "> MAIL FROM:<a@x>\n> RCPT TO:<b@y>\n> DATA\nBODY\n0 sent body 250 ok\nREADY\n> QUIT\nCLOSED\n"

static const struct play_message one = {"a@x", "b@y", 0, ""};

static const struct row {
  const char *name;
  struct play_way way;
  const char *server, *record;
} rows[] = {
  {"offered and wanted: EHLO anew, the first one's promises forgotten", {.tls = CLIENT_TLS_MAY},
   OFFERS "220 go\r\n250 me\r\n250 s\r\n250 r\r\n354 go\r\n250 ok\r\n221 b\r\n",
   "> EHLO me\n> STARTTLS\nTLS\n> EHLO me\n> MAIL FROM:<a@x>\n> RCPT TO:<b@y>\n> DATA\nBODY\n0 sent body 250 ok\nREADY\n> QUIT\nCLOSED\n"},
  {"offered, not wanted", {.tls = CLIENT_TLS_NONE},
   OFFERS TAKES,
   "> EHLO me\n" SENT},
  {"wanted, not offered", {.tls = CLIENT_TLS_MAY},
   "220 hi\r\n250 me\r\n" TAKES,
   "> EHLO me\n" SENT},
  {"required, not offered", {.tls = CLIENT_TLS_REQUIRED},
   "220 hi\r\n250 me\r\n",
   "> EHLO me\nCLOSED tls tls_missing\n"},
  {"required, no EHLO", {.tls = CLIENT_TLS_REQUIRED},
   "220 hi\r\n502 what\r\n250 me\r\n",
   "> EHLO me\n> HELO me\nCLOSED tls tls_missing\n"},
  {"wanted, refused: goes on in the clear", {.tls = CLIENT_TLS_MAY},
   OFFERS "454 4.7.0 no\r\n" TAKES,
   "> EHLO me\n> STARTTLS\n" SENT},
  {"required, refused", {.tls = CLIENT_TLS_REQUIRED},
   OFFERS "554 5.7.0 no\r\n",
   "> EHLO me\n> STARTTLS\nCLOSED tls tls_refused 554 5.7.0 no #5.7.0\n"},
  {"421 to STARTTLS", {.tls = CLIENT_TLS_MAY},
   OFFERS "421 bye\r\n",
   "> EHLO me\n> STARTTLS\nCLOSED tls 421 bye\n"},
  {"354 to STARTTLS", {.tls = CLIENT_TLS_MAY},
   OFFERS "354 go\r\n",
   "> EHLO me\n> STARTTLS\nCLOSED tls protocol 354 go\n"},
  {"the handshake fails", {.tls = CLIENT_TLS_REQUIRED, .handshake_fails = true},
   OFFERS "220 go\r\n",
   "> EHLO me\n> STARTTLS\nTLS\nCLOSED tls tls_expired last year\n"},
  {"closed after the handshake", {.tls = CLIENT_TLS_MAY},
   OFFERS "220 go\r\n",
   "> EHLO me\n> STARTTLS\nTLS\n> EHLO me\nCLOSED tls closed\n"},
  {"STARTTLS offered again under TLS is not asked for", {.tls = CLIENT_TLS_REQUIRED},
   OFFERS "220 go\r\n250-me\r\n250-PIPELINING\r\n250 STARTTLS\r\n" TAKES,
   "> EHLO me\n> STARTTLS\nTLS\n> EHLO me\n" SENT},
  {"TLS from the start", {.tls = CLIENT_TLS_REQUIRED, .secured = true},
   "220 hi\r\n250 me\r\n" TAKES,
   "> EHLO me\n" SENT},
  {"AUTH PLAIN", {.tls = CLIENT_TLS_REQUIRED, .verified = true, .user = "u", .secret = "p"},
   OFFERS "220 go\r\n250-me\r\n250 AUTH LOGIN PLAIN\r\n235 ok\r\n" TAKES,
   "> EHLO me\n> STARTTLS\nTLS\n> EHLO me\nAUTH\n> AUTH PLAIN AHUAcA==\n" SENT},
  {"AUTH= of old servers, LOGIN only", {.tls = CLIENT_TLS_REQUIRED, .verified = true, .user = "u", .secret = "p"},
   OFFERS "220 go\r\n250-me\r\n250 auth=login\r\n334 VXNlcm5hbWU6\r\n334 UGFzc3dvcmQ6\r\n235 ok\r\n" TAKES,
   "> EHLO me\n> STARTTLS\nTLS\n> EHLO me\nAUTH\n> AUTH LOGIN\n> dQ==\n> cA==\n" SENT},
  {"a third challenge is cancelled", {.tls = CLIENT_TLS_REQUIRED, .verified = true, .user = "u", .secret = "p"},
   OFFERS "220 go\r\n250-me\r\n250 AUTH LOGIN\r\n334 a\r\n334 b\r\n334 c\r\n501 cancelled\r\n",
   "> EHLO me\n> STARTTLS\nTLS\n> EHLO me\nAUTH\n> AUTH LOGIN\n> dQ==\n> cA==\n> *\nCLOSED auth protocol 501 cancelled\n"},
  {"a challenge after the cancelling", {.tls = CLIENT_TLS_REQUIRED, .verified = true, .user = "u", .secret = "p"},
   OFFERS "220 go\r\n250-me\r\n250 AUTH PLAIN\r\n334 a\r\n334 b\r\n",
   "> EHLO me\n> STARTTLS\nTLS\n> EHLO me\nAUTH\n> AUTH PLAIN AHUAcA==\n> *\nCLOSED auth protocol 334 b\n"},
  {"taken after the cancelling", {.tls = CLIENT_TLS_REQUIRED, .verified = true, .user = "u", .secret = "p"},
   OFFERS "220 go\r\n250-me\r\n250 AUTH PLAIN\r\n334 a\r\n235 b\r\n",
   "> EHLO me\n> STARTTLS\nTLS\n> EHLO me\nAUTH\n> AUTH PLAIN AHUAcA==\n> *\nCLOSED auth protocol 235 b\n"},
  {"refused", {.tls = CLIENT_TLS_REQUIRED, .verified = true, .user = "u", .secret = "p"},
   OFFERS "220 go\r\n250-me\r\n250 AUTH PLAIN\r\n535 5.7.8 no\r\n",
   "> EHLO me\n> STARTTLS\nTLS\n> EHLO me\nAUTH\n> AUTH PLAIN AHUAcA==\nCLOSED auth auth_refused 535 5.7.8 no #5.7.8\n"},
  {"refused for now", {.tls = CLIENT_TLS_REQUIRED, .verified = true, .user = "u", .secret = "p"},
   OFFERS "220 go\r\n250-me\r\n250 AUTH PLAIN\r\n454 4.7.0 later\r\n",
   "> EHLO me\n> STARTTLS\nTLS\n> EHLO me\nAUTH\n> AUTH PLAIN AHUAcA==\nCLOSED auth 454 4.7.0 later #4.7.0\n"},
  {"no mechanism", {.tls = CLIENT_TLS_REQUIRED, .verified = true, .user = "u", .secret = "p"},
   OFFERS "220 go\r\n250-me\r\n250 AUTH GSSAPI XOAUTH2\r\n",
   "> EHLO me\n> STARTTLS\nTLS\n> EHLO me\nAUTH\nCLOSED auth auth_missing AUTH GSSAPI XOAUTH2\n"},
  {"AUTH offered in the clear only", {.tls = CLIENT_TLS_REQUIRED, .verified = true, .user = "u", .secret = "p"},
   "220 hi\r\n250-me\r\n250-AUTH PLAIN\r\n250 STARTTLS\r\n220 go\r\n250 me\r\n",
   "> EHLO me\n> STARTTLS\nTLS\n> EHLO me\nAUTH\nCLOSED auth auth_missing no AUTH at all\n"},
  {"not verified: never said", {.tls = CLIENT_TLS_REQUIRED, .user = "u", .secret = "p"},
   OFFERS "220 go\r\n250-me\r\n250 AUTH PLAIN\r\n",
   "> EHLO me\n> STARTTLS\nTLS\n> EHLO me\nCLOSED auth auth_unverified\n"},
  {"in the clear: never said", {.tls = CLIENT_TLS_MAY, .verified = true, .user = "u", .secret = "p"},
   "220 hi\r\n250-me\r\n250 AUTH PLAIN\r\n",
   "> EHLO me\nCLOSED auth auth_unverified\n"},
  {"XOAUTH2", {.secured = true, .tls = CLIENT_TLS_REQUIRED, .verified = true, .user = "u", .secret = "t", .token = true},
   "220 hi\r\n250-me\r\n250 AUTH PLAIN XOAUTH2\r\n235 ok\r\n" TAKES,
   "> EHLO me\nAUTH\n> AUTH XOAUTH2 dXNlcj11AWF1dGg9QmVhcmVyIHQBAQ==\n" SENT},
  {"XOAUTH2 refused: the reason is asked for", {.secured = true, .tls = CLIENT_TLS_REQUIRED, .verified = true, .user = "u", .secret = "t", .token = true},
   "220 hi\r\n250-me\r\n250 AUTH PLAIN XOAUTH2\r\n334 eyJzdGF0dXMiOiI0MDEifQ==\r\n535 5.7.8 no\r\n",
   "> EHLO me\nAUTH\n> AUTH XOAUTH2 dXNlcj11AWF1dGg9QmVhcmVyIHQBAQ==\n> \nCLOSED auth token_refused 535 5.7.8 no ({\"status\":\"401\"}) #5.7.8\n"},
  {"XOAUTH2 refused, the reason is no base64", {.secured = true, .tls = CLIENT_TLS_REQUIRED, .verified = true, .user = "u", .secret = "t", .token = true},
   "220 hi\r\n250-me\r\n250 AUTH XOAUTH2\r\n334 ?\r\n535 5.7.8 no\r\n",
   "> EHLO me\nAUTH\n> AUTH XOAUTH2 dXNlcj11AWF1dGg9QmVhcmVyIHQBAQ==\n> \nCLOSED auth token_refused 535 5.7.8 no #5.7.8\n"},
  {"a token, PLAIN only", {.secured = true, .tls = CLIENT_TLS_REQUIRED, .verified = true, .user = "u", .secret = "t", .token = true},
   "220 hi\r\n250-me\r\n250 AUTH PLAIN LOGIN\r\n",
   "> EHLO me\nAUTH\nCLOSED auth auth_missing AUTH PLAIN LOGIN\n"},
};

/* A cut behind the go-ahead is what an honest peer makes: it says nothing before the handshake. */
static size_t go_ahead(const char *server) {
  const char *at = strstr(server, "220 go\r\n");
  return at ? (size_t)(at - server) + 8 : 0;
}

static void test_rows(void **state) {
  (void)state;
  stralloc record = {0};
  for (size_t i = 0; i < COUNT(rows); i++) {
    struct bytes server = bytes_str(rows[i].server);
    play_as(&record, server, &one, 1, &rows[i].way, 1, 0);
    row_string(rows[i].name, bytes_sa(&record), rows[i].record);
    for (size_t cut = 0; cut <= server.n; cut++) {
      size_t tls = go_ahead(rows[i].server);
      if (tls && cut != tls && rows[i].way.tls != CLIENT_TLS_NONE)
        continue;
      play_as(&record, server, &one, 1, &rows[i].way, 0, cut);
      row_string(rows[i].name, bytes_sa(&record), rows[i].record);
    }
  }
  stralloc_free(&record);
}

/* Whatever is read together with the go-ahead ends the conversation, wherever the pieces are cut before. */
static void test_injection(void **state) {
  (void)state;
  static const char *const more[] = {"2", "\r", "250 me\r\n", "250-me\r\n250 AUTH PLAIN\r\n235 ok\r\n"};
  stralloc record = {0}, server = {0};
  struct play_way way = {.tls = CLIENT_TLS_MAY, .verified = true, .user = "u", .secret = "p"};
  for (size_t i = 0; i < COUNT(more); i++) {
    sa_copys(&server, OFFERS "220 go\r\n");
    size_t go = server.len;
    sa_cats(&server, more[i]);
    for (size_t cut = 0; cut < go; cut++) {
      play_as(&record, bytes_sa(&server), &one, 1, &way, 0, cut);
      row_string(more[i], bytes_sa(&record), "> EHLO me\n> STARTTLS\nCLOSED tls tls_injected\n");
    }
  }
  stralloc_free(&server);
  stralloc_free(&record);
}

/* A token too long for a command line follows the peer's 334; nothing of it is left in the engine afterwards. */
static void test_long_token(void **state) {
  (void)state;
  static char token[3000];
  stralloc record = {0};
  memset(token, 't', sizeof token - 1);
  struct play_way way = {.tls = CLIENT_TLS_REQUIRED, .secured = true, .verified = true, .user = "u", .secret = token, .token = true};
  play_as(&record, bytes_str("220 hi\r\n250-me\r\n250 AUTH XOAUTH2\r\n334 \r\n235 ok\r\n" TAKES), &one, 1, &way, 0, 0);
  assert_non_null(strstr(sa_cstr(&record), "AUTH\n> AUTH XOAUTH2\n> dXNlcj11AWF1dGg9QmVhcmVyIHR0dHR0"));
  assert_non_null(strstr(record.s, "0 sent"));
  stralloc_free(&record);
}

static bool holds(const stralloc *sa, const char *text) { return sa->s && memmem(sa->s, sa->a, text, strlen(text)); }

static void test_wiped(void **state) {
  (void)state;
  static const char *const ends[] = {"235 ok\r\n", "535 no\r\n", "334 x\r\n", ""};
  size_t used;
  for (size_t i = 0; i < COUNT(ends); i++) {
    struct client c;
    client_init(&c, &(struct client_options){.helo = {"me", 2}, .tls = CLIENT_TLS_REQUIRED, .secured = true, .verified = true, .auth = true});
    client_feed(&c, bytes_str("220 x\r\n"), &used);
    client_next(&c);
    client_feed(&c, bytes_str("250-x\r\n250 AUTH PLAIN\r\n"), &used);
    assert_int_equal(client_next(&c), CLIENT_AUTH);
    client_authenticate(&c, &(struct client_credentials){.user = {"me", 2}, .secret = {"secret", 6}});
    assert_int_equal(client_next(&c), CLIENT_SEND);
    assert_string_equal(c.shown, "AUTH PLAIN ***");
    assert_true(holds(&c.out, "NlY3JldA"));
    client_next(&c);
    if (*ends[i])
      client_feed(&c, bytes_str(ends[i]), &used);
    else
      client_lost(&c, 0);
    client_next(&c);
    row_check(ends[i], !holds(&c.answer[0], "NlY3JldA") && (c.answers || !holds(&c.out, "NlY3JldA")));
    client_free(&c);
  }
}

/* A server that repeats what it was told: neither its words nor what came in the place of a reply hold it. */
static void test_echo(void **state) {
  (void)state;
  static const struct { const char *says, *words; } echoes[] = {
    {"535 5.7.8 not AG1lAHNlY3JldA== here\r\n", "535 5.7.8 not **************** here"},
    {"501-AG1lAHNlY3JldA==\r\n501 AG1lAHNlY3JldA==AG1lAHNlY3JldA==\r\n", "501 **************** ********************************"},
    {"AUTH PLAIN AG1lAHNlY3JldA==?\r\n", "AUTH PLAIN ****************??"}};
  for (size_t i = 0; i < COUNT(echoes); i++) {
    struct client c;
    size_t used;
    client_init(&c, &(struct client_options){.helo = {"me", 2}, .tls = CLIENT_TLS_REQUIRED, .secured = true, .verified = true, .auth = true});
    client_feed(&c, bytes_str("220 x\r\n"), &used);
    client_next(&c);
    client_feed(&c, bytes_str("250-x\r\n250 AUTH PLAIN\r\n"), &used);
    client_next(&c);
    client_authenticate(&c, &(struct client_credentials){.user = {"me", 2}, .secret = {"secret", 6}});
    client_next(&c);
    client_next(&c);
    client_feed(&c, bytes_str(echoes[i].says), &used);
    row_check(echoes[i].says, client_next(&c) == CLIENT_CLOSED && (!c.reply.text.len || !memmem(c.reply.text.s, c.reply.text.len, "AG1lA", 5)));
    row_string(echoes[i].says, c.failure.text, echoes[i].words);
    client_free(&c);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_rows), cmocka_unit_test(test_injection), cmocka_unit_test(test_long_token), cmocka_unit_test(test_wiped), cmocka_unit_test(test_echo)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
