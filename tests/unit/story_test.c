/* story: lines in, stories out; what no line tells is not known. */
#include "unit.h"

#include "story/story.h"

#define Q "06qk81xw0r4t7v3b8n5c1"
#define STAMP(n) "@4000000065a0a0" n "00000000 "
#define ACCEPTED STAMP("a2") "30 SM107I program=smtp-recv sid=s1 qid=" Q " ip=192.0.2.7 host=pc.example helo=pc user=- tls=- from=a@example.test mid=<m1@pc> size=2048 recipients=1 ms=300\n"
#define NAMED STAMP("a1") "30 RL214I program=smtp-recv sid=s1 ip=192.0.2.7 host=pc.example helo=pc from=a@example.test to=b@example.net domain=example.net pop=- pop_helps=-\n"
#define TRIED STAMP("a4") "0 CL110E program=remote-send qid=" Q " state=tried from=a@example.test to=b@example.net host=mx.example.net ip=192.0.2.9 size=2048 stage=rcpt cause=greylisted reply=\"450 later\" connect_ms=500 ms=900 text=x\n"
#define SENT STAMP("b4") "30 SC101I program=remote-send qid=" Q " from=a@example.test to=b@example.net host=mx.example.net ip=192.0.2.9 size=2048 tls=none reply=\"250 ok\" connect_ms=100 ms=1100\n"
#define FAILED STAMP("a4") "0 CL101E program=remote-send qid=" Q " state=failed from=a@example.test to=b@example.net host=mx.example.net ip=192.0.2.9 size=2048 stage=rcpt cause=user_unknown reply=\"550 who\" connect_ms=500 ms=900 text=x\n"
#define BOUNCE STAMP("a5") "30 BO001I program=bounce-make qid=" Q " to=a@example.test bounce=" Q ".b0 recipients=1\n"
#define LEFT(done, bounced) STAMP("c0") "30 QU302I program=queue-run qid=" Q " done=" done " bounced=" bounced " seconds=30\n"
#define BOUNCED_HOME STAMP("a6") "30 LD001I program=local-deliver qid=" Q ".b0 from=\"\" to=a@example.test path=mail/example.test/a/new/1 size=900 ms=20\n"
#define FORWARDED STAMP("a2") "30 SM107I program=smtp-recv sid=s1 qid=" Q " ip=192.0.2.7 host=pc.example helo=pc user=- tls=- from=a@example.test mid=<m1@pc> size=2048 recipients=5 ms=300 rcpt=info@example.test>b@example.net,info@example.test>taro@example.test,c@example.net\n"
#define HOME STAMP("a4") "30 LD001I program=local-deliver qid=" Q " from=a@example.test to=taro@example.test original=info@example.test path=mail/example.test/taro/new/1 size=1 ms=20\n"
#define FETCHED(stamp, fetched, removed) STAMP(stamp) "30 PO006I program=pop3-session sid=p1 qid=" Q " user=taro@example.test ip=192.0.2.50 fetched=" fetched " removed=" removed "\n"
#define RELAY STAMP("a1") "0 RL201E program=smtp-recv sid=s9 ip=198.51.100.1 host=- helo=x from=evil@example.org to=b@example.net domain=example.net pop=- pop_helps=no text=x\n"

static void when(stralloc *out, int64_t t) { sa_catf(out, "T%lld", (long long)(t - 1705025672)); }
static void when_ns(stralloc *out, int64_t t, uint32_t ns) { (void)ns; when(out, t); }
static const struct story_view view = {.lang = LANG_EN, .level = 30, .when = when, .when_json = when_ns, .log_begins = 1705025672};

static void each_line(struct story_search *s, const char *log, void (*take)(struct story_search *, struct bytes)) {
  struct bytes rest = bytes_str(log);
  s->last_ns = 0;
  s->order = 0;
  while (rest.n) {
    const char *end = memchr(rest.s, '\n', rest.n);
    size_t n = end ? (size_t)(end + 1 - rest.s) : rest.n;
    take(s, bytes_of(rest.s, n));
    rest = bytes_of(rest.s + n, rest.n - n);
  }
}

static void tell(struct stories *st, struct story_search *s, const char *wanted, const char *log) {
  *s = (struct story_search){.wanted = bytes_str(wanted), .limit = s->limit ? s->limit : 20, .since = s->since, .until = s->until};
  each_line(s, log, story_pick);
  each_line(s, log, story_collect);
  each_line(s, log, story_collect_session);
  story_tell(st, s);
}

static void outcomes(void **state) {
  (void)state;
  static const struct {
    const char *name, *wanted, *log;
    enum story_place place;
    enum story_state state;
    const char *says[4];      /* "!x": x is not said */
  } rows[] = {
      {"delivered", "b@example.net", NAMED ACCEPTED SENT LEFT("1", "0"), STORY_NOT_LOOKED, STORY_DELIVERED,
       {"Received from 192.0.2.7 (pc.example), 2.0 KB (it took 0.3 s)", "handed to mx.example.net [192.0.2.9]", "receiving 0.3 s, in the queue 16.9 s, connecting 0.1 s, transferring 1.0 s", "!not known"}},
      {"by Message-ID", "<m1@pc>", ACCEPTED SENT LEFT("1", "0"), STORY_NOT_LOOKED, STORY_DELIVERED, {"Message-ID: <m1@pc>"}},
      {"by Message-ID without brackets", "m1@pc", ACCEPTED SENT, STORY_NOT_LOOKED, STORY_DELIVERED, {Q}},
      {"by host", "MX.example.net", ACCEPTED SENT, STORY_NOT_LOOKED, STORY_DELIVERED, {"Received from"}},
      {"by a recipient's domain", "example.net", ACCEPTED SENT, STORY_NOT_LOOKED, STORY_DELIVERED, {Q}},
      {"by the bounce's ID", Q ".b0", ACCEPTED FAILED BOUNCE LEFT("0", "1") BOUNCED_HOME, STORY_NOT_LOOKED, STORY_FAILED, {"The sender is told that it failed: message " Q ".b0"}},
      {"by session", "s1", NAMED ACCEPTED SENT, STORY_NOT_LOOKED, STORY_DELIVERED, {Q}},
      {"waits", Q, NAMED ACCEPTED TRIED, STORY_NOT_LOOKED, STORY_WAITING, {"waits, it is tried again: The other server wants the message later", "was not looked up", "when it was told the recipient (RCPT); answer: 450 later"}},
      {"waits, and the queue says so", Q, NAMED ACCEPTED TRIED, STORY_IN_QUEUE, STORY_WAITING, {"In the queue now:", "!it is tried again"}},
      {"gone, nobody knows how", Q, NAMED ACCEPTED TRIED, STORY_NOT_IN_QUEUE, STORY_UNKNOWN, {"does not say how it left", "the last attempt that the log has was in vain", "!tried again"}},
      {"the spool cannot be seen", Q, NAMED ACCEPTED TRIED, STORY_UNSEEN, STORY_WAITING, {"could not be seen"}},
      {"failed, and told", Q, NAMED ACCEPTED FAILED BOUNCE LEFT("0", "1"), STORY_NOT_LOOKED, STORY_FAILED, {"not delivered, and the sender was told: The other server does not know", "What to do:"}},
      {"what was said", Q, NAMED ACCEPTED FAILED, STORY_NOT_IN_QUEUE, STORY_FAILED, {"queue-list --transcript " Q}},
      {"failed, not told", Q, NAMED ACCEPTED FAILED, STORY_NOT_IN_QUEUE, STORY_FAILED, {"b@example.net: not delivered: ", "!sender was told"}},
      {"the beginning is rotated away", Q, SENT LEFT("1", "0"), STORY_NOT_LOOKED, STORY_DELIVERED, {"How it came in is not known", "The log goes back to T0", "in the queue: not known, delivering 1.1 s", "!Received from"}},
      {"the delivery is rotated away", Q, ACCEPTED LEFT("1", "0"), STORY_NOT_LOOKED, STORY_UNKNOWN, {"Not known: the log has no line about its delivery", "recipients done: 1", "!    b@"}},
      {"the delivery line of one is missing", Q, NAMED ACCEPTED LEFT("1", "0"), STORY_NOT_LOOKED, STORY_UNKNOWN, {"b@example.net: not known"}},
      {"nothing at all", Q, "", STORY_NOT_IN_QUEUE, STORY_UNKNOWN, {"The log has no line about it", "does not say how it left"}},
      {"refused at RCPT", "evil@example.org", RELAY, STORY_NOT_LOOKED, STORY_REFUSED, {"no message came of it", "b@example.net was refused: Relay does not accept (RL201E)"}},
      {"refused at the end of its content", Q, NAMED STAMP("a2") "0 SM308E program=smtp-recv sid=s1 qid=" Q " ip=192.0.2.7 host=- helo=x from=a@example.test command=- text=x\n", STORY_NOT_IN_QUEUE, STORY_REFUSED,
       {"was not accepted, so it never was in the queue: The message is too large (SM308E)", "!does not say how it left"}},
      {"removed", Q, ACCEPTED TRIED STAMP("b0") "30 QU303I program=queue-run qid=" Q " wish=remove\n" LEFT("1", "0"), STORY_NOT_LOOKED, STORY_REMOVED, {"removed by the operator"}},
      {"an alias", "b@example.net", STAMP("a1") "30 RL211I program=smtp-recv sid=s1 ip=1 from=x@y to=info@example.net\n" ACCEPTED STAMP("a4") "30 LD001I program=local-deliver qid=" Q " from=x@y to=b@example.net original=info@example.net path=mail/b/new/1 size=1 ms=20\n" LEFT("1", "0"),
       STORY_NOT_LOOKED, STORY_DELIVERED, {"b@example.net: put into the mailbox (addressed to info@example.net): mail/b/new/1", "!not known"}},
      {"named at accept, with what each leads to", "info@example.test", FORWARDED, STORY_NOT_LOOKED, STORY_UNKNOWN,
       {"(it took 0.3 s); for info@example.test (-> b@example.net, taro@example.test), c@example.net and 2 more", "b@example.net: not known", "!info@example.test: not known"}},
      {"a forward, by the address that it was sent to", "info@example.test", ACCEPTED STAMP("b4") "30 SC101I program=remote-send qid=" Q " from=a@example.test to=b@example.net original=info@example.test host=h ip=1 ms=5\n", STORY_NOT_LOOKED, STORY_DELIVERED,
       {"b@example.net: handed to the next server (addressed to info@example.test)"}},
      {"a forward that failed", "b@example.net", FORWARDED STAMP("b4") "0 CL101E program=remote-send qid=" Q " state=failed to=b@example.net original=info@example.test host=h ip=1 ms=5\n", STORY_NOT_LOOKED, STORY_FAILED,
       {"b@example.net: failed for good: ", "(addressed to info@example.test)"}},
      {"fetched, and left", Q, FORWARDED HOME FETCHED("c5", "yes", "no"), STORY_NOT_LOOKED, STORY_DELIVERED,
       {"taro@example.test: fetched by POP3 from 192.0.2.50, left in the mailbox", "taro@example.test: delivered, fetched by POP3 at T51 from 192.0.2.50, and left in the mailbox"}},
      {"fetched, later removed", Q, ACCEPTED HOME FETCHED("c5", "yes", "no") FETCHED("c7", "no", "yes"), STORY_NOT_LOOKED, STORY_DELIVERED,
       {"removed from the mailbox by POP3 from 192.0.2.50, not fetched in that conversation", "fetched by POP3 at T51 from 192.0.2.50, and removed from the mailbox"}},
      {"removed unread", Q, ACCEPTED HOME FETCHED("c7", "no", "yes"), STORY_NOT_LOOKED, STORY_DELIVERED, {"removed from the mailbox by POP3 at T53", "!fetched by POP3 at"}},
      {"all that is left is that it was fetched", Q, FETCHED("c7", "yes", "yes"), STORY_NOT_LOOKED, STORY_DELIVERED, {"How it came in is not known", "taro@example.test: delivered, fetched by POP3 at T53"}},
      {"by who fetched it", "192.0.2.50", ACCEPTED HOME FETCHED("c7", "yes", "yes"), STORY_NOT_LOOKED, STORY_DELIVERED, {"Message " Q}},
      {"by the conversation that fetched it", "p1", ACCEPTED HOME FETCHED("c7", "yes", "yes"), STORY_NOT_LOOKED, STORY_DELIVERED, {"Received from 192.0.2.7"}},
      {"what a stranger wrote", Q, ACCEPTED STAMP("a4") "0 CL101E program=remote-send qid=" Q " state=failed to=b@example.net host=h ip=- cause=user_unknown reply=\"550 \\x1b[2J\" ms=1\n", STORY_NOT_LOOKED, STORY_FAILED, {"answer: 550 \\x1b[2J"}},
      {"no stamps", Q, "30 SC101I program=remote-send qid=" Q " to=b@example.net host=h ip=1 ms=5\n", STORY_NOT_LOOKED, STORY_DELIVERED, {"handed to h [1]", "!Where the time went"}},
      {"the error log repeats a line", Q, ACCEPTED FAILED FAILED, STORY_NOT_LOOKED, STORY_FAILED, {"in the queue 1.1 s"}},
  };
  for (size_t i = 0; i < COUNT(rows); i++) {
    struct story_search s = {0};
    struct stories st;
    stralloc out = {0};
    tell(&st, &s, rows[i].wanted, rows[i].log);
    row_check(rows[i].name, st.count > 0);
    st.story[0].place = rows[i].place;
    if (story_outcome(&st.story[0]) != rows[i].state)
      fail_msg("row \"%s\": state %d, not %d", rows[i].name, story_outcome(&st.story[0]), rows[i].state);
    story_text(&out, &st.story[0], &view);
    sa_0(&out);
    for (size_t k = 0; k < COUNT(rows[i].says) && rows[i].says[k]; k++) {
      const char *says = rows[i].says[k];
      if ((strstr(out.s, *says == '!' ? says + 1 : says) != NULL) == (*says == '!'))
        fail_msg("row \"%s\": \"%s\" in\n%s", rows[i].name, says, out.s);
    }
    stralloc_free(&out);
    stories_free(&st);
    story_search_free(&s);
  }
}

static void bounces_follow(void **state) {
  (void)state;
  struct story_search s = {0};
  struct stories st;
  stralloc out = {0};
  tell(&st, &s, "b@example.net", ACCEPTED FAILED BOUNCE LEFT("0", "1") BOUNCED_HOME);
  assert_int_equal(st.count, 2);
  assert_string_equal(st.story[1].id, Q ".b0");
  story_text(&out, &st.story[1], &view);
  sa_0(&out);
  assert_non_null(strstr(out.s, "written by this server about message " Q ")"));
  assert_non_null(strstr(out.s, "From: nobody"));
  assert_non_null(strstr(out.s, "a@example.test: delivered into the mailbox; the log does not say that it was fetched"));
  stralloc_free(&out);
  stories_free(&st);
  story_search_free(&s);
}

/* Two messages and a refusal in one conversation do not mix. */
static void one_conversation(void **state) {
  (void)state;
  static const char log[] =
      STAMP("a0") "0 RL201E program=smtp-recv sid=s1 ip=1 from=old@x to=nobody@example.org text=x\n"
      NAMED ACCEPTED
      STAMP("a5") "30 RL211I program=smtp-recv sid=s1 ip=1 from=z@x to=c@example.test\n"
      STAMP("a6") "30 SM107I program=smtp-recv sid=s1 qid=06qk81xw0r4t7v3b8n5c2 ip=1 from=z@x mid=- size=1 recipients=1 ms=1\n";
  static const struct { const char *wanted, *id, *rcpt; size_t count; } rows[] = {
      {"b@example.net", Q, "b@example.net", 1}, {"c@example.test", "06qk81xw0r4t7v3b8n5c2", "c@example.test", 1}, {"nobody@example.org", "", "nobody@example.org", 1}};
  for (size_t i = 0; i < COUNT(rows); i++) {
    struct story_search s = {0};
    struct stories st;
    tell(&st, &s, rows[i].wanted, log);
    size_t k = 0;
    while (k < st.count && strcmp(st.story[k].id, rows[i].id))
      k++;
    row_check(rows[i].wanted, k < st.count && st.story[k].rcpts == 1);
    row_string(rows[i].wanted, bytes_sa(&st.story[k].rcpt[0].addr), rows[i].rcpt);
    stories_free(&st);
    story_search_free(&s);
  }
}

static void newest_within_limits(void **state) {
  (void)state;
  stralloc log = {0};
  for (int i = 0; i < 100; i++) {
    sa_catf(&log, "@4000000065a0a0%02x00000000 30 SM107I program=smtp-recv sid=s%d qid=06qk81xw0r4t7v3b8n%03d ip=1 from=a@example.test mid=- size=1 recipients=1 ms=1\n", i + 10, i, i);
    sa_catf(&log, "@4000000065a0a0%02x00000000 0 RL201E program=smtp-recv sid=r%d ip=1 from=a@example.test to=x@y text=x\n", i + 10, i);
  }
  sa_0(&log);
  struct story_search s = {.limit = 3};
  struct stories st;
  tell(&st, &s, "a@example.test", log.s);
  assert_int_equal(st.count, 3);
  assert_true(s.more);
  assert_true(st.story[0].last_ns >= st.story[2].last_ns);
  stories_free(&st);
  story_search_free(&s);
  s = (struct story_search){.limit = 50, .since = 1705025526 + 100};
  tell(&st, &s, "a@example.test", log.s);
  for (size_t i = 0; i < st.count; i++)
    assert_true(st.story[i].last_ns / 1000000000 >= 1705025526 + 100);
  assert_true(st.count && st.count < 50);
  stories_free(&st);
  story_search_free(&s);
  stralloc_free(&log);
}

static void json(void **state) {
  (void)state;
  struct story_search s = {0};
  struct stories st;
  stralloc out = {0};
  tell(&st, &s, Q, ACCEPTED SENT LEFT("1", "0"));
  story_json(&out, &st.story[0], &view);
  sa_0(&out);
  static const char *const says[] = {"{\"id\":\"" Q "\",\"sid\":\"s1\",\"state\":\"delivered\",\"from\":\"a@example.test\",\"mid\":\"<m1@pc>\"", "\"connect_ms\":100,\"transfer_ms\":1000,\"wait_ms\":16900", "\"receive_ms\":300", "\"lines\":[{\"time\":"};
  for (size_t i = 0; i < COUNT(says); i++)
    if (!strstr(out.s, says[i]))
      fail_msg("\"%s\" is not in\n%s", says[i], out.s);
  stralloc_free(&out);
  stories_free(&st);
  story_search_free(&s);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(outcomes), cmocka_unit_test(bounces_follow), cmocka_unit_test(one_conversation),
                                     cmocka_unit_test(newest_within_limits), cmocka_unit_test(json)};
  return cmocka_run_group_tests_name("story", tests, NULL, NULL);
}
