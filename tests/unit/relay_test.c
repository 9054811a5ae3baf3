/* relay: who may relay, and why. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "conf_fixture.h"
#include "relay/relay.h"

#define SET \
  "d:=example.jp", "d:example.jp=1", "u:taro@example.jp=mail/example.jp/taro|0", "a:postmaster@example.jp=taro@example.jp|", \
  "u:hanako@example.jp=mail/example.jp/hanako|0", \
  "r:=192.0.2.0/24||2001:db8:1::/48||192.0.2.7|any-sender|198.51.100.0/24|any-sender|198.51.100.9||", "s:pop_before_smtp_time=600", \
  "n:=127.0.0.0/8|::1|10.0.0.0/8|"

static const char *const plain[] = {SET, NULL}, *const auth[] = {SET, "s:smtp_auth=on", NULL},
  *const both[] = {SET, "s:smtp_auth=on", "s:pop_before_smtp=on", NULL}, *const off[] = {SET, "s:pop_before_smtp=off", NULL},
  *const anybody[] = {SET, "s:smtp_auth=on", "s:auth_sender=any", NULL};

#define US "taro@example.jp"
#define HER "hanako@example.jp"
#define A "a@elsewhere.example"
#define B "b@elsewhere.example"
#define NOT RL201E_relay_refused
#define LISTED RL213I_relayed_for_listed
#define POP RL214I_relayed_after_pop
#define OTHERS SM328E_sender_not_own
#define AUTHED RL212I_relayed_for_authenticated

static const struct {
  const char *const *set;
  const char *ip, *user;
  int age;
  const char *sender, *rcpt;
  enum message_id reason;
  bool pop_would_help;
  enum message_id trace;        /* a rule that the trace must hold, with this outcome */
  enum relay_outcome outcome;
} rows[] = {
  /* to us: from anyone */
  {plain, "203.0.113.1", "", -1, A, US, RL211I_accepted_for_user, false, RL001I_rule_rcpt_ours, RELAY_YES},
  {plain, "", "", -1, A, US, RL211I_accepted_for_user, false, RL001I_rule_rcpt_ours, RELAY_YES},
  {plain, "203.0.113.1", "", -1, "", US, RL211I_accepted_for_user, false, RL001I_rule_rcpt_ours, RELAY_YES},
  {plain, "203.0.113.1", "", -1, A, "Taro+x@EXAMPLE.jp", RL211I_accepted_for_user, false, RL001I_rule_rcpt_ours, RELAY_YES},
  {plain, "203.0.113.1", "", -1, A, "postmaster", RL211I_accepted_for_user, false, RL001I_rule_rcpt_ours, RELAY_YES},
  {plain, "203.0.113.1", "", -1, A, "nobody@example.jp", LO201E_no_such_user, false, RL002I_rule_rcpt_domain_ours, RELAY_YES},
  {plain, "192.0.2.1", US, 0, US, "nobody@example.jp", LO201E_no_such_user, false, RL002I_rule_rcpt_domain_ours, RELAY_YES},
  /* a stranger to elsewhere */
  {plain, "203.0.113.1", "", -1, A, B, NOT, false, RL010I_rule_sender_ours, RELAY_NO},
  {plain, "203.0.113.1", "", -1, US, B, NOT, true, RL005I_rule_pop_mark, RELAY_NO},
  {plain, "203.0.113.1", "", -1, "nobody@example.jp", B, NOT, false, RL010I_rule_sender_ours, RELAY_NO},
  {plain, "203.0.113.1", "", -1, "", B, NOT, false, RL009I_rule_null_sender, RELAY_NO},
  {plain, "", "", -1, US, B, NOT, false, RL004I_rule_listed, RELAY_NO},
  {plain, "", "", 5, US, B, NOT, false, RL005I_rule_pop_mark, RELAY_NO},
  {plain, "203.0.113.1", "", -1, US, "b@[203.0.113.5]", NOT, true, RL005I_rule_pop_mark, RELAY_NO},
  /* POP before SMTP */
  {plain, "203.0.113.1", "", 0, US, B, POP, false, RL005I_rule_pop_mark, RELAY_YES},
  {plain, "203.0.113.1", "", 600, US, B, POP, false, RL005I_rule_pop_mark, RELAY_YES},
  {plain, "203.0.113.1", "", 601, US, B, NOT, true, RL005I_rule_pop_mark, RELAY_NO},
  {plain, "2001:db8:9::1", "", 5, US, B, POP, false, RL005I_rule_pop_mark, RELAY_YES},
  {plain, "203.0.113.1", "", 5, A, B, NOT, false, RL010I_rule_sender_ours, RELAY_NO},
  {plain, "203.0.113.1", "", 5, "", B, NOT, false, RL009I_rule_null_sender, RELAY_NO},
  {auth, "203.0.113.1", "", 5, US, B, NOT, false, RL007I_rule_pop_off_auth, RELAY_VOID},
  {both, "203.0.113.1", "", 5, US, B, POP, false, RL005I_rule_pop_mark, RELAY_YES},
  {both, "203.0.113.1", "", -1, US, B, NOT, true, RL005I_rule_pop_mark, RELAY_NO},
  {off, "203.0.113.1", "", 5, US, B, NOT, false, RL008I_rule_pop_off_setting, RELAY_VOID},
  /* listed clients */
  {plain, "192.0.2.1", "", -1, US, B, LISTED, false, RL006I_rule_pop_void_listed, RELAY_VOID},
  {plain, "192.0.2.1", "", 5, A, B, NOT, false, RL006I_rule_pop_void_listed, RELAY_VOID},
  {plain, "::ffff:192.0.2.1", "", -1, US, B, LISTED, false, RL004I_rule_listed, RELAY_YES},
  {plain, "192.0.2.1", "", -1, A, B, NOT, false, RL011I_rule_any_sender, RELAY_NO},
  {plain, "192.0.2.7", "", -1, A, B, RL215I_relayed_any_sender, false, RL011I_rule_any_sender, RELAY_YES},
  {plain, "192.0.2.7", "", -1, US, B, LISTED, false, RL010I_rule_sender_ours, RELAY_YES},
  {plain, "198.51.100.9", "", -1, A, B, RL215I_relayed_any_sender, false, RL011I_rule_any_sender, RELAY_YES},
  {plain, "192.0.2.1", "", -1, "", B, RL216I_relayed_null_sender, false, RL009I_rule_null_sender, RELAY_YES},
  {plain, "2001:db8:1:2::3", "", -1, US, B, LISTED, false, RL004I_rule_listed, RELAY_YES},
  {plain, "2001:db8:2::3", "", -1, US, B, NOT, true, RL004I_rule_listed, RELAY_NO},
  {auth, "192.0.2.1", "", -1, US, B, LISTED, false, RL006I_rule_pop_void_listed, RELAY_VOID},
  /* authenticated clients */
  {auth, "203.0.113.1", "taro@example.jp", -1, US, B, AUTHED, false, RL003I_rule_authenticated, RELAY_YES},
  {auth, "", "taro@example.jp", -1, US, B, AUTHED, false, RL003I_rule_authenticated, RELAY_YES},
  {auth, "203.0.113.1", US, -1, A, B, OTHERS, false, RL013I_rule_sender_own, RELAY_NO},
  {auth, "203.0.113.1", US, -1, A, US, OTHERS, false, RL013I_rule_sender_own, RELAY_NO},
  {auth, "203.0.113.1", US, -1, HER, B, OTHERS, false, RL013I_rule_sender_own, RELAY_NO},
  {auth, "203.0.113.1", US, -1, "postmaster@example.jp", B, AUTHED, false, RL013I_rule_sender_own, RELAY_YES},
  {auth, "203.0.113.1", US, -1, "Taro+news@example.jp", B, AUTHED, false, RL013I_rule_sender_own, RELAY_YES},
  {auth, "203.0.113.1", US, -1, US, HER, RL211I_accepted_for_user, false, RL013I_rule_sender_own, RELAY_YES},
  {auth, "203.0.113.1", US, 5, US, B, AUTHED, false, RL003I_rule_authenticated, RELAY_YES},
  {anybody, "203.0.113.1", US, -1, A, B, RL217I_relayed_auth_any_sender, false, RL014I_rule_auth_any_sender, RELAY_YES},
  {anybody, "203.0.113.1", US, -1, HER, B, AUTHED, false, RL013I_rule_sender_own, RELAY_VOID},
  {anybody, "203.0.113.1", "", -1, A, B, NOT, false, RL007I_rule_pop_off_auth, RELAY_VOID},
  {auth, "203.0.113.1", "taro@example.jp", -1, "", B, RL216I_relayed_null_sender, false, RL009I_rule_null_sender, RELAY_YES},
  {plain, "192.0.2.7", "taro@example.jp", -1, A, B, RL215I_relayed_any_sender, false, RL011I_rule_any_sender, RELAY_YES},
};

static bool in_trace(const struct relay_decision *d, enum message_id id, enum relay_outcome outcome) {
  for (size_t i = 0; i < d->count; i++)
    if (d->step[i].rule == id && d->step[i].outcome == outcome)
      return true;
  return false;
}

static void check_row(size_t i) {
  struct conf c;
  struct relay_decision d;
  struct relay_client client = {.user = bytes_str(rows[i].user), .pop_mark_age = rows[i].age};
  client.has_ip = ip_parse(&client.ip, bytes_str(rows[i].ip));
  fixture_conf(&c, rows[i].set);
  relay_decide(&d, &c, &client, bytes_str(rows[i].sender), bytes_str(rows[i].rcpt));
  if (d.reason != rows[i].reason || d.permitted == message_is_refusal(d.reason) || d.pop_would_help != rows[i].pop_would_help)
    fail_msg("row %zu (%s %s %s): %s, pop would help: %d", i, rows[i].ip, rows[i].sender, rows[i].rcpt, message_of(d.reason)->id, d.pop_would_help);
  if (!in_trace(&d, rows[i].trace, rows[i].outcome) || d.count > RELAY_STEPS_MAX)
    fail_msg("row %zu: the trace lacks %s", i, message_of(rows[i].trace)->id);
  relay_decision_free(&d);
  conf_close(&c);
}

static void test_decisions(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    check_row(i);
}

static void test_wording(void **state) {
  (void)state;
  assert_string_equal(message_of(RL201E_relay_refused)->text, "Relay does not accept");
  assert_string_equal(message_of(RL201E_relay_refused)->status, "5.7.1");
  assert_int_equal(message_of(RL201E_relay_refused)->reply, 550);
}

static void test_clear_text(void **state) {
  static const struct { const char *ip; bool allowed; } cases[] = {
    {"127.0.0.1", true}, {"::1", true}, {"10.1.2.3", true}, {"::ffff:10.1.2.3", true}, {"192.0.2.1", false}, {"::2", false},
  };
  struct conf c;
  struct ip ip;
  (void)state;
  fixture_conf(&c, plain);
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    if (!ip_parse(&ip, bytes_str(cases[i].ip)) || relay_clear_text_allowed(&c, &ip) != cases[i].allowed)
      fail_msg("%s", cases[i].ip);
  conf_close(&c);
}

static void test_damaged_list(void **state) {
  static const char *const broken[] = {"d:=example.jp", "d:example.jp=1", "r:=192.0.2.0/24", "n:=", NULL};
  struct conf c;
  struct ip ip;
  struct bytes prefix;
  bool any;
  (void)state;
  fixture_conf(&c, broken);
  assert_true(ip_parse(&ip, bytes_str("192.0.2.1")));
  assert_false(relay_is_listed(&c, &ip, &any, &prefix));
  assert_false(relay_clear_text_allowed(&c, &ip));
  conf_close(&c);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_decisions), cmocka_unit_test(test_wording), cmocka_unit_test(test_clear_text), cmocka_unit_test(test_damaged_list)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
