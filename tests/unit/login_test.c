/* What passes over run/auth, whose turn it is, which user a name stands for. */
#include "unit.h"

#include "conf_fixture.h"
#include "login/login.h"

static const struct login_message sample = {
  {"pop3", 4}, {"1k0zr", 5}, {"192.0.2.1", 9}, {"taro", 4}, {"pa ss", 5}, {"STAT\r\n\0x", 8},
};

static bool equal(const struct login_message *a, const struct login_message *b) {
  return bytes_eq(a->kind, b->kind) && bytes_eq(a->sid, b->sid) && bytes_eq(a->ip, b->ip) && bytes_eq(a->user, b->user) &&
         bytes_eq(a->word, b->word) && bytes_eq(a->unread, b->unread);
}

static void test_message_round_trip(void **state) {
  (void)state;
  static const struct login_message empty = {{"", 0}, {"", 0}, {"", 0}, {"", 0}, {"", 0}, {"", 0}};
  const struct login_message *all[] = {&sample, &empty};
  for (size_t i = 0; i < COUNT(all); i++) {
    stralloc out = {0};
    struct login_message m;
    login_write(&out, all[i]);
    assert_true(login_read(&m, bytes_sa(&out)));
    assert_true(equal(&m, all[i]));
    stralloc_free(&out);
  }
}

/* Cut anywhere before its fifth \0 it is no message. */
static void test_message_cut(void **state) {
  (void)state;
  stralloc out = {0};
  struct login_message m;
  login_write(&out, &sample);
  for (size_t n = 0; n < out.len; n++)
    assert_int_equal(login_read(&m, bytes_of(out.s, n)), n >= out.len - sample.unread.n);
  stralloc_free(&out);
}

static void test_message_limits(void **state) {
  (void)state;
  static char text[LOGIN_MAX];
  memset(text, 'a', sizeof text);
  static const struct { const char *name; size_t kind, sid, ip, user, word, unread; bool good; } rows[] = {
    {"all at their limit", LOGIN_KIND_MAX, LOGIN_SID_MAX, LOGIN_IP_MAX, LOGIN_USER_MAX, LOGIN_WORD_MAX, LOGIN_UNREAD_MAX, true},
    {"kind", LOGIN_KIND_MAX + 1, 0, 0, 0, 0, 0, false},
    {"sid", 0, LOGIN_SID_MAX + 1, 0, 0, 0, 0, false},
    {"ip", 0, 0, LOGIN_IP_MAX + 1, 0, 0, 0, false},
    {"user", 0, 0, 0, LOGIN_USER_MAX + 1, 0, 0, false},
    {"word", 0, 0, 0, 0, LOGIN_WORD_MAX + 1, 0, false},
    {"unread", 0, 0, 0, 0, 0, LOGIN_UNREAD_MAX + 1, false},
  };
  for (size_t i = 0; i < COUNT(rows); i++) {
    stralloc out = {0};
    struct login_message m;
    login_write(&out, &(struct login_message){bytes_of(text, rows[i].kind), bytes_of(text, rows[i].sid), bytes_of(text, rows[i].ip),
                                              bytes_of(text, rows[i].user), bytes_of(text, rows[i].word), bytes_of(text, rows[i].unread)});
    row_check(rows[i].name, login_read(&m, bytes_sa(&out)) == rows[i].good);
    row_check(rows[i].name, !rows[i].good || out.len <= LOGIN_MAX);
    stralloc_free(&out);
  }
}

/* --- the queue: "A1 A2 B1" arrive; the order in which they are served --- */

static const struct { const char *name, *arrive, *served; } turns[] = {
  {"nobody", "", ""},
  {"one", "a", "0"},
  {"one address in order", "aaa", "012"},
  {"two addresses in turn", "aaabbb", "031425"},
  {"a flood waits behind itself", "aaaaaaab", "07123456"},
  {"late comers are served with the round that goes on", "aaaa.b", "05123"},
  {"each newcomer once a round", "aaaa.b.c.d", "0579123"},
};

static size_t arrive(struct login_queue *q, const char *arrivals, char *served) {
  size_t n = 0, slot = 0;
  for (const char *c = arrivals; *c; c++, slot++) {
    int turn = *c == '.' ? login_queue_pick(q) : -1;
    if (turn >= 0) {
      login_queue_drop(q, (size_t)turn);
      served[n++] = (char)('0' + turn);
    }
    if (*c != '.')
      login_queue_add(q, slot, (char[]){*c, 0});
  }
  return n;
}

static void test_turns(void **state) {
  (void)state;
  static struct login_queue q;
  for (size_t i = 0; i < COUNT(turns); i++) {
    q = (struct login_queue){0};
    char served[64] = "";
    size_t n = arrive(&q, turns[i].arrive, served);
    for (int turn; (turn = login_queue_pick(&q)) >= 0; login_queue_drop(&q, (size_t)turn))
      served[n++] = (char)('0' + turn);
    served[n] = 0;
    row_string(turns[i].name, bytes_str(served), turns[i].served);
  }
}

static void test_who_gives_way(void **state) {
  (void)state;
  static struct login_queue q;
  q = (struct login_queue){0};
  assert_int_equal(login_queue_last(&q, "b"), -1);
  for (size_t i = 0; i < 5; i++)
    login_queue_add(&q, i, "a");
  assert_int_equal(login_queue_last(&q, "b"), 4);
  assert_int_equal(login_queue_last(&q, "a"), -1);
  login_queue_drop(&q, 4);
  assert_int_equal(login_queue_last(&q, "b"), 3);
}

static const struct { const char *name, *in, *want; } users[] = {
  {"whole", "taro@example.test", "taro@example.test"},
  {"completed", "taro", "taro@example.test"},
  {"lower case", "Taro@Example.TEST", "taro@example.test"},
  {"other domain", "taro@example.org", "taro@example.org"},
  {"empty", "", ""},
  {"no name", "@example.test", ""},
  {"no domain", "taro@", ""},
  {"blank", "ta ro", ""},
  {"control", "taro\n", ""},
  {"angle brackets", "<taro@example.test>", ""},
  {"climbing", "../../etc/passwd", "../../etc/passwd@example.test"},   /* a key of conf.cdb that is not there, never a path */
};

static void test_users(void **state) {
  (void)state;
  static struct conf c;
  static const char *const lines[] = {"d:=example.test", "d:example.test=1", NULL};
  fixture_conf(&c, lines);
  for (size_t i = 0; i < COUNT(users); i++) {
    stralloc user = {0};
    bool good = login_user(&user, &c, bytes_str(users[i].in));
    row_check(users[i].name, good == (*users[i].want != 0));
    row_string(users[i].name, good ? bytes_sa(&user) : bytes_str(""), users[i].want);
    stralloc_free(&user);
  }
  conf_close(&c);
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_message_round_trip), cmocka_unit_test(test_message_cut),   cmocka_unit_test(test_message_limits),
    cmocka_unit_test(test_turns),              cmocka_unit_test(test_who_gives_way), cmocka_unit_test(test_users),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
