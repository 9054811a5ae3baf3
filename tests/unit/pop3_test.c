/* The two engines of POP3: what each dialogue says and asks; any cut of the input says the same. */
#include "unit.h"

#include "pop3_play.h"

struct dialogue {
  const char *name, *in, *want;
  const char *unread;
};

#define GREETING "+OK mx.test wiz98 POP3 ready\n"
#define USER_OK "[USER taro]\n+OK Password please\n"
#define MORE "RESP-CODES\nAUTH-RESP-CODE\nPIPELINING\nEXPIRE NEVER\nLOGIN-DELAY 0\nIMPLEMENTATION wiz98\n.\n"
#define CAPABILITIES "+OK This is what I can do\nTOP\nUIDL\nUSER\nSASL PLAIN\n" MORE
#define CAPABILITIES_STLS "+OK This is what I can do\nTOP\nUIDL\nUSER\nSASL PLAIN\nSTLS\n" MORE
#define REFUSED "-ERR [AUTH] User name or password is wrong (AU201W)\n"
#define UNKNOWN "-ERR Unknown command (PO101W)\n"
#define MALFORMED "-ERR What was sent for AUTH is not valid (PO113W)\n"
#define OTHER_MECHANISM "-ERR That authentication mechanism is not offered (PO115W)\n"
#define TLS_FIRST "-ERR [AUTH] A password is taken under TLS only from this address (PO112W)\n"
#define BAD "-ERR An argument is missing or wrong (PO102W)\n"
#define OVERLONG "-ERR The command is too long (PO103W)\n"
#define A1000 A100 A100 A100 A100 A100 A100 A100 A100 A100 A100
#define A100 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static const struct dialogue logins[] = {
  {"nothing", "", GREETING, ""},
  {"login", "USER taro\r\nPASS right\r\n", GREETING USER_OK "[PASS]\nLOGIN taro right\n", ""},
  {"case", "uSeR taro\r\npaSS right\r\n", GREETING "[uSeR taro]\n+OK Password please\n[PASS]\nLOGIN taro right\n", ""},
  {"LF alone", "USER taro\nPASS right\n", GREETING USER_OK "[PASS]\nLOGIN taro right\n", ""},
  {"what follows the password stays unread", "USER taro\r\nPASS right\r\nSTAT\r\nRETR 1", GREETING USER_OK "[PASS]\nLOGIN taro right\n", "STAT\r\nRETR 1"},
  {"blanks in the password", "USER taro\r\nPASS  a b \r\n", GREETING USER_OK "[PASS]\nLOGIN taro  a b \n" REFUSED, ""},
  {"blanks around the name", "USER   taro \r\nPASS right\r\n", GREETING "[USER   taro ]\n+OK Password please\n[PASS]\nLOGIN taro right\n", ""},
  {"the last USER counts", "USER jiro\r\nUSER taro\r\nPASS right\r\n", GREETING "[USER jiro]\n+OK Password please\n" USER_OK "[PASS]\nLOGIN taro right\n", ""},
  {"PASS first", "PASS right\r\n", GREETING "[PASS]\n-ERR The user name (USER) comes first (PO107W)\n", ""},
  {"PASS without a password", "USER taro\r\nPASS\r\n", GREETING USER_OK "[PASS]\n" BAD, ""},
  {"USER without a name", "USER\r\nUSER  \r\n", GREETING "[USER]\n" BAD "[USER  ]\n" BAD, ""},
  {"a refusal asks for the name again", "USER taro\r\nPASS x\r\nPASS right\r\n", GREETING USER_OK "[PASS]\nLOGIN taro x\n" REFUSED "[PASS]\n-ERR The user name (USER) comes first (PO107W)\n", ""},
  {"right at the second try", "USER taro\r\nPASS x\r\nUSER taro\r\nPASS right\r\n", GREETING USER_OK "[PASS]\nLOGIN taro x\n" REFUSED USER_OK "[PASS]\nLOGIN taro right\n", ""},
  {"three tries", "USER taro\r\nPASS x\r\nUSER taro\r\nPASS y\r\nUSER taro\r\nPASS z\r\nQUIT\r\n",
   GREETING USER_OK "[PASS]\nLOGIN taro x\n" REFUSED USER_OK "[PASS]\nLOGIN taro y\n" REFUSED USER_OK "[PASS]\nLOGIN taro z\n" REFUSED, "QUIT\r\n"},
  {"temporary failure", "USER taro\r\nPASS later\r\nQUIT\r\n", GREETING USER_OK "[PASS]\nLOGIN taro later\n-ERR [SYS/TEMP] The login service is down (AU211E)\n[QUIT]\n+OK Good bye\n", ""},
  {"CAPA", "CAPA\r\nQUIT\r\n", GREETING "[CAPA]\n" CAPABILITIES_STLS "[QUIT]\n+OK Good bye\n", ""},
  {"not before the login", "STAT\r\nRETR 1\r\n", GREETING "[STAT]\n" UNKNOWN "[RETR]\n" UNKNOWN, ""},
  {"AUTH PLAIN with an initial response", "AUTH PLAIN AHRhcm8AcmlnaHQ=\r\nSTAT\r\n", GREETING "[AUTH]\nLOGIN taro right\n", "STAT\r\n"},
  {"AUTH PLAIN, then the response", "auth plain\r\nAHRhcm8AcmlnaHQ=\r\nSTAT\r\n", GREETING "[AUTH]\n+ \n[(hidden)]\nLOGIN taro right\n", "STAT\r\n"},
  {"AUTH PLAIN, wrong password", "AUTH PLAIN AHRhcm8AeA==\r\nQUIT\r\n", GREETING "[AUTH]\nLOGIN taro x\n" REFUSED "[QUIT]\n+OK Good bye\n", ""},
  {"AUTH taken back", "AUTH PLAIN\r\n*\r\nQUIT\r\n", GREETING "[AUTH]\n+ \n[(hidden)]\n-ERR Authentication cancelled (PO114W)\n[QUIT]\n+OK Good bye\n", ""},
  {"AUTH that is no base64", "AUTH PLAIN !!!\r\nAUTH PLAIN\r\nQUIT\r\nQUIT\r\n", GREETING "[AUTH]\n" MALFORMED "[AUTH]\n+ \n[(hidden)]\n" MALFORMED "[QUIT]\n+OK Good bye\n", ""},
  {"an empty initial response", "AUTH PLAIN =\r\n", GREETING "[AUTH]\n" MALFORMED, ""},
  {"AUTH alone lists", "AUTH\r\n", GREETING "[AUTH]\n+OK Mechanisms\nPLAIN\n.\n", ""},
  {"another mechanism", "AUTH LOGIN\r\nAUTH CRAM-MD5\r\n", GREETING "[AUTH]\n" OTHER_MECHANISM "[AUTH]\n" OTHER_MECHANISM, ""},
  {"STLS forgets the user", "USER taro\r\nSTLS\r\nPASS right\r\nCAPA\r\nSTLS\r\n",
   GREETING USER_OK "[STLS]\nSTLS\n+OK Begin TLS\nSECURE\n[PASS]\n-ERR The user name (USER) comes first (PO107W)\n[CAPA]\n" CAPABILITIES "[STLS]\n-ERR TLS is on already (PO111W)\n", ""},
  {"STLS takes no argument", "STLS now\r\n", GREETING "[STLS now]\n" BAD, ""},
  {"empty line", "\r\n", GREETING "[]\n" UNKNOWN, ""},
  {"the log shows no argument of an unknown command", "PSAS secret\r\nsecret\r\n", GREETING "[PSAS]\n" UNKNOWN "[secret]\n" UNKNOWN, ""},
  {"five errors", "A\r\nB\r\nC\r\nD\r\nE\r\nQUIT\r\n", GREETING "[A]\n" UNKNOWN "[B]\n" UNKNOWN "[C]\n" UNKNOWN "[D]\n" UNKNOWN "[E]\n-ERR Too many errors (PO104W)\n", "QUIT\r\n"},
  {"over-long", "USER " A1000 A100 A100 A100 A100 A100 A100 "\r\nQUIT\r\n", GREETING "[(too long, or with NUL)]\n" OVERLONG "[QUIT]\n+OK Good bye\n", ""},
  {"name of more than 254", "USER " A100 A100 A100 "\r\n", GREETING "[USER " A100 A100 A100 "]\n" BAD, ""},
  {"nothing after QUIT", "QUIT\r\nUSER a\r\n", GREETING "[QUIT]\n+OK Good bye\n", "USER a\r\n"},
};

#define OPENED "+OK 3 messages (3000000120 octets)\n"
#define ALL_SIZES "[LIST]\n" OPENED "1 100\n2 20\n3 3000000000\n.\n"
#define NONE "-ERR There is no message with that number (PO105W)\n"
#define BYE "[QUIT]\nREMOVE\n+OK Good bye\n"

static const struct dialogue boxes[] = {
  {"nothing", "", OPENED, ""},
  {"STAT", "STAT\r\nstat\r\n", OPENED "[STAT]\n+OK 3 3000000120\n[stat]\n+OK 3 3000000120\n", ""},
  {"LIST", "LIST\r\n", OPENED ALL_SIZES, ""},
  {"LIST one", "LIST 2\r\nLIST  3 \r\n", OPENED "[LIST 2]\n+OK 2 20\n[LIST  3 ]\n+OK 3 3000000000\n", ""},
  {"UIDL", "UIDL\r\nUIDL 1\r\n", OPENED "[UIDL]\n" OPENED "1 u1\n2 u2\n3 u3\n.\n[UIDL 1]\n+OK 1 u1\n", ""},
  {"no such message", "LIST 0\r\nRETR 4\r\nDELE 99999999999999999999\r\nUIDL -1\r\n", OPENED "[LIST 0]\n" NONE "[RETR 4]\n" NONE "[DELE 99999999999999999999]\n" BAD "[UIDL -1]\n" BAD, ""},
  {"a number is asked for", "RETR\r\nDELE x\r\nRETR 1x\r\nTOP 1\r\n", OPENED "[RETR]\n" BAD "[DELE x]\n" BAD "[RETR 1x]\n" BAD "[TOP 1]\n" BAD, ""},
  {"RETR", "RETR 1\r\nRETR 2\r\n", OPENED "[RETR 1]\nSEND 0\n[RETR 2]\nSEND 1\n", ""},
  {"RETR of what is gone", "RETR 3\r\nNOOP\r\n", OPENED "[RETR 3]\nSEND 2\n-ERR The message was removed meanwhile (MB202W)\n[NOOP]\n+OK Nothing done\n", ""},
  {"TOP", "TOP 1 0\r\nTOP 2 18446744073709551615\r\nTOP 1  7\r\n", OPENED "[TOP 1 0]\nSEND 0 top 0\n[TOP 2 18446744073709551615]\nSEND 1 top 18446744073709551615\n[TOP 1  7]\nSEND 0 top 7\n", ""},
  {"RETR behind TOP is whole", "TOP 1 3\r\nRETR 1\r\n", OPENED "[TOP 1 3]\nSEND 0 top 3\n[RETR 1]\nSEND 0\n", ""},
  {"DELE", "DELE 1\r\nSTAT\r\nLIST\r\nUIDL\r\nRETR 1\r\nDELE 1\r\nQUIT\r\n",
   OPENED "[DELE 1]\n+OK Will be deleted at QUIT\n[STAT]\n+OK 2 3000000020\n[LIST]\n+OK 2 messages (3000000020 octets)\n2 20\n3 3000000000\n.\n"
   "[UIDL]\n+OK 2 messages (3000000020 octets)\n2 u2\n3 u3\n.\n[RETR 1]\n-ERR That message is marked as deleted (PO106W)\n"
   "[DELE 1]\n-ERR That message is marked as deleted (PO106W)\n[QUIT]\nREMOVE 0\n+OK Good bye\n", ""},
  {"RSET", "DELE 1\r\nDELE 3\r\nRSET\r\nLIST\r\nQUIT\r\n", OPENED "[DELE 1]\n+OK Will be deleted at QUIT\n[DELE 3]\n+OK Will be deleted at QUIT\n[RSET]\n" OPENED ALL_SIZES BYE, ""},
  {"all deleted", "DELE 1\r\nDELE 2\r\nDELE 3\r\nLIST\r\n", OPENED "[DELE 1]\n+OK Will be deleted at QUIT\n[DELE 2]\n+OK Will be deleted at QUIT\n[DELE 3]\n+OK Will be deleted at QUIT\n[LIST]\n+OK 0 messages (0 octets)\n.\n", ""},
  {"without QUIT nothing is removed", "DELE 1\r\n", OPENED "[DELE 1]\n+OK Will be deleted at QUIT\n", ""},
  {"a password that comes late is not shown", "PASS secret\r\n", OPENED "[PASS]\n" UNKNOWN, ""},
  {"CAPA", "CAPA\r\n", OPENED "[CAPA]\n" CAPABILITIES, ""},
  {"nothing after QUIT", "QUIT\r\nSTAT\r\n", OPENED BYE, "STAT\r\n"},
  {"five errors remove nothing", "DELE 1\r\nA\r\nB\r\nC\r\nD\r\nE\r\nQUIT\r\n",
   OPENED "[DELE 1]\n+OK Will be deleted at QUIT\n[A]\n" UNKNOWN "[B]\n" UNKNOWN "[C]\n" UNKNOWN "[D]\n" UNKNOWN "[E]\n-ERR Too many errors (PO104W)\n", "QUIT\r\n"},
};

static void play_cut(const struct dialogue *d, bool box, size_t cut) {
  struct play p;
  play_begin(&p, box);
  struct bytes in = bytes_str(d->in);
  play_feed(&p, bytes_of(in.s, cut));
  play_feed(&p, bytes_of(in.s + cut, in.n - cut));
  row_string(d->name, bytes_sa(&p.record), d->want);
  row_string(d->name, bytes_sa(&p.unread), d->unread);
  play_end(&p);
}

static void play_bytewise(const struct dialogue *d, bool box) {
  struct play p;
  play_begin(&p, box);
  for (const char *c = d->in; *c; c++)
    play_feed(&p, bytes_of(c, 1));
  play_feed(&p, bytes_of("", 0));
  row_string(d->name, bytes_sa(&p.record), d->want);
  play_end(&p);
}

static void test_dialogues(void **state) {
  (void)state;
  for (int box = 0; box < 2; box++) {
    const struct dialogue *d = box ? boxes : logins;
    for (size_t i = 0; i < (box ? COUNT(boxes) : COUNT(logins)); i++) {
      for (size_t cut = 0; cut <= strlen(d[i].in); cut++)
        play_cut(&d[i], box, cut);
      play_bytewise(&d[i], box);
    }
  }
}

static void test_nul(void **state) {
  (void)state;
  struct play p;
  play_begin(&p, false);
  play_feed(&p, bytes_of("USER a\0b\r\n", 10));
  row_string("NUL", bytes_sa(&p.record), GREETING "[(too long, or with NUL)]\n-ERR The command holds a NUL byte (PO110W)\n");
  play_end(&p);
}

static void test_clear_text_refused(void **state) {
  (void)state;
  struct play p;
  play_begin_login(&p, (struct pop3_offer){0}, 9);
  play_feed(&p, bytes_str("CAPA\r\nUSER taro\r\nPASS right\r\n"));
  struct bytes got = bytes_sa(&p.record);
  assert_null(memmem(got.s, got.n, "\nUSER\n", 6));
  assert_null(memmem(got.s, got.n, "LOGIN taro", 10));
  assert_non_null(memmem(got.s, got.n, "[PASS]\n-ERR [AUTH] No passwords in the clear", 44));
  assert_non_null(memmem(got.s, got.n, "[USER taro]\n-ERR [AUTH] No passwords in the clear", 49));
  play_end(&p);
}

static void test_tls_first(void **state) {
  (void)state;
  struct play p;
  play_begin_login(&p, (struct pop3_offer){.stls = true}, 9);
  play_feed(&p, bytes_str("CAPA\r\nAUTH PLAIN AHRhcm8AcmlnaHQ=\r\nUSER taro\r\nSTLS\r\nAUTH PLAIN AHRhcm8AcmlnaHQ=\r\n"));
  row_string("TLS first", bytes_sa(&p.record),
             GREETING "[CAPA]\n+OK This is what I can do\nTOP\nUIDL\nSTLS\n" MORE "[AUTH]\n" TLS_FIRST "[USER taro]\n" TLS_FIRST "[STLS]\nSTLS\n+OK Begin TLS\nSECURE\n[AUTH]\nLOGIN taro right\n");
  play_end(&p);
}

static void test_tls_not_to_be_had(void **state) {
  (void)state;
  struct play p;
  play_begin(&p, false);
  p.tls_down = true;
  play_feed(&p, bytes_str("STLS\r\n"));
  row_string("TLS is down", bytes_sa(&p.record), GREETING "[STLS]\nSTLS\n-ERR [SYS/TEMP] TLS cannot begin now (PO204E)\n");
  play_end(&p);
  play_begin_login(&p, (struct pop3_offer){.clear_text = true}, 9);
  play_feed(&p, bytes_str("STLS\r\n"));
  row_string("no TLS", bytes_sa(&p.record), GREETING "[STLS]\n-ERR TLS is not offered (PO116W)\n");
  play_end(&p);
}

static void test_turned_away(void **state) {
  (void)state;
  struct play p;
  play_begin(&p, false);
  pop3_login_free(&p.login);
  pop3_login_turn_away(&p.login, PO202W_too_many_connections);
  play_feed(&p, bytes_str("QUIT\r\n"));
  row_string("turned away", bytes_sa(&p.record), "-ERR [SYS/TEMP] Too many connections from your address (PO202W)\n");
  play_end(&p);
}

static void test_removal_fails(void **state) {
  (void)state;
  struct play p;
  play_begin(&p, true);
  p.removal_fails = true;
  play_feed(&p, bytes_str("DELE 2\r\nQUIT\r\n"));
  row_string("removal fails", bytes_sa(&p.record),
             OPENED "[DELE 2]\n+OK Will be deleted at QUIT\n[QUIT]\nREMOVE 1\n-ERR [SYS/TEMP] Some deleted messages could not be removed (MB204E)\n");
  play_end(&p);
}

/* A listing of many messages comes in pieces of bounded size. */
static void test_long_listing(void **state) {
  (void)state;
  enum { MANY = 20000 };
  struct pop3_message *m = test_calloc(MANY, sizeof *m);
  struct pop3_box e;
  struct pop3_event ev;
  size_t lines = 0, largest = 0;
  for (size_t i = 0; i < MANY; i++)
    m[i] = (struct pop3_message){.uid = bytes_str("uid"), .size = i};
  pop3_box_init(&e, m, MANY, 5);
  pop3_box_next(&e, &ev);
  pop3_box_feed(&e, bytes_str("UIDL\r\n"));
  while (pop3_box_next(&e, &ev) > 0) {
    largest = ev.text.n > largest ? ev.text.n : largest;
    for (size_t i = 0; ev.kind == POP3_REPLY && i < ev.text.n; i++)
      lines += ev.text.s[i] == '\n';
  }
  assert_int_equal(lines, MANY + 2);
  assert_true(largest < 8192);
  pop3_box_free(&e);
  test_free(m);
}

static void test_empty_box(void **state) {
  (void)state;
  struct pop3_box e;
  struct pop3_event ev;
  stralloc got = {0};
  pop3_box_init(&e, NULL, 0, 5);
  struct bytes in = bytes_str("LIST\r\nSTAT\r\nRETR 1\r\nUIDL\r\n");
  do {
    while (pop3_box_next(&e, &ev) > 0)
      if (ev.kind == POP3_REPLY)
        sa_catb(&got, ev.text.s, ev.text.n);
    size_t n = pop3_box_feed(&e, in);
    in = bytes_of(in.s + n, in.n - n);
  } while (in.n || pop3_box_next(&e, &ev) > 0);
  while (pop3_box_next(&e, &ev) > 0)
    if (ev.kind == POP3_REPLY)
      sa_catb(&got, ev.text.s, ev.text.n);
  row_string("empty box", bytes_sa(&got),
             "+OK 0 messages (0 octets)\r\n+OK 0 messages (0 octets)\r\n.\r\n+OK 0 0\r\n-ERR There is no message with that number (PO105W)\r\n+OK 0 messages (0 octets)\r\n.\r\n");
  pop3_box_free(&e);
  stralloc_free(&got);
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_dialogues),     cmocka_unit_test(test_nul),          cmocka_unit_test(test_clear_text_refused),
    cmocka_unit_test(test_tls_first), cmocka_unit_test(test_tls_not_to_be_had), cmocka_unit_test(test_turned_away),   cmocka_unit_test(test_removal_fails), cmocka_unit_test(test_long_listing),
    cmocka_unit_test(test_empty_box),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
