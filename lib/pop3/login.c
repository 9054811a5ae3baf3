/* The AUTHORIZATION state (RFC 1939 4). */
#include "pop3/core.h"

enum { NAME_MAX_BYTES = 254 };

static void run_user(void *engine, struct bytes name) {
  struct pop3_login *e = engine;
  name = bytes_trim(name);
  e->user.len = 0;
  if (!e->clear_text)
    pop3_core_refuse(&e->core, PO201W_clear_text_refused);
  else if (!name.n || name.n > NAME_MAX_BYTES)
    pop3_core_refuse(&e->core, PO102W_bad_argument);
  else {
    sa_copyb(&e->user, name.s, name.n);
    pop3_core_say(&e->core, "Password please");
  }
}

/* A password may hold blanks (RFC 1939 7), so the argument is taken as it is. */
static void run_pass(void *engine, struct bytes password) {
  struct pop3_login *e = engine;
  if (!e->clear_text)
    pop3_core_refuse(&e->core, PO201W_clear_text_refused);
  else if (!e->user.len)
    pop3_core_refuse(&e->core, PO107W_user_first);
  else if (!password.n)
    pop3_core_refuse(&e->core, PO102W_bad_argument);
  else
    e->core.step = POP3_ASK;
}

static void run_capa(void *engine, struct bytes argument) {
  struct pop3_login *e = engine;
  (void)argument;
  pop3_capabilities(&e->core, e->clear_text);
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
  {"CAPA", false, run_capa},
  {"QUIT", false, run_quit},
  {NULL, false, NULL},
};

void pop3_login_init(struct pop3_login *e, struct bytes host, bool clear_text, unsigned errors_max) {
  *e = (struct pop3_login){.clear_text = clear_text, .core.errors_max = errors_max, .core.id = POP3_OK};
  sa_copys(&e->core.text, "+OK ");
  sa_catb(&e->core.text, host.s, host.n);
  sa_cats(&e->core.text, " wiz98 POP3 ready\r\n");
  e->core.step = POP3_SAYING;
}

void pop3_login_turn_away(struct pop3_login *e, enum message_id id) {
  *e = (struct pop3_login){.core.last = true};
  pop3_core_refuse(&e->core, id);
}

size_t pop3_login_feed(struct pop3_login *e, struct bytes in) { return pop3_core_feed(&e->core, in); }

int pop3_login_next(struct pop3_login *e, struct pop3_event *ev) {
  int more = pop3_core_next(&e->core, verbs, e, ev);
  if (more != 2)
    return more;
  ev->kind = POP3_LOGIN;
  ev->user = bytes_sa(&e->user);
  ev->pass = bytes_of(e->core.line.s + strlen("PASS "), e->core.line.n - strlen("PASS "));
  e->core.step = POP3_ASKING;
  return 1;
}

void pop3_login_answer(struct pop3_login *e, int id) {
  if (e->core.step != POP3_ASKING)
    return;
  pop3_core_answered(&e->core);
  e->user.len = 0;
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
  pop3_wipe(e->user.s, e->user.len);
  stralloc_free(&e->user);
}
