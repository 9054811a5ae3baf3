#include "smtp/server_part.h"

/* --- STARTTLS --- */

/* A lenient client's CR ended the line: the LF behind it is still of that line. */
static void take_lf(struct smtp_server *s) {
  if (s->skip_lf && s->in.n && s->in.s[0] == '\n')
    s->in = bytes_of(s->in.s + 1, s->in.n - 1);
  s->skip_lf = false;
}

void server_starttls(struct smtp_server *s, struct bytes args) {
  take_lf(s);
  if (s->tls)
    server_refuse(s, SM518W_tls_already);
  else if (!s->limits.starttls)
    server_refuse(s, SM502W_command_not_offered);
  else if (args.n)
    server_refuse(s, SM510W_argument_unexpected);
  else if (s->in.n) {
    s->in = bytes_str("");
    server_refuse_gently(s, SM320E_data_before_tls);
    server_close(s, SM320E_data_before_tls);
  } else
    server_ask(s, SERVER_TLS);
}

/* --- AUTH --- */

void server_wipe_line(struct smtp_server *s) {
  if (s->line.s)
    explicit_bzero(s->line.s, s->line.a);
  s->line.len = 0;
}

static void take_step(struct smtp_server *s, enum sasl_step step) {
  s->phase = PHASE_COMMAND;
  s->shown = bytes_str("AUTH");
  if (step == SASL_FAILED)
    server_refuse(s, s->sasl.why);
  else if (step == SASL_DONE)
    server_ask(s, SERVER_AUTH);
  else {
    s->phase = PHASE_AUTH;
    sa_cats(&s->out, "334 ");
    sa_catb(&s->out, s->sasl.challenge.s, s->sasl.challenge.n);
    sa_cats(&s->out, "\r\n");
  }
}

/* AUTH mechanism [initial response]; where there is none, its place is NULL. */
static void begin(struct smtp_server *s, struct bytes args) {
  struct bytes mechanism, rest = args;
  bytes_cut(&rest, ' ', &mechanism);
  rest = bytes_trim(rest);
  if (!sasl_begin(&s->sasl, mechanism))
    server_refuse(s, SA204W_mechanism_unknown);
  else
    take_step(s, sasl_feed(&s->sasl, rest.n ? rest : bytes_of(NULL, 0)));
}

static enum message_id why_no_auth(const struct smtp_server *s, struct bytes args) {
  if (!s->limits.auth)
    return s->limits.auth_after_tls ? SM322W_auth_needs_tls : SM502W_command_not_offered;
  if (!s->helo.len)
    return SM503W_helo_first;
  if (s->authenticated)
    return SM519W_auth_twice;
  if (s->has_mail)
    return SM520W_auth_in_transaction;
  return args.n ? SM113I_authenticated : SM509W_argument_missing;
}

void server_auth(struct smtp_server *s, struct bytes args) {
  enum message_id why = why_no_auth(s, args);
  if (message_is_refusal(why))
    server_refuse(s, why);
  else
    begin(s, args);
}

void server_auth_response(struct smtp_server *s) {
  if (s->command.faulty) {
    s->sasl.why = s->command.fault == SM506W_line_too_long ? SA203W_line_too_long : s->command.fault;
    sasl_free(&s->sasl);
    take_step(s, SASL_FAILED);
  } else
    take_step(s, sasl_feed(&s->sasl, bytes_of(s->line.s, s->line.len)));
  server_wipe_line(s);
}

void server_answer_auth(struct smtp_server *s, enum message_id id) {
  sasl_free(&s->sasl);
  s->authenticated = !message_is_refusal(id);
  s->errors += message_is_refusal(id);
  s->logins += message_of(id)->reply >= 500;
}

bool server_may_mail(struct smtp_server *s) {
  if (!s->limits.auth_required || s->authenticated)
    return true;
  server_refuse(s, s->limits.auth ? SM324W_mail_needs_auth : SM323W_mail_needs_tls);
  return false;
}
