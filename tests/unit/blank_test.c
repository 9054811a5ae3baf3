/* blank: what is taken out of text that leaves the house, and what stays. */
#include "unit.h"

#include "blank/blank.h"

/* --- by form --- */

static const struct {
  const char *text, *want;
} forms[] = {
  {"", ""},
  {"nothing to hide: 192.0.2.1 mx.example.net 550 5.7.1", "nothing to hide: 192.0.2.1 mx.example.net 550 5.7.1"},
  {"RCPT TO:<taro@example.jp> SIZE=3", "RCPT TO:<*1*@example.jp> SIZE=3"},
  {"from=taro@a.test to=jiro@a.test from=TARO@b.test", "from=*1*@a.test to=*2*@a.test from=*1*@b.test"},
  {"<> <\"a b\"@a.test> \"\\\"a b\\\"@a.test\"", "<> <*1*@a.test> \"*3*@a.test\""},
  {"\"a\\\"b\"@a.test", "*1*@a.test"},
  {"bounce+taro=example.jp@list.test no such taro", "*1*@list.test no such *2*"},
  {"state/reached/taro@a.test taro", "*1*@a.test *2*"},
  {"info@a.test: the info is here", "***@a.test: the info is here"},
  {"550 no mailbox taro here <taro@a.test> taroko", "550 no mailbox *1* here <*1*@a.test> taroko"},
  {"\xe5\xb1\xb1\xe7\x94\xb0@a.test \xe5\xb1\xb1\xe7\x94\xb0\xe3\x81\xaf", "*1*@a.test *1*\xe3\x81\xaf"},
  {"@ a @ b @@", "@ a @ b @@"},
  {"catch-all @example.net:", "catch-all @example.net:"},
  {"a@[192.0.2.1]", "***@[192.0.2.1]"},
  {"path=mail/a.test/taro/new/1 /home/jiro/wiz98", "path=mail/a.test/*1*/new/1 /home/*2*/wiz98"},
  {"mail/ mail/a.test mail/a.test/ email/a/b", "mail/ mail/a.test mail/a.test/ email/a/b"},
  {"user=taro ip=1 user=root login=\"jiro x\" taro", "user=*1* ip=1 user=*** login=\"*2*\" *1*"},
  {"taro@a.test: $y$j9T$abcdefgh/.$0123456789AB quota=1", "*1*@a.test: $y$*** quota=1"},
  {"$6$saltsalt$xxxxxxxxxxxx $5 $HOME$", "$6$*** $5 $HOME$"},
  {"-----BEGIN PRIVATE KEY-----\nMIIE\nabc\n-----END PRIVATE KEY-----\nx", "-----BEGIN ***-----END PRIVATE KEY-----\nx"},
  {"-----BEGIN PRIVATE KEY-----\nMIIE", "-----BEGIN ***"},
  {"AUTH PLAIN AHRhcm8AcHc=\r\nAUTH LOGIN\n AUTH x", "AUTH PLAIN ***\r\nAUTH LOGIN\n AUTH x"},
  {"\"password\": \"a b\", \"client_secret\":\"x\\\"y\",1", "\"password\": \"***\", \"client_secret\":\"***\",1"},
  {"password=abc checkpassword = /bin/x token: t\nnext", "password=*** checkpassword = /bin/x token: ***\nnext"},
  {"Authorization: Bearer abc def\nnext", "Authorization: ***\nnext"},
  {"the password is wrong; token", "the password is wrong; token"},
  {"eyJhbGciOiJIUzI1NiJ9abcdEF01 0123456789abcdef0123456789abcdef RE101E_not", "*** 0123456789abcdef0123456789abcdef RE101E_not"},
  {"http://taro:pw@proxy.test/ https://jiro@x.test", "http://*1*:***@proxy.test/ https:*2*@x.test"},
};

static void test_forms(void **state) {
  (void)state;
  for (size_t i = 0; i < COUNT(forms); i++) {
    struct blank b;
    stralloc out = {0};
    blank_init(&b);
    blank_learn(&b, bytes_str(forms[i].text));
    blank_text(&out, &b, bytes_str(forms[i].text));
    row_string(forms[i].text, bytes_sa(&out), forms[i].want);
    stralloc_free(&out);
    blank_free(&b);
  }
}

/* --- what is known --- */

static const struct {
  const char *secret, *text, *want;
} known[] = {
  {"hunter2", "is hunter2 or HUNTER2, xhunter2x", "is *** or ***, x***x"},
  {"pw\"q\\", "raw pw\"q\\ log \"pw\\\"q\\\\\"", "raw *** log \"***\""},
  {"abc", "abc is too short to be searched for", "abc is too short to be searched for"},
  {"aaaa", "aaaaaa", "***"},
  {"two words", "two words", "***"},
  {"tail", "fail tai", "fail tai"},
};

static void test_known(void **state) {
  (void)state;
  for (size_t i = 0; i < COUNT(known); i++) {
    struct blank b;
    stralloc out = {0};
    blank_init(&b);
    blank_secret(&b, bytes_str(known[i].secret));
    blank_secret(&b, bytes_str(known[i].secret));
    blank_text(&out, &b, bytes_str(known[i].text));
    row_string(known[i].secret, bytes_sa(&out), known[i].want);
    stralloc_free(&out);
    blank_free(&b);
  }
}

/* --- definition files, also with faults --- */

static const struct {
  const char *name, *file, *want;
} files[] = {
  {"settings", "# comment\n\n  smtp_port = 25   # taro\nhostname=mx#1\r\n", "smtp_port = 25\nhostname=mx#1\n"},
  {"settings", "checkpassword = /bin/check -p secret99\n", "checkpassword = /bin/check *** ***\n"},
  {"users", "taro@a.test: $y$j9T$abc quota=500m extra\nhanako@a.test: *\n", "*1*@a.test: *** quota=500m ***\n*2*@a.test: *\n"},
  {"users", "taro password1\njiro@a.test: \"password 2\"\nsaburo", "*1* ***\n*3*@a.test: ***\n*2*\n"},
  {"credentials", "h.test:587: u@p.test \"a # b\" # why\n[::1]:25: u xoauth2 name\n", "h.test:587: *** ***\n[::1]:25: *** xoauth2 name\n"},
  {"credentials", "h.test u secret99\nk.test: u \"open secret99\nh.test:u secret99", "*** *** ***\nk.test: *** ***\n*** ***\n"},
  {"tokens", "x: /bin/curl -d secret99 y\n/bin/wget secret99", "x: /bin/curl *** *** ***\n*** ***\n"},
  {"aliases", "postmaster: taro\ninfo@a.test: taro, jiro@b.test\n@c.test: taro\n", "postmaster: *1*\n***@a.test: *1*, *2*@b.test\n@c.test: *1*\n"},
  {"routes", "*: smtp.test:587 # taro\n", "*: smtp.test:587\n"},
};

static void test_files(void **state) {
  (void)state;
  for (size_t i = 0; i < COUNT(files); i++) {
    struct blank b;
    stralloc text = {0}, out = {0}, trimmed = {0};
    blank_init(&b);
    blank_definitions(&text, &b, files[i].name, bytes_str(files[i].file));
    blank_learn(&b, bytes_sa(&text));
    blank_text(&out, &b, bytes_sa(&text));
    for (size_t k = 0; k < out.len; k++)      /* how a line begins is not what is tested */
      if (out.s[k] != ' ' || (trimmed.len && trimmed.s[trimmed.len - 1] != '\n'))
        sa_catc(&trimmed, out.s[k]);
    row_string(files[i].file, bytes_sa(&trimmed), files[i].want);
    stralloc_free(&text);
    stralloc_free(&out);
    stralloc_free(&trimmed);
    blank_free(&b);
  }
}

/* What one file tells is taken out of another text. */
static void test_across(void **state) {
  struct blank b;
  stralloc text = {0}, out = {0};
  (void)state;
  blank_init(&b);
  blank_definitions(&text, &b, "credentials", bytes_str("h.test: nakano-login tarantella\n"));
  blank_learn(&b, bytes_str("to=yamada@else.test"));
  blank_text(&out, &b, bytes_str("535 nakano-login/tarantella: ask yamada"));
  row_string("across", bytes_sa(&out), "535 ***/***: ask *1*");
  assert_int_equal(b.people, 1);
  assert_int_equal(b.secrets, 2);
  assert_int_equal(b.names, 1);
  stralloc_free(&text);
  stralloc_free(&out);
  blank_free(&b);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_forms), cmocka_unit_test(test_known), cmocka_unit_test(test_files), cmocka_unit_test(test_across)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
