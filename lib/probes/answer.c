/* Q2: whether the services answer, and a message that goes all the way. */
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "front/front.h"
#include "local/selftest.h"
#include "probes/probes.h"
#include "probes/talk.h"
#include "sys/clock.h"
#include "sys/fd.h"
#include "sys/random.h"

enum { GREETING_MS = 3000, ARRIVAL_MS = 5000, STEP_MS = 100 };

static void judge_greeting(struct probe *p, const char *service, enum setting port, const char *greeting) {
  static struct talk t;
  long number = conf_number(p->conf, port);
  int64_t begun = clock_ms();
  if (!front_is_open(front_service_find(service), p->conf)) {
    probe_good(p, "service=%s state=closed", service);
    return;
  }
  bool connected = talk_reach(&t, p->conf, port, probe_ms_left(p, GREETING_MS));
  bool greeted = connected && talk_line(&t) && !strncmp(t.line, greeting, strlen(greeting));
  if (greeted)
    probe_good(p, "service=%s port=%ld greeting=%s ms=%lld", service, number, t.line, (long long)(clock_ms() - begun));
  else
    probe_find(p, CHECK_FAIL, DC211E_no_greeting, "service=%s port=%ld connected=%s got=%s", service, number, connected ? "yes" : "no", *t.line ? t.line : "nothing");
  if (connected && talk_send(&t, "QUIT"))
    while (talk_line(&t))             /* until it has closed, and counts us no more */
      ;
}

void probe_greeting_smtp(struct probe *p) { judge_greeting(p, "smtp", SET_smtp_port, "220"); }
void probe_greeting_pop3(struct probe *p) { judge_greeting(p, "pop3", SET_pop3_port, "+OK"); }

/* --- the self-test --- */

struct trip {
  char address[300], password[200], token[40];
  int accepted_ms, arrived_ms;
};

static bool read_account(struct probe *p, struct trip *t) {
  stralloc text = {0};
  struct bytes domain = {"", 0}, value, rest, line = {"", 0};
  conf_get(p->conf, 'd', bytes_of("", 0), &domain);
  snprintf(t->address, sizeof t->address, SELFTEST_NAME "@%.*s", (int)domain.n, domain.s);
  bool missing = !conf_get(p->conf, 'u', bytes_str(t->address), &value) || access(SELFTEST_PASSWORD, F_OK);
  bool read = !missing && !fd_slurp(SELFTEST_PASSWORD, 200, &text);
  rest = bytes_sa(&text);
  if (read && bytes_cut(&rest, '\n', &line))
    snprintf(t->password, sizeof t->password, "%.*s", (int)line.n, line.s);
  if (missing)
    probe_find(p, CHECK_CANNOT_TELL, DC221W_no_test_account, "user=%s path=" SELFTEST_PASSWORD, t->address);
  else if (!read)
    probe_unreadable(p, SELFTEST_PASSWORD);
  explicit_bzero(text.s, text.len);
  stralloc_free(&text);
  return read;
}

/* False: told. */
static bool put_in(struct probe *p, struct trip *trip) {
  static struct talk t;
  char line[700];
  int64_t begun = clock_ms();
  bool good = talk_reach(&t, p->conf, SET_smtp_port, 3000) && talk_reply(&t) == 220 && talk_say(&t, "EHLO doctor.invalid") == 250;
  snprintf(line, sizeof line, "MAIL FROM:<%s>", trip->address);
  good = good && talk_say(&t, line) == 250;
  snprintf(line, sizeof line, "RCPT TO:<%s>", trip->address);
  good = good && talk_say(&t, line) == 250 && talk_say(&t, "DATA") == 354;
  snprintf(line, sizeof line, "From: <%s>\r\nTo: <%s>\r\nSubject: self-test\r\n\r\n%s\r\n..dot\r\n.", trip->address, trip->address, trip->token);
  good = good && talk_say(&t, line) == 250;
  trip->accepted_ms = (int)(clock_ms() - begun);
  if (!good)
    probe_find(p, CHECK_FAIL, DC222E_test_refused, "asked=smtp step=put_in reply=%s", *t.line ? t.line : "none");
  talk_send(&t, "QUIT");
  close(t.in);
  return good;
}

static bool log_in(struct talk *t, struct probe *p, const struct trip *trip) {
  char line[600];
  if (!talk_reach(t, p->conf, SET_pop3_port, 3000) || !talk_pop(t, NULL))
    return false;
  snprintf(line, sizeof line, "USER %s", trip->address);
  bool good = talk_pop(t, line);
  snprintf(line, sizeof line, "PASS %s", trip->password);
  good = good && talk_pop(t, line);
  explicit_bzero(line, sizeof line);
  return good;
}

/* Message N as it came: its text is behind the empty line. */
static bool is_ours(struct talk *t, const struct trip *trip, unsigned n) {
  char line[40];
  bool body = false, token = false, dot = false;
  snprintf(line, sizeof line, "RETR %u", n);
  if (!talk_pop(t, line))
    return false;
  while (talk_line(t) && strcmp(t->line, ".")) {
    token |= body && !strcmp(t->line, trip->token);
    dot |= body && !strcmp(t->line, "..dot");      /* still with the dot that POP3 adds */
    body |= !*t->line;
  }
  return token && dot;
}

/* 1: there; 0: not yet; -1: no login.  What is found is removed: the mailbox is nobody's but this test's. */
static int take_out(struct probe *p, const struct trip *trip, stralloc *words) {
  static struct talk t;
  char line[40];
  unsigned n = 0;
  bool found = false;
  if (!log_in(&t, p, trip)) {
    sa_copys(words, *t.line ? t.line : "none");
    if (t.in >= 0)
      close(t.in);
    return -1;
  }
  if (talk_pop(&t, "STAT"))
    sscanf(t.line, "+OK %u", &n);
  for (unsigned i = 1; i <= n && i <= 50; i++) {
    found |= is_ours(&t, trip, i);
    snprintf(line, sizeof line, "DELE %u", i);
    talk_pop(&t, line);
  }
  talk_pop(&t, "QUIT");
  close(t.in);
  return found;
}

static void wait_for(struct probe *p, struct trip *trip) {
  stralloc words = {0};
  int64_t begun = clock_ms();
  int got = 0;
  do {
    nanosleep(&(struct timespec){.tv_nsec = STEP_MS * 1000000}, NULL);
    got = take_out(p, trip, &words);
  } while (!got && clock_ms() - begun < ARRIVAL_MS);
  trip->arrived_ms = (int)(clock_ms() - begun);
  if (got < 0)
    probe_find(p, CHECK_FAIL, DC223E_test_not_read, "asked=pop3 user=%s reply=%s", trip->address, sa_cstr(&words));
  else if (!got)
    probe_find(p, CHECK_FAIL, DC224E_test_not_delivered, "asked=pop3 user=%s ms=%d", trip->address, trip->arrived_ms);
  else
    probe_good(p, "user=%s accepted_ms=%d arrived_ms=%d compared=equal", trip->address, trip->accepted_ms, trip->arrived_ms);
  stralloc_free(&words);
}

void probe_selftest(struct probe *p) {
  static struct trip trip;
  if (!conf_number(p->conf, SET_smtp_port) || !conf_number(p->conf, SET_pop3_port)) {
    probe_good(p, "smtp_port=%ld pop3_port=%ld state=closed", conf_number(p->conf, SET_smtp_port), conf_number(p->conf, SET_pop3_port));
    return;
  }
  if (!read_account(p, &trip))
    return;
  snprintf(trip.token, sizeof trip.token, "wiz98-%016llx", (unsigned long long)random_u64());
  if (put_in(p, &trip))
    wait_for(p, &trip);
  explicit_bzero(&trip, sizeof trip);
}
