/* STARTTLS and AUTH of the client engine. */
#include "base/sa.h"
#include "sasl/sasl.h"
#include "smtp/client_private.h"

enum { DETAIL_MAX = 400 };

static bool is_refusal(const struct client *c) { return c->reply.code / 100 == 4 || c->reply.code / 100 == 5; }

/* --- what comes after EHLO --- */

static void want_auth(struct client *c) {
  c->stage = STAGE_AUTH;
  if (!c->secured || !c->verified)
    client_fail(c, FAILURE_AUTH_UNVERIFIED, 0);
  else
    c->phase = PHASE_LOGIN;
}

static void want_tls(struct client *c) {
  c->stage = STAGE_TLS;
  if (c->ext.starttls) {
    sa_copys(&c->out, "STARTTLS\r\n");
    c->phase = PHASE_STARTTLS;
  } else
    client_fail(c, FAILURE_TLS_MISSING, 0);
}

static bool wants_tls(const struct client *c) {
  return !c->secured && !c->tls_refused && (c->options.tls == CLIENT_TLS_REQUIRED || (c->options.tls == CLIENT_TLS_MAY && c->ext.starttls));
}

void client_after_hello(struct client *c) {
  if (wants_tls(c))
    want_tls(c);
  else if (c->options.auth && !c->authenticated)
    want_auth(c);
  else
    c->phase = PHASE_IDLE;
}

/* --- STARTTLS --- */

void client_on_starttls(struct client *c) {
  if (c->reply.code / 100 == 2)
    c->phase = PHASE_HANDSHAKE;
  else if (is_refusal(c) && c->options.tls == CLIENT_TLS_MAY) {
    c->tls_refused = true;
    client_after_hello(c);
  } else
    client_fail(c, is_refusal(c) ? FAILURE_TLS_REFUSED : FAILURE_PROTOCOL, 0);
}

/* The stage stays STAGE_TLS until EHLO is answered: a peer that dislikes our handshake often just closes. */
void client_secured(struct client *c, bool verified) {
  if (c->phase != PHASE_HANDSHAKE)
    return;
  c->secured = true;
  c->verified = verified;
  c->ext = (struct client_extensions){0};
  client_put_hello(c, "EHLO ");
  c->phase = PHASE_EHLO;
}

/* --- AUTH --- */

static void wipe(stralloc *sa) {
  if (sa->s)
    explicit_bzero(sa->s, sa->a);
  sa->len = 0;
}

void client_wipe(struct client *c) {
  wipe(&c->answer[0]);
  wipe(&c->answer[1]);
  if (c->answers)
    wipe(&c->out);
  c->answers = c->answered = 0;
}

static bool has_mechanism(const struct client *c, const struct client_credentials *k) {
  return k->token ? c->ext.auth_xoauth2 : c->ext.auth_plain || c->ext.auth_login;
}

/* The reply to EHLO is still there. */
static void fail_without_mechanism(struct client *c) {
  struct bytes rest = bytes_sa(&c->reply.text), line, offered = bytes_str("no AUTH at all");
  while (bytes_cut(&rest, '\n', &line))
    if (bytes_istarts(line, bytes_str("AUTH")))
      offered = line;
  client_failed_because(c, FAILURE_AUTH_MISSING, offered);
}

static const char *choose(struct client *c, const struct client_credentials *k) {
  const char *mechanism = k->token ? "XOAUTH2" : c->ext.auth_plain ? "PLAIN" : "LOGIN";
  c->answers = 1;
  c->token = k->token;
  if (k->token)
    sasl_say_xoauth2(&c->answer[0], k->user, k->secret);
  else if (c->ext.auth_plain)
    sasl_say_plain(&c->answer[0], k->user, k->secret);
  else {
    sasl_say_login(&c->answer[0], k->user);
    sasl_say_login(&c->answer[1], k->secret);
    c->answers = 2;
  }
  return mechanism;
}

static void put_answer(struct client *c) {
  stralloc *answer = &c->answer[c->answered++];
  sa_need(&c->out, answer->len + 2);   /* at once: growing would leave copies behind */
  sa_cat(&c->out, answer);
}

/* The reply's end may be cut off: what is like the beginning counts. */
static void blank_in(stralloc *text, const stralloc *secret) {
  enum { LEAST = 4, SURE = 16 };
  size_t begin = secret->len < SURE ? secret->len : SURE;
  if (!text->len || begin < LEAST)
    return;
  for (char *at; (at = memmem(text->s, text->len, secret->s, begin));)
    for (size_t i = 0; i < secret->len && at + i < text->s + text->len && at[i] == secret->s[i]; i++)
      at[i] = '*';
}

/* Some servers repeat what they do not like. */
void client_blank_echo(struct client *c) {
  for (unsigned i = 0; i < c->answered; i++) {
    blank_in(&c->reply.text, &c->answer[i]);
    blank_in(&c->reply.line, &c->answer[i]);
  }
}

void client_authenticate(struct client *c, const struct client_credentials *k) {
  if (c->phase != PHASE_LOGIN)
    return;
  if (!has_mechanism(c, k)) {
    fail_without_mechanism(c);
    return;
  }
  const char *mechanism = choose(c, k);
  c->out.len = 0;
  sa_need(&c->out, 32 + c->answer[0].len);
  sa_catf(&c->out, "AUTH %s", mechanism);
  if (c->answers == 1 && c->out.len + 3 + c->answer[0].len <= CLIENT_COMMAND_MAX) {
    sa_catc(&c->out, ' ');
    put_answer(c);
    c->shown = k->token ? "AUTH XOAUTH2 ***" : "AUTH PLAIN ***";
  }
  sa_cats(&c->out, "\r\n");
  c->phase = PHASE_AUTH;
}

/* A refused token: the challenge is the reason, as JSON in base64; it is answered with an empty line. */
static void keep_detail(struct client *c) {
  stralloc plain = {0};
  sa_copys(&c->detail, "");
  if (base64_decode(&plain, bytes_trim(bytes_sa(&c->reply.text))) && plain.len) {
    sa_cats(&c->detail, " (");
    for (size_t i = 0; i < plain.len && i < DETAIL_MAX; i++)
      sa_catc(&c->detail, plain.s[i] < ' ' || plain.s[i] > '~' ? '?' : plain.s[i]);
    sa_catc(&c->detail, ')');
  }
  stralloc_free(&plain);
}

static void on_challenge(struct client *c) {
  c->out.len = 0;
  if (c->answered < c->answers) {
    put_answer(c);
    sa_cats(&c->out, "\r\n");
    c->shown = "***";
  } else if (c->token && !c->detail.s) {
    keep_detail(c);
    sa_copys(&c->out, "\r\n");
  } else if (!c->cancelled) {
    client_wipe(c);
    sa_copys(&c->out, "*\r\n");
    c->cancelled = true;
  } else
    client_fail(c, FAILURE_PROTOCOL, 0);
}

static enum failure_kind auth_failure(const struct client *c) {
  if (c->cancelled || !is_refusal(c))
    return FAILURE_PROTOCOL;
  return c->reply.code / 100 == 4 ? FAILURE_REPLY : c->token ? FAILURE_TOKEN_REFUSED : FAILURE_AUTH_REFUSED;
}

void client_on_auth(struct client *c) {
  if (c->reply.code == 334)
    on_challenge(c);
  else if (c->reply.code / 100 == 2 && !c->cancelled) {
    c->authenticated = true;
    client_wipe(c);
    c->detail.len = 0;
    c->phase = PHASE_IDLE;
  } else
    client_fail(c, auth_failure(c), 0);
}
