/* relay-check: says whether a client may send a message from SENDER to each RCPT, and by which rule: the decision that
 * smtp-recv would make now, with the configuration in force and the POP before SMTP marks as they are.
 *
 *   relay-check [--home HOME] [--auth USER] [--json] [--lang en|ja] IP SENDER RCPT…
 *
 * SENDER "" or "<>" is the null sender.  --auth: the client has authenticated as USER (as they log in).  Exit codes: 0 every recipient is permitted, 100 one is refused. */
#include "addr/addr.h"
#include "base/json.h"
#include "control/generation.h"
#include "control/home.h"
#include "control/mark.h"
#include "login/login.h"
#include "relay/relay.h"
#include "sys/language.h"
#include "sys/report.h"

#include <getopt.h>
#include <stdio.h>

static struct options {
  const char *home, *user;
  bool json;
  enum language lang;
} given;

struct question {
  const char *ip, *sender, *rcpt;
};

static const char *const words[][2] = {[RELAY_NO] = {"no", "いいえ"}, [RELAY_YES] = {"yes", "はい"}, [RELAY_VOID] = {"void", "無効"}};

static const char *text_of(enum message_id id) { return explanation_of(id)->text[given.lang]; }

/* --- for people --- */

static void put_step(stralloc *out, const struct relay_step *s) {
  sa_catf(out, "  %s\t%s (%s)", words[s->outcome][given.lang], text_of(s->rule), message_of(s->rule)->id);
  if (s->detail.len)
    sa_catf(out, ": %.*s", (int)s->detail.len, s->detail.s);
  sa_catc(out, '\n');
}

static void put_text(stralloc *out, const struct question *q, const struct relay_decision *d) {
  static const char *const verdict[2][2] = {{"refused", "拒否"}, {"permitted", "許可"}};
  const struct message *m = message_of(d->reason);
  sa_catf(out, "%s: <%s> -> <%s>\n", q->ip, q->sender, q->rcpt);
  for (size_t i = 0; i < d->count; i++)
    put_step(out, &d->step[i]);
  sa_catf(out, "  = %s: ", verdict[d->permitted][given.lang]);
  if (d->permitted)
    sa_catf(out, "%s (%s)\n", text_of(d->reason), m->id);
  else {
    sa_catf(out, "%u %s %s (%s)\n", m->reply, m->status, m->text, m->id);
    explanation_write(out, d->reason, given.lang);
  }
  if (d->pop_would_help)
    sa_catf(out, "  %s (%s)\n", text_of(RL012I_pop_would_help), message_of(RL012I_pop_would_help)->id);
}

/* --- for programs: one object a recipient and line --- */

static void put_json(stralloc *out, const struct question *q, const struct relay_decision *d) {
  json_open(out, '{');
  json_member(out, "ip", bytes_str(q->ip));
  json_member(out, "sender", bytes_str(q->sender));
  json_member(out, "recipient", bytes_str(q->rcpt));
  json_member_bool(out, "permitted", d->permitted);
  json_member(out, "reason", bytes_str(message_of(d->reason)->id));
  json_member_bool(out, "pop_would_help", d->pop_would_help);
  json_key(out, "rules");
  json_open(out, '[');
  for (size_t i = 0; i < d->count; i++) {
    const struct relay_step *s = &d->step[i];
    json_item(out);
    json_open(out, '{');
    json_member(out, "rule", bytes_str(message_of(s->rule)->id));
    json_member(out, "text", bytes_str(text_of(s->rule)));
    json_member(out, "outcome", bytes_str(words[s->outcome][LANG_EN]));
    json_member(out, "detail", bytes_sa(&s->detail));
    json_close(out, '}');
  }
  json_close(out, ']');
  json_close(out, '}');
  sa_catc(out, '\n');
}

/* --- asking --- */

static bool decide(const struct conf *c, const struct relay_client *client, const struct question *q) {
  struct relay_decision d;
  stralloc out = {0};
  relay_decide(&d, c, client, bytes_str(q->sender), bytes_str(q->rcpt));
  (given.json ? put_json : put_text)(&out, q, &d);
  fwrite(out.s, 1, out.len, stdout);
  stralloc_free(&out);
  bool permitted = d.permitted;
  relay_decision_free(&d);
  return permitted;
}

/* A name without @ is one of the first domain, as at RCPT of postmaster and on the command lines of the other programs. */
static void check_address(const char *text) {
  struct addr a;
  enum message_id why;
  if (strchr(text, '@') && !addr_parse(&a, bytes_str(text), &why))
    die(EXIT_PERMANENT, why, "address=%s", text);
}

/* USER as auth-serve would say it. */
static void find_user(stralloc *user, const struct conf *c, const char *name) {
  struct bytes value;
  if (!login_user(user, c, bytes_str(name)) || !conf_get(c, 'u', bytes_sa(user), &value))
    die(EXIT_PERMANENT, US105E_user_unknown, "user=%s", name);
  if (!conf_number(c, SET_smtp_auth))
    report(RL305W_auth_is_off, "user=%s", name);
}

static int ask(char **arg) {
  const struct conf *c = generation_conf();
  struct relay_client client = {.has_ip = true, .user = bytes_str("")};
  stralloc user = {0};
  struct question q = {.ip = arg[0], .sender = strcmp(arg[1], "<>") ? arg[1] : ""};
  bool all = true;
  if (!c)
    report_exit(EXIT_TEMPORARY);
  if (!ip_parse(&client.ip, bytes_str(q.ip)))
    die(EXIT_PERMANENT, RL304E_client_address_invalid, "ip=%s", q.ip);
  for (char **a = arg + 1; *a; a++)
    check_address(a == arg + 1 ? q.sender : *a);
  if (given.user) {
    find_user(&user, c, given.user);
    client.user = bytes_sa(&user);
  }
  client.pop_mark_age = mark_pop_age(&client.ip);
  for (char **rcpt = arg + 2; *rcpt; rcpt++) {
    q.rcpt = *rcpt;
    all = decide(c, &client, &q) && all;
  }
  stralloc_free(&user);
  return fflush(stdout) ? EXIT_TEMPORARY : all ? EXIT_DONE : EXIT_PERMANENT;
}

static noreturn void usage(void) {
  die(EXIT_PERMANENT, SY103E_usage, "usage=%s", "relay-check [--home HOME] [--auth USER] [--json] [--lang en|ja] IP SENDER RCPT...");
}

int main(int argc, char **argv) {
  static const struct option options[] = {{"home", 1, NULL, 'h'}, {"auth", 1, NULL, 'a'}, {"json", 0, NULL, 'j'}, {"lang", 1, NULL, 'l'}, {NULL, 0, NULL, 0}};
  report_init("relay-check");
  report_to_people();
  given.lang = language_of_environment();
  for (int c; (c = getopt_long(argc, argv, "", options, NULL)) >= 0;)
    switch (c) {
    case 'h': given.home = optarg; break;
    case 'a': given.user = optarg; break;
    case 'j': given.json = true; break;
    case 'l':
      if (!language_choose(optarg, &given.lang))
        usage();
      break;
    default: usage();
    }
  if (argc - optind < 3)
    usage();
  home_enter(given.home);
  return ask(argv + optind);
}
