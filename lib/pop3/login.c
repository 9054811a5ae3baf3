/* The AUTHORIZATION state (RFC 1939 4). */
#include "pop3/core.h"

enum { NAME_MAX_BYTES = 254 };

/* --- user and password --- */

/* False: refused. */
static bool password_allowed(struct pop3_login *e) {
  bool allowed = e->offer.clear_text || e->offer.secure;
  if (!allowed)
    pop3_core_refuse(&e->core, e->offer.stls ? PO112W_tls_first : PO201W_clear_text_refused);
  return allowed;
}

static void run_user(void *engine, struct bytes name) {
  struct pop3_login *e = engine;
  name = bytes_trim(name);
  e->user.len = 0;
  if (!password_allowed(e))
    return;
  if (!name.n || name.n > NAME_MAX_BYTES)
    pop3_core_refuse(&e->core, PO102W_bad_argument);
  else {
    sa_copyb(&e->user, name.s, name.n);
    pop3_core_say(&e->core, "Password please");
  }
}

static void ask(struct pop3_login *e, int question) {
  e->question = question;
  e->core.step = POP3_ASK;
}

/* A password may hold blanks (RFC 1939 7), so the argument is taken as it is. */
static void run_pass(void *engine, struct bytes password) {
  struct pop3_login *e = engine;
  if (!password_allowed(e))
    return;
  if (!e->user.len)
    pop3_core_refuse(&e->core, PO107W_user_first);
  else if (!password.n)
    pop3_core_refuse(&e->core, PO102W_bad_argument);
  else
    ask(e, POP3_ASKS_PASS);
}

/* --- AUTH --- */

/* Without a mechanism it asks which there are: no RFC has that, Thunderbird does it. */
static void list_mechanisms(struct pop3_login *e) {
  pop3_core_say(&e->core, "Mechanisms");
  sa_cats(&e->core.text, "PLAIN\r\n.\r\n");
}

static void continue_exchange(struct pop3_login *e, enum sasl_step step) {
  e->exchanging = step == SASL_CHALLENGE;
  if (step == SASL_DONE)
    ask(e, POP3_ASKS_AUTH);
  else if (step == SASL_FAILED)
    pop3_core_refuse(&e->core, e->sasl.why == SA201W_cancelled ? PO114W_auth_cancelled : PO113W_auth_malformed);
  else {
    pop3_core_say(&e->core, "");
    sa_copys(&e->core.text, "+ \r\n");
  }
}

static void run_auth(void *engine, struct bytes argument) {
  struct pop3_login *e = engine;
  struct bytes mechanism, response = bytes_trim(argument);
  if (!password_allowed(e))
    return;
  if (!bytes_cut(&response, ' ', &mechanism) || !mechanism.n)
    list_mechanisms(e);
  else if (!bytes_ieq(mechanism, bytes_str("PLAIN")) || !sasl_begin(&e->sasl, mechanism))
    pop3_core_refuse(&e->core, PO115W_mechanism_unknown);
  else
    continue_exchange(e, sasl_feed(&e->sasl, response));
}

/* A line in answer to a challenge: it is never shown. */
static int take_response(struct pop3_login *e, struct pop3_event *ev) {
  const struct pop3_line *l = &e->core.line;
  *ev = (struct pop3_event){.kind = POP3_COMMAND, .id = POP3_OK, .text = bytes_str("(hidden)")};
  e->exchanging = false;
  if (l->overlong || l->nul)
    pop3_core_refuse(&e->core, PO113W_auth_malformed);
  else
    continue_exchange(e, sasl_feed(&e->sasl, bytes_of(l->s, l->n)));
  pop3_core_answered(&e->core);
  return 1;
}

/* --- STLS --- */

static void run_stls(void *engine, struct bytes argument) {
  struct pop3_login *e = engine;
  if (argument.n)
    pop3_core_refuse(&e->core, PO102W_bad_argument);
  else if (!e->offer.stls || e->offer.secure)
    pop3_core_refuse(&e->core, e->offer.secure ? PO111W_tls_already : PO116W_tls_not_offered);
  else
    ask(e, POP3_ASKS_STLS);
}

void pop3_login_secured(struct pop3_login *e) {
  e->offer.secure = true;
  e->user.len = 0;
}

/* --- the rest --- */

static void run_capa(void *engine, struct bytes argument) {
  struct pop3_login *e = engine;
  (void)argument;
  pop3_capabilities(&e->core, &e->offer);
}

static void run_quit(void *engine, struct bytes argument) {
  struct pop3_login *e = engine;
  (void)argument;
  pop3_core_say(&e->core, "Good bye");
  e->core.last = true;
}

static const struct pop3_verb verbs[] = {
  {"USER", false, run_user},
  {"PASS", true, run_pass},
  {"AUTH", true, run_auth},
  {"STLS", false, run_stls},
  {"CAPA", false, run_capa},
  {"QUIT", false, run_quit},
  {NULL, false, NULL},
};

void pop3_login_init(struct pop3_login *e, struct bytes host, struct pop3_offer offer, unsigned errors_max) {
  *e = (struct pop3_login){.offer = offer, .core.errors_max = errors_max, .core.id = POP3_OK};
  sa_copys(&e->core.text, "+OK ");
  sa_catb(&e->core.text, host.s, host.n);
  sa_cats(&e->core.text, " wiz98 POP3 ready\r\n");
  e->core.step = POP3_SAYING;
}

void pop3_login_turn_away(struct pop3_login *e, enum message_id id) {
  *e = (struct pop3_login){.core.last = true};
  pop3_core_refuse(&e->core, id);
}

size_t pop3_login_feed(struct pop3_login *e, struct bytes in) { return e->go_ahead ? 0 : pop3_core_feed(&e->core, in); }

static struct bytes password_of(const struct pop3_login *e) {
  const size_t verb = strlen("PASS ");
  return e->question == POP3_ASKS_AUTH ? bytes_sa(&e->sasl.pass) : bytes_of(e->core.line.s + verb, e->core.line.n - verb);
}

static int put_question(struct pop3_login *e, struct pop3_event *ev) {
  ev->kind = e->question == POP3_ASKS_STLS ? POP3_STLS : POP3_LOGIN;
  if (ev->kind == POP3_LOGIN) {
    ev->user = bytes_sa(e->question == POP3_ASKS_AUTH ? &e->sasl.user : &e->user);
    ev->pass = password_of(e);
  }
  e->core.step = POP3_ASKING;
  return 1;
}

int pop3_login_next(struct pop3_login *e, struct pop3_event *ev) {
  if (e->exchanging && e->core.step == POP3_READ)
    return take_response(e, ev);
  if (e->go_ahead && e->core.step == POP3_READING) {
    e->go_ahead = false;
    *ev = (struct pop3_event){.kind = POP3_SECURE, .id = POP3_OK};
    return 1;
  }
  int more = pop3_core_next(&e->core, verbs, e, ev);
  return more == 2 ? put_question(e, ev) : more;
}

static void answer_stls(struct pop3_login *e, int id) {
  e->go_ahead = id == POP3_OK;
  if (e->go_ahead)
    pop3_core_say(&e->core, "Begin TLS");
  else
    pop3_core_refuse(&e->core, id);
}

void pop3_login_answer(struct pop3_login *e, int id) {
  if (e->core.step != POP3_ASKING)
    return;
  pop3_core_answered(&e->core);
  sasl_free(&e->sasl);
  e->user.len = 0;
  if (e->question == POP3_ASKS_STLS) {
    answer_stls(e, id);
    return;
  }
  e->accepted = id == POP3_OK;
  if (e->accepted) {
    e->core.step = POP3_OVER;
    return;
  }
  e->core.last = ++e->tries >= POP3_TRIES_MAX;
  pop3_core_refuse(&e->core, id);
}

void pop3_login_free(struct pop3_login *e) {
  pop3_core_free(&e->core);
  sasl_free(&e->sasl);
  pop3_wipe(e->user.s, e->user.len);
  stralloc_free(&e->user);
}
