/* trouble: stories of attempts, a line each, and what the operator is told of them.  A line: minutes, destination (behind '+':
 * it failed before already), state, cause, address, what is expected: "port" begins, "-port" is over, "" nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "trouble/trouble.h"

struct line { int minute; const char *destination; char state; const char *cause, *address, *want; };

static const struct line one_dead_peer[] = {
  {0, "a.jp", 't', "connect_timeout", "192.0.2.1", ""}, {1, "+a.jp", 't', "connect_timeout", "192.0.2.1", ""},
  {2, "+a.jp", 't', "connect_timeout", "192.0.2.1", ""}, {9, "+a.jp", 't', "connect_timeout", "192.0.2.1", ""}, {0}};
static const struct line port_blocked[] = {
  {0, "a.jp", 't', "connect_timeout", "192.0.2.1", ""}, {1, "b.com", 't', "connect_timeout", "198.51.100.1", ""},
  {2, "c.net", 't', "no_route", "203.0.113.1", "port"}, {3, "d.org", 't', "connect_timeout", "10.1.1.1", ""},
  {60, "+a.jp", 'd', "", "", ""}, {61, "+a.jp", 'd', "", "", ""}, {62, "+b.com", 'f', "user_unknown", "", "-port"}, {0}};
static const struct line one_of_them_answered[] = {
  {0, "a.jp", 't', "connect_timeout", "192.0.2.1", ""}, {1, "b.com", 't', "connect_timeout", "198.51.100.1", ""},
  {2, "x.jp", 'f', "user_unknown", "", ""}, {3, "c.net", 't', "connect_timeout", "203.0.113.1", ""}, {0}};
static const struct line one_network[] = {
  {0, "a.jp", 't', "connect_timeout", "192.0.2.1", ""}, {1, "b.jp", 't', "connect_timeout", "192.0.77.1", ""},
  {2, "c.jp", 't', "connect_timeout", "192.0.2.9", ""}, {0}};
static const struct line known_to_be_dead_at_night[] = {
  {0, "+a.jp", 't', "connect_timeout", "192.0.2.1", ""}, {1, "+b.com", 't', "connect_timeout", "198.51.100.1", ""},
  {2, "+c.net", 't', "connect_timeout", "203.0.113.1", ""}, {0}};
static const struct line refused_is_no_block[] = {
  {0, "a.jp", 't', "connect_refused", "", ""}, {1, "b.com", 't', "connect_refused", "", ""}, {2, "c.net", 't', "connect_refused", "", ""}, {0}};
static const struct line another_port[] = {
  {0, "a.jp:587", 't', "connect_timeout", "", ""}, {1, "b.com:465", 't', "connect_timeout", "", ""}, {2, "c.net:2525", 't', "connect_timeout", "", ""}, {0}};
static const struct line resolver_dead[] = {
  {0, "a.jp", 't', "dns_timeout", "", ""}, {1, "b.com", 't', "dns_servfail", "", ""}, {2, "c.net", 't', "dns_timeout", "", "resolver"},
  {9, "[192.0.2.1]", 'd', "", "", ""}, {10, "a.jp", 'f', "no_such_domain", "", ""}, {11, "b.com", 't', "connect_timeout", "", "-resolver"}, {0}};
static const struct line one_broken_zone[] = {
  {0, "a.jp", 't', "dns_servfail", "", ""}, {1, "b.com", 'd', "", "", ""}, {2, "c.net", 't', "dns_servfail", "", ""}, {0}};
static const struct line blocklisted[] = {
  {0, "a.jp", 'f', "blocked", "", "blocked"}, {1, "b.com", 't', "blocked", "", ""}, {2, "c.net", 'd', "", "", ""},
  {3, "a.jp", 'd', "", "", ""}, {4, "b.com", 'd', "", "", "-blocked"}, {0}};
static const struct line reverse_dns_temporary[] = {
  {0, "a.jp", 't', "reverse_dns", "", ""}, {1, "a.jp", 't', "reverse_dns", "", ""}, {2, "b.com", 't', "reverse_dns", "", "reverse_dns"}, {0}};
static const struct line reverse_dns_passing[] = {
  {0, "a.jp", 't', "reverse_dns", "", ""}, {1, "a.jp", 'd', "", "", ""}, {2, "b.com", 't', "reverse_dns", "", ""}, {0}};
static const struct line reverse_dns_for_good[] = {{0, "a.jp", 'f', "reverse_dns", "", "reverse_dns"}, {1, "a.jp", 'd', "", "", "-reverse_dns"}, {0}};
static const struct line login[] = {
  {0, "smtp.isp.jp:587", 't', "auth_refused", "", "login"}, {1, "+smtp.isp.jp:587", 't', "auth_refused", "", ""}, {2, "smtp.isp.jp:587", 'd', "", "", "-login"}, {0}};
static const struct line ours_is_theirs[] = {
  {0, "a.jp", 'f', "user_unknown", "", ""}, {1, "a.jp", 't', "greylisted", "", ""}, {2, "b.jp", 'f', "policy", "", ""}, {3, "b.jp", 't', "no such cause", "", ""}, {0}};

static void expect(const char *story, int row, const enum trouble_change change[TROUBLE_KINDS], const char *want) {
  char got[100] = "";
  for (int k = 0; k < TROUBLE_KINDS; k++)
    if (change[k] != TROUBLE_SAME)
      snprintf(got, sizeof got, "%s%s", change[k] == TROUBLE_OVER ? "-" : "", trouble_name((enum trouble_kind)k));
  if (strcmp(got, want))
    fail_msg("%s, line %d: \"%s\", want \"%s\"", story, row, got, want);
}

static void hear(struct trouble *t, const char *story, const struct line *l) {
  for (int row = 0; l->destination; l++, row++) {
    enum trouble_change change[TROUBLE_KINDS];
    char reply[100];
    bool dead = l->destination[0] == '+';
    snprintf(reply, sizeof reply, *l->address ? "connect host [%s]: Connection timed out" : "550 %s", l->address);
    trouble_attempt(t, &(struct trouble_event){.time = 1764000000 + l->minute * 60, .destination = bytes_str(l->destination + dead), .qid = bytes_str("01nga3rj0123456789abc"),
                                               .cause = bytes_str(l->cause), .reply = bytes_str(reply), .state = l->state, .known_dead = dead}, change);
    expect(story, row, change, l->want);
  }
}

static void test_stories(void **state) {
  static const struct { const char *name; const struct line *line; } stories[] = {
#define STORY(name) {#name, name}
    STORY(one_dead_peer), STORY(port_blocked), STORY(one_of_them_answered), STORY(one_network), STORY(known_to_be_dead_at_night),
    STORY(refused_is_no_block), STORY(another_port), STORY(resolver_dead), STORY(one_broken_zone), STORY(blocklisted),
    STORY(reverse_dns_temporary), STORY(reverse_dns_passing), STORY(reverse_dns_for_good), STORY(login), STORY(ours_is_theirs)};
  (void)state;
  for (size_t i = 0; i < sizeof stories / sizeof *stories; i++) {
    struct trouble t = {0};
    hear(&t, stories[i].name, stories[i].line);
    trouble_free(&t);
  }
}

/* The notices due, in order: "blocked -blocked". */
static void check_due_in(const char *story, struct trouble *t, const char *want) {
  char got[200] = "";
  enum trouble_kind kind;
  bool over;
  while (trouble_due(t, &kind, &over)) {
    size_t n = strlen(got);
    snprintf(got + n, sizeof got - n, "%s%s%s", n ? " " : "", over ? "-" : "", trouble_name(kind));
    trouble_made(t, kind, over);
  }
  if (strcmp(got, want))
    fail_msg("%s: \"%s\" are due, want \"%s\"", story, got, want);
}

static void check_due(struct trouble *t, const char *want) { check_due_in("notices", t, want); }

static void test_once_a_day(void **state) {
  static const struct line begins[] = {{0, "a.jp", 'f', "blocked", "", "blocked"}, {0}}, ends[] = {{5, "a.jp", 'd', "", "", "-blocked"}, {0}};
  static const struct line again[] = {{60, "a.jp", 'f', "blocked", "", "blocked"}, {61, "a.jp", 'd', "", "", "-blocked"}, {0}};
  static const struct line tomorrow[] = {{1441, "a.jp", 'f', "blocked", "", "blocked"}, {0}};
  struct trouble t = {0};
  (void)state;
  hear(&t, "begins", begins);
  check_due(&t, "blocked");
  hear(&t, "ends", ends);
  check_due(&t, "-blocked");
  hear(&t, "again", again);
  check_due(&t, "");
  hear(&t, "tomorrow", tomorrow);
  check_due(&t, "blocked");
  trouble_free(&t);
}

static void test_over_before_it_was_told(void **state) {
  struct trouble t = {0};
  (void)state;
  hear(&t, "both", (const struct line[]){{0, "a.jp", 'f', "blocked", "", "blocked"}, {5, "a.jp", 'd', "", "", "-blocked"}, {0}});
  check_due(&t, "blocked -blocked");
  trouble_free(&t);
}

static void test_disk(void **state) {
  static const struct { int minute; uint64_t free; enum trouble_change want; const char *due; } rows[] = {
    {0, 200, TROUBLE_SAME, ""}, {1, 99, TROUBLE_BEGINS, "disk"}, {2, 50, TROUBLE_SAME, ""}, {3, 105, TROUBLE_SAME, ""}, {4, 110, TROUBLE_OVER, "-disk"},
    {5, 99, TROUBLE_BEGINS, ""}, {6, 200, TROUBLE_OVER, ""}, {2000, 99, TROUBLE_BEGINS, "disk"}};
  struct trouble t = {0};
  (void)state;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    if (trouble_disk(&t, 1764000000 + rows[i].minute * 60, rows[i].free << 20, 100ull << 20) != rows[i].want)
      fail_msg("row %zu", i);
    check_due(&t, rows[i].due);
  }
  trouble_free(&t);
}

/* Days, the files then (NAME:DAY of its end, or "-", and behind '!' what is wrong with it), what is due, and behind '|' the evidence. */
static const struct { const char *name; struct { int day; const char *files, *due; } row[8]; } certificate_stories[] = {
  {"renewed in time", {{0, "a:15", ""}, {1, "a:15", "certificate_soon|a: valid until 2026-01-16T00:00:00Z"}, {2, "a:15", ""}, {3, "a:90", "-certificate_soon"}}},
  {"not renewed", {{0, "a:3", "certificate_soon"}, {2, "a:3", ""}, {3, "a:3", "certificate_bad|a: expired 2026-01-04T00:00:00Z"}, {4, "a:3", ""}, {5, "a:90", "-certificate_bad"}}},
  {"expired when the server starts", {{9, "a:3", "certificate_bad"}, {10, "a:3", ""}, {11, "a:90", "-certificate_bad"}}},
  {"the renewed one is no good", {{0, "a:90!TL304E", "certificate_bad|a: valid until 2026-04-01T00:00:00Z; TL304E Private key and certificate do not belong together"}, {1, "a:90", "-certificate_bad"}}},
  {"never any good", {{0, "a:-!TL302E", "certificate_bad|a: no certificate; TL302E A certificate file holds no certificate"}, {1, "", "-certificate_bad"}}},
  {"one after the other", {{0, "a:9 b:90", "certificate_soon"}, {1, "a:9 b:15", "certificate_soon|b: valid until 2026-01-16T00:00:00Z"}, {2, "a:90 b:15", ""}, {3, "a:90 b:90", "-certificate_soon"}}},
  {"a dead one beside", {{0, "a:-5 b:90", "certificate_bad"}, {30, "a:-5 b:40", "certificate_soon"}, {40, "a:-5 b:40", "certificate_bad"}, {41, "a:-5 b:99", ""}, {42, "b:99", "-certificate_bad"}}},
  {"bad, and when that is mended it ends soon", {{0, "a:10!TL304E", "certificate_bad"}, {1, "a:10", "certificate_soon -certificate_bad"}, {2, "a:90", "-certificate_soon"}}},
  {"one is bad and another ends soon at once", {{0, "a:-5 b:9", "certificate_soon certificate_bad"}, {1, "a:-5 b:9", ""}, {9, "a:-5 b:9", "certificate_bad"}, {10, "a:90 b:90", "-certificate_bad"}}},
  {"twice on a day", {{0, "a:3", "certificate_soon"}, {0, "a:90", "-certificate_soon"}, {0, "a:3", ""}, {0, "a:90", ""}, {2, "a:3", "certificate_soon"}}},
};

static void put_files(stralloc *out, const char *files) {
  struct bytes rest = bytes_str(files), file, name;
  out->len = 0;
  while (rest.n && bytes_cut(&rest, ' ', &file)) {
    struct bytes day;
    bytes_cut(&file, ':', &name);
    bytes_cut(&file, '!', &day);
    long long end = day.n == 1 && *day.s == '-' ? 0 : 1767225600 + 86400ll * atoll(day.s);
    sa_catf(out, "path=%.*s not_after=%lld%s%.*s\n", (int)name.n, name.s, end, file.n ? " error=" : "", (int)file.n, file.s);
  }
}

static void test_certificates(void **state) {
  stralloc text = {0}, kept = {0};
  (void)state;
  for (size_t i = 0; i < sizeof certificate_stories / sizeof *certificate_stories; i++) {
    struct trouble t = {0};
    for (size_t k = 0; k < 8 && certificate_stories[i].row[k].files; k++) {
      enum trouble_change change[TROUBLE_KINDS] = {TROUBLE_SAME};
      struct bytes reply = bytes_str(certificate_stories[i].row[k].due), due;
      bytes_cut(&reply, '|', &due);
      char want[40];
      snprintf(want, sizeof want, "%.*s", (int)due.n, due.s);
      put_files(&text, certificate_stories[i].row[k].files);
      trouble_certificates(&t, 1767225600 + 86400ll * certificate_stories[i].row[k].day, bytes_sa(&text), change);
      const struct trouble_condition *told = &t.c[t.c[TROUBLE_CERTIFICATE_BAD].begin_due ? TROUBLE_CERTIFICATE_BAD : TROUBLE_CERTIFICATE_SOON];
      if (reply.n && !bytes_eq(bytes_sa(&told->reply), reply))
        fail_msg("%s, row %zu: \"%.*s\"", certificate_stories[i].name, k, (int)told->reply.len, told->reply.s);
      check_due_in(certificate_stories[i].name, &t, want);
      kept.len = 0;                /* and queue-run starts anew */
      trouble_write(&kept, &t);
      trouble_free(&t);
      trouble_read(&t, bytes_sa(&kept));
    }
    trouble_free(&t);
  }
  stralloc_free(&text);
  stralloc_free(&kept);
}

static void test_certificates_in_disorder(void **state) {
  static const char *const rows[] = {"", "\n\n", "path", "path=\n", "not_after=1\n", "path=a not_after=x\n", "path=a not_after=9999999999999999999\n", "path=\"a", "nothing at all\n"};
  (void)state;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    enum trouble_change change[TROUBLE_KINDS] = {TROUBLE_SAME};
    struct trouble t = {0};
    trouble_certificates(&t, 1767225600, bytes_str(rows[i]), change);
    check_due_in(rows[i], &t, "");
    trouble_free(&t);
  }
}

static void test_survives_a_reboot(void **state) {
  struct trouble t = {0}, u;
  stralloc text = {0}, again = {0};
  (void)state;
  hear(&t, "begins", (const struct line[]){{0, "a.jp", 'f', "blocked", "", "blocked"}, {1, "b b.com", 't', "blocked", "", ""}, {0}});
  trouble_write(&text, &t);
  trouble_read(&u, bytes_sa(&text));
  trouble_write(&again, &u);
  assert_true(bytes_eq(bytes_sa(&text), bytes_sa(&again)));
  check_due(&u, "blocked");
  hear(&u, "ends", (const struct line[]){{2, "a.jp", 'd', "", "", ""}, {3, "b b.com", 'd', "", "", "-blocked"}, {0}});
  check_due(&u, "-blocked");
  trouble_free(&t);
  trouble_free(&u);
  stralloc_free(&text);
  stralloc_free(&again);
}

static void test_a_month_of_silence(void **state) {
  struct trouble t = {0};
  (void)state;
  hear(&t, "begins", (const struct line[]){{0, "a.jp", 'f', "blocked", "", "blocked"}, {0}});
  check_due(&t, "blocked");
  trouble_tick(&t, 1764000000 + TROUBLE_MONTH + 1);
  assert_false(t.c[TROUBLE_BLOCKED].on);
  check_due(&t, "");
  trouble_free(&t);
}

static void test_bad_text(void **state) {
  static const char *const rows[] = {"", "\n", "port", "port on=x since=-1\n", "nothing on=1\n", "port on=1 witness=\"\n", "disk on=99999999999999999999 to=\\x\n"};
  (void)state;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    struct trouble t;
    trouble_read(&t, bytes_str(rows[i]));
    check_due(&t, "");
    trouble_free(&t);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_stories), cmocka_unit_test(test_once_a_day), cmocka_unit_test(test_over_before_it_was_told), cmocka_unit_test(test_disk),
    cmocka_unit_test(test_certificates), cmocka_unit_test(test_certificates_in_disorder),
    cmocka_unit_test(test_survives_a_reboot), cmocka_unit_test(test_a_month_of_silence), cmocka_unit_test(test_bad_text)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
