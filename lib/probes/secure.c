/* Q4: whether the ports for submission and for TLS really answer: the greeting, the handshake, what is offered behind it. */
#include <string.h>
#include <unistd.h>

#include "front/front.h"
#include "probes/probes.h"
#include "probes/talk.h"
#include "tls/connect.h"
#include "tls/tls.h"

enum { ANSWER_MS = 3000 };

struct port { const char *name, *greeting; enum setting port; bool starttls, auth; };

/* The lines of a reply to EHLO; whether one says WORD. */
static bool offers(struct talk *t, const char *word) {
  bool found = false;
  if (!talk_send(t, "EHLO doctor.invalid"))
    return false;
  do {
    if (!talk_line(t))
      return false;
    found |= strlen(t->line) > 4 && !strncmp(t->line + 4, word, strlen(word));
  } while (strlen(t->line) > 3 && t->line[3] == '-');
  return found;
}

static void tell_no_greeting(struct probe *p, const struct port *s, const char *connected, const struct talk *t) {
  probe_find(p, CHECK_FAIL, DC211E_no_greeting, "service=%s port=%ld connected=%s got=%s", s->name, conf_number(p->conf, s->port), connected, *t->line ? t->line : "nothing");
}

static bool greets(struct talk *t, const char *greeting) { return talk_line(t) && !strncmp(t->line, greeting, strlen(greeting)); }

/* Our own certificate need not be one that strangers trust. */
static bool shake_hands(struct probe *p, const struct port *s, struct talk *t) {
  struct tls_peer peer;
  struct tls_wish wish = {.host = "127.0.0.1", .name = "", .timeout_ms = probe_ms_left(p, ANSWER_MS)};
  if (tls_connect(&peer, t->in, &wish)) {
    probe_find(p, CHECK_FAIL, DC212E_no_tls, "service=%s port=%ld reason=%s", s->name, conf_number(p->conf, s->port), peer.reason);
    return false;
  }
  t->in = t->out = peer.plain;
  t->at = t->n = 0;
  return true;
}

static bool begin_tls(struct probe *p, const struct port *s, struct talk *t) {
  if (!s->starttls)
    return shake_hands(p, s, t);
  if (!greets(t, s->greeting)) {
    tell_no_greeting(p, s, "yes", t);
    return false;
  }
  if (!offers(t, "STARTTLS") || talk_say(t, "STARTTLS") != 220) {
    probe_find(p, CHECK_FAIL, DC212E_no_tls, "service=%s port=%ld reason=%s", s->name, conf_number(p->conf, s->port), t->line);
    return false;
  }
  return shake_hands(p, s, t);
}

static void look_behind_tls(struct probe *p, const struct port *s, struct talk *t) {
  long port = conf_number(p->conf, s->port);
  if (!s->starttls && !greets(t, s->greeting))
    tell_no_greeting(p, s, "tls", t);
  else if (s->auth && !offers(t, "AUTH"))
    probe_find(p, CHECK_FAIL, DC213E_no_auth, "service=%s port=%ld reply=%s", s->name, port, t->line);
  else
    probe_good(p, "service=%s port=%ld tls=yes auth=%s", s->name, port, s->auth ? "offered" : "by_login");
}

static void look_at_port(struct probe *p, const struct port *s) {
  static struct talk t;
  if (!front_is_open(front_service_find(s->name), p->conf)) {
    probe_good(p, "service=%s state=closed", s->name);
    return;
  }
  if (!talk_reach(&t, p->conf, s->port, probe_ms_left(p, ANSWER_MS))) {
    tell_no_greeting(p, s, "no", &t);
    return;
  }
  if (begin_tls(p, s, &t))
    look_behind_tls(p, s, &t);
  talk_send(&t, "QUIT");
}

void probe_answer_submission(struct probe *p) { look_at_port(p, &(struct port){"submission", "220", SET_submission_port, true, true}); }
void probe_answer_smtps(struct probe *p) { look_at_port(p, &(struct port){"smtps", "220", SET_smtps_port, false, true}); }
void probe_answer_pop3s(struct probe *p) { look_at_port(p, &(struct port){"pop3s", "+OK", SET_pop3s_port, false, false}); }
