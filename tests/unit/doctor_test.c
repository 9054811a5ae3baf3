/* doctor: what several addresses tell (the manual's A2-2), and what is said of each. */
#include "doctor/doctor.h"
#include "unit.h"

/* o, O: one of our own is well, fails; a to z and A to Z else: one of the domain of that letter; "+" behind: delayed; "~": remarked. */
static size_t read_findings(struct doctor_finding f[20], char addr[20][16], const char *text) {
  size_t n = 0;
  for (const char *s = text; *s; s++) {
    if (*s == '+' || *s == '~') {
      f[n - 1].state = *s == '+' ? DOCTOR_DELAYED : DOCTOR_WARN;
      continue;
    }
    snprintf(addr[n], 16, "x@%c.test", ascii_lower(*s));
    f[n] = (struct doctor_finding){.addr = bytes_str(addr[n]), .via = {"", 0}, .own = ascii_lower(*s) == 'o', .evidence = {"", 0}};
    f[n++].state = *s >= 'a' ? DOCTOR_WELL : DOCTOR_FAILED;
  }
  return n;
}

static const struct { const char *findings; enum doctor_pattern pattern; } rows[] = {
  {"", DOCTOR_TOO_FEW}, {"a", DOCTOR_TOO_FEW}, {"A", DOCTOR_TOO_FEW}, {"o", DOCTOR_TOO_FEW}, {"O", DOCTOR_TOO_FEW},
  {"ab", DOCTOR_NO_FAILURE}, {"oa", DOCTOR_NO_FAILURE}, {"oab", DOCTOR_NO_FAILURE}, {"oa~b", DOCTOR_NO_FAILURE},
  {"OAB", DOCTOR_ALL}, {"OA", DOCTOR_ALL}, {"OAA", DOCTOR_ALL}, {"OA+B", DOCTOR_ALL},
  {"AB", DOCTOR_ALL_ABROAD}, {"AA", DOCTOR_TOO_FEW}, {"ABC", DOCTOR_ALL_ABROAD},
  {"oAB", DOCTOR_ALL_BUT_OWN}, {"oA+B+", DOCTOR_ALL_BUT_OWN}, {"oA", DOCTOR_TOO_FEW}, {"oAA", DOCTOR_TOO_FEW}, {"oOAB", DOCTOR_ALL_BUT_OWN},
  {"Oa", DOCTOR_ONLY_OWN}, {"Oab", DOCTOR_ONLY_OWN}, {"OOab", DOCTOR_ONLY_OWN}, {"oOab", DOCTOR_TOO_FEW},
  {"oaB", DOCTOR_CERTAIN}, {"aB", DOCTOR_CERTAIN}, {"OaB", DOCTOR_CERTAIN}, {"oab+C", DOCTOR_CERTAIN}, {"oaAb", DOCTOR_CERTAIN},
  {"oo", DOCTOR_TOO_FEW}, {"oO", DOCTOR_TOO_FEW}, {"OO", DOCTOR_TOO_FEW},
};

static void test_infer(void **state) {
  (void)state;
  for (size_t i = 0; i < COUNT(rows); i++) {
    struct doctor_finding f[20];
    char addr[20][16];
    size_t n = read_findings(f, addr, rows[i].findings);
    row_string(rows[i].findings, bytes_str(doctor_pattern_name(doctor_infer(f, n))), doctor_pattern_name(rows[i].pattern));
  }
}

static void test_words(void **state) {
  (void)state;
  stralloc out = {0};
  struct doctor_finding f = {.addr = bytes_str("a@b.test"), .via = bytes_str("c@d.test"), .state = DOCTOR_WELL, .evidence = bytes_str("250 \033[2Jok")};
  doctor_put_finding(&out, &f, LANG_EN);
  row_string("well", bytes_sa(&out), "= a@b.test -> c@d.test: accepted\n  evidence: \"250 \\x1b[2Jok\"\n");
  out.len = 0;
  f = (struct doctor_finding){.addr = bytes_str("a@b.test"), .via = {"", 0}, .state = DOCTOR_FAILED, .cause = CAUSE_USER_UNKNOWN, .evidence = bytes_str("550 5.1.1 no")};
  doctor_put_finding(&out, &f, LANG_JA);
  assert_true(bytes_istarts(bytes_sa(&out), bytes_str("= a@b.test: 失敗します: (a)-3 ")));
  out.len = 0;
  doctor_put_finding_json(&out, &f, LANG_EN);
  assert_true(bytes_istarts(bytes_sa(&out), bytes_str("{\"address\":\"a@b.test\",\"own\":false,\"state\":\"failed\",\"evidence\":\"550 5.1.1 no\",\"cause\":\"user_unknown\",\"manual\":\"(a)-3\",\"id\":\"CL101E\",")));
  out.len = 0;
  f.remark = SM301E_user_unknown;
  doctor_put_finding_json(&out, &f, LANG_EN);
  assert_non_null(strstr(sa_cstr(&out), "\"cause\":\"user_unknown\",\"manual\":\"(a)-3\",\"id\":\"SM301E\","));
  stralloc_free(&out);
}

static void test_reputation(void **state) {
  (void)state;
  stralloc out = {0};
  struct doctor_source s = {.ip = bytes_str("192.168.1.7"), .seen_as = {"", 0}};
  doctor_put_source(&out, &s, LANG_EN);
  row_string("chosen", bytes_sa(&out), "this server sends from 192.168.1.7 (chosen by the system)\n");
  out.len = 0;
  s = (struct doctor_source){.ip = bytes_str("192.168.1.7"), .seen_as = bytes_str("192.0.2.7"), .configured = true};
  doctor_put_source(&out, &s, LANG_JA);
  doctor_put_source_json(&out, &s);
  row_string("seen", bytes_sa(&out), "このサーバの送信元: 192.168.1.7(remote_source_ipv4)、外からは 192.0.2.7 (public_address)\n"
             "{\"source\":\"192.168.1.7\",\"chosen_by\":\"remote_source_ipv4\",\"seen_as\":\"192.0.2.7\"}\n");
  out.len = 0;
  doctor_put_remark(&out, RP101I_reverse_good, bytes_str("ip=192.0.2.7"), LANG_EN);
  row_string("good", bytes_sa(&out), "= The source address has a name that leads back to it (RP101I)\n  evidence: ip=192.0.2.7\n");
  out.len = 0;
  doctor_put_remark_json(&out, RP104W_reverse_generic, bytes_str("ip=192.0.2.7"), LANG_EN);
  assert_true(bytes_istarts(bytes_sa(&out), bytes_str("{\"reputation\":\"doubtful\",\"evidence\":\"ip=192.0.2.7\",\"id\":\"RP104W\",")));
  assert_int_equal(doctor_state_of(RP102E_reverse_missing), DOCTOR_FAILED);
  stralloc_free(&out);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_infer), cmocka_unit_test(test_words), cmocka_unit_test(test_reputation)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
