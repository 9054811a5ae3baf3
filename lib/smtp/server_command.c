#include "smtp/server_part.h"

enum show { SHOW_LINE, SHOW_VERB };     /* what the log may show: behind AUTH stands a password */

struct server_verb {
  const char *name;
  void (*obey)(struct smtp_server *s, struct bytes args);
  enum show show;
};

static bool needs_no_argument(struct smtp_server *s, struct bytes args) {
  if (args.n)
    server_refuse(s, SM510W_argument_unexpected);
  return !args.n;
}

/* RFC 5321 4.1.4: a refused EHLO changes nothing, an accepted one forgets the transaction. */
static bool introduce(struct smtp_server *s, struct bytes name, bool esmtp) {
  if (!name.n && s->limits.lenient)
    name = bytes_str("unknown");
  if (!name.n || name.n > ADDR_DOMAIN_MAX) {
    server_refuse(s, name.n ? SM511W_helo_bad : SM509W_argument_missing);
    return false;
  }
  server_forget(s);
  sa_copyb(&s->helo, name.s, name.n);
  s->esmtp = esmtp;
  return true;
}

static void put_line(struct smtp_server *s, const char *start, struct bytes text) {
  sa_cats(&s->out, start);
  sa_catb(&s->out, text.s, text.n);
  sa_cats(&s->out, "\r\n");
}

static void helo(struct smtp_server *s, struct bytes args) {
  if (introduce(s, args, false))
    put_line(s, "250 ", s->limits.hostname);
}

static void ehlo(struct smtp_server *s, struct bytes args) {
  if (!introduce(s, args, true))
    return;
  put_line(s, "250-", s->limits.hostname);
  sa_cats(&s->out, "250-PIPELINING\r\n250-SIZE ");
  sa_catu(&s->out, s->limits.size_max);
  sa_cats(&s->out, "\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250-DSN\r\n250-LIMITS RCPTMAX=");
  sa_catu(&s->out, s->limits.recipients_max);
  if (s->limits.starttls)
    sa_cats(&s->out, "\r\n250-STARTTLS");
  if (s->limits.auth)
    sa_cats(&s->out, "\r\n250-AUTH PLAIN LOGIN");
  sa_cats(&s->out, "\r\n250 ENHANCEDSTATUSCODES\r\n");
}

static void mail(struct smtp_server *s, struct bytes args) {
  enum message_id why = SM504W_mail_twice;
  if (!s->helo.len)
    server_refuse(s, SM503W_helo_first);
  else if (s->has_mail)
    server_refuse(s, why);
  else if (!server_may_mail(s))
    return;
  else if (server_parse_mail(s, args, &why))
    server_ask(s, SERVER_MAIL);
  else {
    server_clear_mail(&s->mail);
    server_refuse(s, why);
  }
}

static bool in_transaction(struct smtp_server *s) {
  if (!s->has_mail)
    server_refuse(s, s->helo.len ? SM505W_mail_first : SM503W_helo_first);
  return s->has_mail;
}

/* One recipient too many is no error of the client's: it was told the limit only by this (RFC 5321 4.5.3.1.10). */
static void rcpt(struct smtp_server *s, struct bytes args) {
  enum message_id why;
  if (!in_transaction(s))
    return;
  if (!server_parse_rcpt(s, args, &why))
    server_refuse(s, why);
  else if (s->accepted >= s->limits.recipients_max) {
    s->beyond++;
    server_refuse_gently(s, SM305E_too_many_recipients);
  } else
    server_ask(s, SERVER_RCPT);
}

static void data(struct smtp_server *s, struct bytes args) {
  if (!in_transaction(s) || !needs_no_argument(s, args))
    return;
  if (s->accepted)
    server_ask(s, SERVER_BEGIN);
  else
    server_refuse_gently(s, SM318W_no_valid_recipients);
}

static void rset(struct smtp_server *s, struct bytes args) {
  if (!needs_no_argument(s, args))
    return;
  server_forget(s);
  smtp_reply(&s->out, SM108I_reset, bytes_str(""));
}

static void noop(struct smtp_server *s, struct bytes args) {
  (void)args;
  smtp_reply(&s->out, SM109I_noop, bytes_str(""));
}

static void vrfy(struct smtp_server *s, struct bytes args) {
  if (args.n)
    smtp_reply(&s->out, SM110I_verify_unsaid, bytes_str(""));
  else
    server_refuse(s, SM509W_argument_missing);
}

static void help(struct smtp_server *s, struct bytes args) {
  (void)args;
  smtp_reply(&s->out, SM111I_help, bytes_str(""));
}

static void quit(struct smtp_server *s, struct bytes args) {
  if (!needs_no_argument(s, args))
    return;
  smtp_reply(&s->out, SM102I_goodbye, bytes_str(""));
  server_close(s, SM102I_goodbye);
}

static void not_offered(struct smtp_server *s, struct bytes args) {
  (void)args;
  server_refuse(s, SM502W_command_not_offered);
}

static void unknown(struct smtp_server *s, struct bytes args) {
  (void)args;
  server_refuse(s, SM501W_command_unknown);
}

static const struct server_verb verbs[] = {
    {"EHLO", ehlo, SHOW_LINE}, {"HELO", helo, SHOW_LINE}, {"MAIL", mail, SHOW_LINE}, {"RCPT", rcpt, SHOW_LINE},
    {"DATA", data, SHOW_LINE}, {"RSET", rset, SHOW_LINE}, {"NOOP", noop, SHOW_LINE}, {"VRFY", vrfy, SHOW_LINE},
    {"HELP", help, SHOW_LINE}, {"QUIT", quit, SHOW_LINE},
    {"EXPN", not_offered, SHOW_LINE}, {"ETRN", not_offered, SHOW_LINE}, {"TURN", not_offered, SHOW_LINE},
    {"SEND", not_offered, SHOW_LINE}, {"SOML", not_offered, SHOW_LINE}, {"SAML", not_offered, SHOW_LINE},
    {"BDAT", not_offered, SHOW_LINE}, {"STARTTLS", server_starttls, SHOW_LINE}, {"AUTH", server_auth, SHOW_VERB},
};
static const struct server_verb no_verb = {"", unknown, SHOW_LINE};

/* After AUTH a line that is no command may be a password on its way. */
void server_find_verb(struct smtp_server *s) {
  enum { SHOWN_MAX = 1000 };
  struct bytes line = bytes_sa(&s->line), trimmed = bytes_trim(line);
  size_t n = 0;
  while (n < trimmed.n && trimmed.s[n] != ' ' && trimmed.s[n] != '\t')
    n++;
  struct bytes name = bytes_of(trimmed.s, n);
  s->command.verb = &no_verb;
  for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
    if (bytes_ieq(name, bytes_str(verbs[i].name)))
      s->command.verb = &verbs[i];
  s->command.args = n < trimmed.n ? bytes_trim(bytes_of(trimmed.s + n, trimmed.n - n)) : bytes_str("");
  bool hidden = s->command.verb == &no_verb && s->secretive;
  s->secretive |= s->command.verb->show == SHOW_VERB;
  s->shown = hidden ? bytes_str("(hidden)") : s->command.verb->show == SHOW_VERB ? bytes_str(s->command.verb->name) : line;
  if (s->shown.n > SHOWN_MAX)
    s->shown.n = SHOWN_MAX;
}

/* What was too long for AUTH has a code of its own (RFC 4954 4). */
static enum message_id fault_of(const struct smtp_server *s) {
  bool secret = s->command.verb->show == SHOW_VERB;
  return secret && s->command.fault == SM506W_line_too_long ? SA203W_line_too_long : s->command.fault;
}

void server_obey(struct smtp_server *s) {
  if (s->command.faulty)
    server_refuse(s, fault_of(s));
  else
    s->command.verb->obey(s, s->command.args);
  if (s->command.verb->show == SHOW_VERB || (s->secretive && s->command.verb == &no_verb))
    server_wipe_line(s);
}

bool server_lacks_lf(const struct smtp_server *s) {
  return s->command.verb->obey == server_starttls && s->limits.starttls && s->skip_lf && !s->in.n;
}
